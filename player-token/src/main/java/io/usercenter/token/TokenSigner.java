package io.usercenter.token;

import io.jsonwebtoken.Jwts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.random.RandomGenerator;

/**
 * Mints access tokens with one key. Thread safe; make a new one when the key changes.
 *
 * <p>The private key never leaves it and is not printed.
 */
public final class TokenSigner {
  static final String SESSION = "sid";
  static final String EPOCH = "epoch";
  static final String CHANNEL = "chn";
  static final String DEVICE = "dev";

  /** Tokens of a login storm must not all come back for a new one in the same second. */
  private static final double JITTER = 0.05;

  private static final int TOKEN_ID_BYTES = 12;
  private static final JoseJson.Composer JSON = new JoseJson.Composer();

  private final TokenType type;
  private final String issuer;
  private final String audience;
  private final SigningKeyPair key;
  private final Duration lifetime;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * @param type {@code typ}
   * @param issuer {@code iss}, the base URL under which the keys are published
   * @param audience {@code aud}, for example the name of the game platform
   * @param lifetime the longest life of a token, whole seconds, 1 s to 24 h; up to 5 % is taken off
   *     at random
   * @param random for token ids and the jitter; must be thread safe
   */
  public TokenSigner(
      TokenType type,
      String issuer,
      String audience,
      SigningKeyPair key,
      Duration lifetime,
      InstantSource clock,
      RandomGenerator random) {
    if (issuer.isBlank() || audience.isBlank()) {
      throw new IllegalArgumentException("issuer and audience must not be blank");
    }
    if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
        || lifetime.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException("token lifetime must be 1 s to 24 h, was " + lifetime);
    }
    this.type = type;
    this.issuer = issuer;
    this.audience = audience;
    this.key = key;
    this.lifetime = lifetime;
    this.clock = clock;
    this.random = random;
  }

  /** The key that signs. */
  public String kid() {
    return key.kid();
  }

  /** Mints a token that is good from now. */
  public SignedToken mint(TokenSubject subject) {
    Instant issued = clock.instant().truncatedTo(ChronoUnit.SECONDS); // RFC 7519 4.1.6: seconds
    long cut = (long) (lifetime.toSeconds() * JITTER * random.nextDouble());
    byte[] id = new byte[TOKEN_ID_BYTES];
    random.nextBytes(id);
    AccessToken token =
        new AccessToken(
            subject.userId(),
            subject.sessionId(),
            subject.epoch(),
            subject.channel(),
            subject.deviceClass(),
            issued,
            issued.plusSeconds(lifetime.toSeconds() - cut),
            Base64.getUrlEncoder().withoutPadding().encodeToString(id));
    return new SignedToken(sign(token), token);
  }

  private String sign(AccessToken token) {
    return Jwts.builder()
        .json(JSON)
        .provider(SignatureProvider.orNull())
        .header()
        .type(type.written())
        .keyId(key.kid())
        .and()
        .issuer(issuer)
        .audience()
        .add(audience)
        .and()
        .subject(token.userId().toString())
        .issuedAt(Date.from(token.issuedAt()))
        .expiration(Date.from(token.expiresAt()))
        .id(token.tokenId())
        .claim(SESSION, Long.toString(token.sessionId()))
        .claim(EPOCH, token.epoch())
        .claim(CHANNEL, token.channel())
        .claim(DEVICE, token.deviceClass())
        .signWith(key.privateKey(), key.algorithm().jjwt())
        .compact();
  }

  @Override
  public String toString() {
    return "TokenSigner[issuer=" + issuer + ", audience=" + audience + ", key=" + key + "]";
  }
}
