package io.usercenter.token;

import io.usercenter.id.UserId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Makes tokens with a genuine key, the regular ones by our signer and any others by hand, so that
 * only the one thing a test is about is wrong with them.
 */
final class Forge {
  static final String ISSUER = "https://id.test";
  static final String AUDIENCE = "games";
  static final UserId USER = new UserId(577_000_000_000_000_023L);
  static final long SESSION = 577_000_000_000_000_055L;

  final SigningKeyPair key;
  final InstantSource clock;
  private final String issuer;

  Forge(InstantSource clock) {
    this(clock, ISSUER);
  }

  Forge(InstantSource clock, String issuer) {
    this(clock, issuer, SigningKeyPair.generate(SigningAlgorithm.ES256, new SecureRandom()));
  }

  Forge(InstantSource clock, String issuer, SigningKeyPair key) {
    this.clock = clock;
    this.issuer = issuer;
    this.key = key;
  }

  SignedToken regular() {
    return regular(SESSION, 7);
  }

  SignedToken regular(long session, int epoch) {
    return new TokenSigner(
            TokenType.AT_JWT,
            issuer,
            AUDIENCE,
            key,
            Duration.ofMinutes(15),
            clock,
            new Random(session + epoch))
        .mint(new TokenSubject(USER, session, epoch, "steam", "pc"));
  }

  Map<String, Object> header() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("typ", "at+jwt");
    header.put("kid", key.kid());
    header.put("alg", "ES256");
    return header;
  }

  Map<String, Object> claims() {
    long now = clock.instant().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", AUDIENCE);
    claims.put("sub", USER.toString());
    claims.put("iat", now);
    claims.put("exp", now + 900);
    claims.put("jti", "jti-1");
    claims.put("sid", Long.toString(SESSION));
    claims.put("epoch", 7);
    claims.put("chn", "steam");
    claims.put("dev", "pc");
    return claims;
  }

  String sign(Map<String, ?> header, Map<String, ?> claims) {
    return sign(StrictJson.write(header), StrictJson.write(claims));
  }

  /** Signs whatever text stands for header and claims. */
  String sign(String header, String claims) {
    String signed = encode(header) + "." + encode(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key.privateKey());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
