package io.usercenter.token;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.usercenter.token.TokenDecoder.TokenRules;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens. Thread safe and meant to live as long as the process.
 *
 * <p>{@link #verify} never throws, whatever the token is.
 */
public final class TokenVerifier implements AutoCloseable {
  private final TokenDecoder decoder;
  private final Revocations revocations;

  private TokenVerifier(TokenDecoder decoder, Revocations revocations) {
    this.decoder = decoder;
    this.revocations = revocations;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Checks a token: what it says, who signed it, and whether it was revoked. */
  public Verification verify(String token) {
    Verification read = decoder.decode(token);
    if (read instanceof Verification.Verified verified) {
      RejectionReason reason = revocations.check(verified.token());
      return reason == null ? verified : new Verification.Rejected(reason);
    }
    return read;
  }

  @Override
  public void close() {}

  /** Settings of a verifier. Issuer and audience have no default. */
  public static final class Builder {
    private @Nullable String issuer;
    private @Nullable String audience;
    private @Nullable KeySource keys;
    private @Nullable Revocations revocations;
    private Duration leeway = Duration.ofSeconds(5);
    private Duration longestTokenLife = Duration.ofHours(1);
    private InstantSource clock = Clock.systemUTC();

    private Builder() {}

    /**
     * The {@code iss} that is accepted: the base URL of the user center, without a slash at its
     * end.
     */
    @CanIgnoreReturnValue
    public Builder issuer(String issuer) {
      this.issuer = issuer;
      return this;
    }

    /** The {@code aud} that must be among those of the token. */
    @CanIgnoreReturnValue
    public Builder audience(String audience) {
      this.audience = audience;
      return this;
    }

    /** Where the keys are, if they are not to be fetched from the issuer. */
    @CanIgnoreReturnValue
    public Builder keys(KeySource keys) {
      this.keys = keys;
      return this;
    }

    /** What is revoked, if somebody else keeps it up to date. */
    @CanIgnoreReturnValue
    public Builder revocations(Revocations revocations) {
      this.revocations = revocations;
      return this;
    }

    /** How far clocks may be apart: 0 to 60 s, 5 s by default. */
    @CanIgnoreReturnValue
    public Builder leeway(Duration leeway) {
      this.leeway = leeway;
      return this;
    }

    /**
     * Tokens that say they live longer than this are refused, since revocations are remembered no
     * longer. At least the issuer's token lifetime; 1 h by default.
     */
    @CanIgnoreReturnValue
    public Builder longestTokenLife(Duration longestTokenLife) {
      this.longestTokenLife = longestTokenLife;
      return this;
    }

    /** The system's UTC clock by default. */
    @CanIgnoreReturnValue
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * @throws IllegalStateException if a setting is missing or out of bounds
     */
    public TokenVerifier build() {
      TokenRules rules =
          new TokenRules(
              requireNonNull(issuer, "issuer"),
              requireNonNull(audience, "audience"),
              leeway,
              longestTokenLife);
      return new TokenVerifier(
          new TokenDecoder(rules, requireNonNull(keys, "keys"), clock),
          requireNonNull(revocations, "revocations"));
    }
  }
}
