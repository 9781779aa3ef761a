package io.usercenter.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A token that the service mints is read by a verifier that knows nothing but the published
 * document. Keys pass through their stored form, the key set through its JSON.
 */
class TokenRoundTripTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00.750Z");
  private final InstantSource clock = InstantSource.fixed(NOW);

  @ParameterizedTest
  @EnumSource
  void whatWasMintedIsWhatIsRead(SigningAlgorithm algorithm) {
    SigningKeyPair made = SigningKeyPair.generate(algorithm, new SecureRandom());
    SigningKeyPair stored =
        SigningKeyPair.of(made.kid(), algorithm, made.publicX509(), made.privatePkcs8());
    TokenSigner signer =
        new TokenSigner(
            TokenType.AT_JWT,
            "https://id.test",
            "games",
            stored,
            Duration.ofMinutes(15),
            clock,
            new Random(1));
    SignedToken signed =
        signer.mint(new TokenSubject(new UserId(577_000_000_000_000_023L), 42, 7, "steam", "pc"));

    Jwks published = Jwks.parse(Jwks.of(List.of(made.verificationKey())).toJson());
    TokenVerifier verifier =
        TokenVerifier.builder()
            .issuer("https://id.test")
            .audience("games")
            .keys(published)
            .revocations(new Revocations(Duration.ofHours(1), 100, clock))
            .clock(clock)
            .build();

    assertThat(verifier.verify(signed.compact()))
        .isEqualTo(new Verification.Verified(signed.token()));
    assertThat(Duration.between(signed.token().issuedAt(), signed.token().expiresAt()))
        .isBetween(Duration.ofSeconds(855), Duration.ofSeconds(900));
    assertThat(signed.compact().length()).isLessThan(900);
  }

  @Test
  void aTokenOfTheGeneralTypeIsTakenByWhoeverIsToldSo() {
    SigningKeyPair key = SigningKeyPair.generate(SigningAlgorithm.ES256, new SecureRandom());
    for (TokenType written : TokenType.values()) {
      String token =
          new TokenSigner(
                  written,
                  "https://id.test",
                  "games",
                  key,
                  Duration.ofMinutes(15),
                  clock,
                  new Random(1))
              .mint(new TokenSubject(new UserId(5), 42, 7, "", ""))
              .compact();
      assertThat(verifier(key, TokenType.JWT).verify(token))
          .isInstanceOf(Verification.Verified.class);
      assertThat(verifier(key, TokenType.AT_JWT).verify(token))
          .isInstanceOf(
              written == TokenType.AT_JWT
                  ? Verification.Verified.class
                  : Verification.Rejected.class);
    }
  }

  private TokenVerifier verifier(SigningKeyPair key, TokenType type) {
    return TokenVerifier.builder()
        .issuer("https://id.test")
        .audience("games")
        .tokenType(type)
        .keys(Jwks.of(List.of(key.verificationKey())))
        .revocations(new Revocations(Duration.ofHours(1), 100, clock))
        .clock(clock)
        .build();
  }
}
