package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.token.Jwks;
import io.usercenter.token.Revocations;
import io.usercenter.token.SigningAlgorithm;
import io.usercenter.token.SigningKeyPair;
import io.usercenter.token.TokenSigner;
import io.usercenter.token.TokenSubject;
import io.usercenter.token.TokenType;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signatures of the faster provider and those of the JDK are the same to everybody. */
class SignatureProviderTest {
  private static final String ISSUER = "https://issuer.example";
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void theServiceSignsWithTheFasterOne() {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assertThat(SigningAlgorithm.ES256.provider())
        .isEqualTo(machine.equals("Linux amd64") ? "AmazonCorrettoCryptoProvider" : "SunEC");
  }

  @ParameterizedTest
  @EnumSource
  void theJdkAcceptsWhatItSigned(SigningAlgorithm algorithm) throws Exception {
    SigningKeyPair key = SigningKeyPair.generate(algorithm, RANDOM);
    String token = token(key);
    int dot = token.lastIndexOf('.');

    Signature jdk = signature(algorithm);
    jdk.initVerify(factory(algorithm).generatePublic(new X509EncodedKeySpec(key.publicX509())));
    jdk.update(token.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
    assertThat(jdk.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void itAcceptsWhatTheJdkSignedAndNothingElse(SigningAlgorithm algorithm) throws Exception {
    SigningKeyPair key = SigningKeyPair.generate(algorithm, RANDOM);
    String token = token(key);
    String signed = token.substring(0, token.lastIndexOf('.'));

    Signature jdk = signature(algorithm);
    jdk.initSign(factory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.privatePkcs8())));
    jdk.update(signed.getBytes(StandardCharsets.US_ASCII));
    byte[] signature = jdk.sign();
    assertThat(verify(key, signed, signature)).isInstanceOf(Verification.Verified.class);

    signature[signature.length - 1] ^= 1;
    assertThat(verify(key, signed, signature)).isInstanceOf(Verification.Rejected.class);
  }

  private static String token(SigningKeyPair key) {
    return new TokenSigner(
            TokenType.AT_JWT,
            ISSUER,
            "games",
            key,
            Duration.ofMinutes(15),
            InstantSource.system(),
            RANDOM)
        .mint(new TokenSubject(new UserId(77), 5, 0, "web", "pc"))
        .compact();
  }

  private static Verification verify(SigningKeyPair key, String signed, byte[] signature) {
    return TokenVerifier.builder()
        .issuer(ISSUER)
        .audience("games")
        .keys(Jwks.of(List.of(key.verificationKey())))
        .revocations(
            new Revocations(
                Duration.ofMinutes(20), Revocations.DEFAULT_CAPACITY, InstantSource.system()))
        .build()
        .verify(signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
  }

  private static KeyFactory factory(SigningAlgorithm algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case ES256 -> KeyFactory.getInstance("EC", "SunEC");
      case RS256 -> KeyFactory.getInstance("RSA", "SunRsaSign");
      case EDDSA -> KeyFactory.getInstance("Ed25519", "SunEC");
    };
  }

  /** Of the JDK; a JWS has the two numbers of ECDSA side by side (RFC 7518 3.4). */
  private static Signature signature(SigningAlgorithm algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
      case RS256 -> Signature.getInstance("SHA256withRSA", "SunRsaSign");
      case EDDSA -> Signature.getInstance("Ed25519", "SunEC");
    };
  }
}
