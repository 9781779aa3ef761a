package io.usercenter.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.token.Verification.Rejected;
import io.usercenter.token.Verification.Verified;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * What a verifier has to say to tokens that are good, and to those of which one thing is wrong, in
 * a file that clients in other languages are tested with too. {@code -Dupdate.vectors=true} makes
 * it anew, with new keys.
 */
class AccessTokenVectorsTest {
  private static final Path FILE =
      Path.of(
          System.getProperty("uc.root", ".."),
          "player-token/src/test/resources/access-token-vectors.json");
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
  private static final String GOOD = "VERIFIED";

  @Test
  void everyVectorComesToWhatItSays() throws IOException {
    if (Boolean.getBoolean("update.vectors")) {
      Files.writeString(FILE, new Maker().document());
    }
    Map<String, Object> document = StrictJson.readObject(Files.readString(FILE));
    TokenVerifier verifier =
        TokenVerifier.builder()
            .issuer(StrictJson.string(document, "issuer"))
            .audience(StrictJson.string(document, "audience"))
            .keys(Jwks.parse(StrictJson.write(jwks(document))))
            .revocations(new Revocations(Duration.ofHours(1), 10, InstantSource.fixed(NOW)))
            .clock(
                InstantSource.fixed(
                    Instant.ofEpochSecond(StrictJson.require(document, "now", Long.class))))
            .build();
    List<Map<String, Object>> vectors = StrictJson.objects(document, "tokens");
    assertThat(vectors).hasSizeGreaterThan(30);
    for (Map<String, Object> vector : vectors) {
      Verification result = verifier.verify(StrictJson.string(vector, "token"));
      String name = StrictJson.string(vector, "name");
      if (GOOD.equals(vector.get("result"))) {
        assertThat(result)
            .as(name)
            .isInstanceOfSatisfying(
                Verified.class,
                verified -> {
                  AccessToken token = verified.token();
                  assertThat(token.userId()).hasToString(StrictJson.string(vector, "userId"));
                  assertThat(Long.toString(token.sessionId())).isEqualTo(vector.get("sessionId"));
                  assertThat(token.epoch()).isEqualTo(StrictJson.integer(vector, "epoch"));
                });
      } else {
        assertThat(result)
            .as(name)
            .isEqualTo(new Rejected(RejectionReason.valueOf(StrictJson.string(vector, "result"))));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> jwks(Map<String, Object> document) {
    return StrictJson.require(document, "jwks", Map.class);
  }

  /** Makes the document. */
  private static final class Maker {
    private final Forge es256 = forge(SigningAlgorithm.ES256);
    private final Forge rs256 = forge(SigningAlgorithm.RS256);
    private final Forge eddsa = forge(SigningAlgorithm.EDDSA);
    private final List<Map<String, Object>> vectors = new ArrayList<>();

    private static Forge forge(SigningAlgorithm algorithm) {
      return new Forge(
          InstantSource.fixed(NOW),
          Forge.ISSUER,
          SigningKeyPair.generate(algorithm, new SecureRandom()));
    }

    String document() {
      good("signed with ES256", es256.regular().compact());
      good("signed with RS256", rs256.regular().compact());
      good("signed with EdDSA", eddsa.regular().compact());
      good("type with prefix and in capitals", withHeader("typ", "application/AT+JWT"));
      good("several audiences", withClaim("aud", List.of("other", Forge.AUDIENCE)));
      good("a member that nobody knows", withClaim("new", Map.of("x", 1)));
      long now = NOW.getEpochSecond();
      good("expired within the leeway", withTimes(now - 904, now - 4));
      good("issued ahead within the leeway", withTimes(now + 5, now + 905));

      bad("empty", "MALFORMED", "");
      bad("not a token", "MALFORMED", "a.b.c");
      bad("two parts", "MALFORMED", "e30.e30");
      bad("four parts", "MALFORMED", es256.regular().compact() + ".e30");
      bad("padded", "MALFORMED", es256.regular().compact() + "==");
      bad("another spelling of the same bytes", "MALFORMED", otherSpelling());
      bad("longer than a token can be", "MALFORMED", "a".repeat(5_000));
      bad("a blank in it", "MALFORMED", " " + es256.regular().compact());
      bad("type JWT (RFC 8725 3.11)", "MALFORMED", withHeader("typ", "JWT"));
      bad("without type", "MALFORMED", without("typ"));
      bad("without kid", "MALFORMED", without("kid"));
      bad("kid that is no text", "MALFORMED", withHeader("kid", 7));
      bad("critical extension (RFC 7515 4.1.11)", "MALFORMED", withHeader("crit", List.of("x")));
      bad("compressed (RFC 8725 3.6)", "MALFORMED", withHeader("zip", "DEF"));
      bad("unencoded payload (RFC 7797)", "MALFORMED", withHeader("b64", true));
      bad("a claim twice (RFC 7519 4)", "MALFORMED", twice("\"sub\":\"1\""));
      bad("a claim twice, spelled otherwise", "MALFORMED", twice("\"s\\u0075b\":\"1\""));
      bad("header that is no JSON", "MALFORMED", es256.sign("{", write(es256.claims())));
      bad("claims with something after them", "MALFORMED", es256.sign(header(), claims() + "x"));
      bad("claims with a comment", "MALFORMED", es256.sign(header(), "/**/" + claims()));
      bad("claims in an array", "MALFORMED", es256.sign(header(), "[" + claims() + "]"));
      bad("nested too deep", "MALFORMED", withClaim("deep", nested(20)));
      bad("without sub", "MALFORMED", withoutClaim("sub"));
      bad("without sid", "MALFORMED", withoutClaim("sid"));
      bad("without exp", "MALFORMED", withoutClaim("exp"));
      bad("without iat", "MALFORMED", withoutClaim("iat"));
      bad("sub with a zero in front", "MALFORMED", withClaim("sub", "0" + Forge.USER));
      bad("sub beyond 64 bits", "MALFORMED", withClaim("sub", "9223372036854775808"));
      bad("sub that is a number", "MALFORMED", withClaim("sub", 1));
      bad("exp that is a text", "MALFORMED", withClaim("exp", "2026-11-21T09:00:00Z"));
      bad("negative exp", "MALFORMED", withClaim("exp", -1));
      bad("epoch that is a text", "MALFORMED", withClaim("epoch", "7"));
      bad("lives too long", "MALFORMED", withTimes(now, now + 3_601));

      bad("alg none (RFC 8725 3.1)", "MALFORMED", none());
      bad("HMAC with the public key (RFC 8725 2.1)", "BAD_SIGNATURE", hmac());
      bad("algorithm of another key", "BAD_SIGNATURE", withHeader("alg", "EdDSA"));
      bad("key of another algorithm", "BAD_SIGNATURE", withHeader("kid", rs256.key.kid()));
      bad("signature of zeros (CVE-2022-21449)", "BAD_SIGNATURE", signature(new byte[64]));
      bad("signature in DER", "BAD_SIGNATURE", der());
      bad("signature cut", "BAD_SIGNATURE", signature(new byte[63]));
      bad("signed by somebody else", "BAD_SIGNATURE", signedByAnother());
      bad("claims of another token", "BAD_SIGNATURE", otherClaims());
      bad("kid that is not published", "UNKNOWN_KEY", withHeader("kid", "nobody"));
      bad("another issuer", "WRONG_ISSUER", withClaim("iss", "https://id.example"));
      bad("issuer with a slash more", "WRONG_ISSUER", withClaim("iss", Forge.ISSUER + "/"));
      bad("another audience", "WRONG_AUDIENCE", withClaim("aud", "other"));
      bad("without audience", "WRONG_AUDIENCE", withoutClaim("aud"));
      bad("expired", "EXPIRED", withTimes(now - 905, now - 5));
      bad("issued in the future", "NOT_YET_VALID", withTimes(now + 6, now + 906));
      bad("not before", "NOT_YET_VALID", withClaim("nbf", now + 6));

      Map<String, Object> document = new LinkedHashMap<>();
      document.put("issuer", Forge.ISSUER);
      document.put("audience", Forge.AUDIENCE);
      document.put("now", now);
      document.put("jwks", StrictJson.readObject(published().toJson()));
      document.put("tokens", vectors);
      return StrictJson.write(document).replace("{\"name\"", "\n{\"name\"") + "\n";
    }

    private Jwks published() {
      return Jwks.of(
          List.of(
              es256.key.verificationKey(),
              rs256.key.verificationKey(),
              eddsa.key.verificationKey()));
    }

    private void good(String name, String token) {
      Map<String, Object> vector = vector(name, GOOD, token);
      vector.put("userId", Forge.USER.toString());
      vector.put("sessionId", Long.toString(Forge.SESSION));
      vector.put("epoch", 7);
    }

    private void bad(String name, String reason, String token) {
      vector(name, reason, token);
    }

    private Map<String, Object> vector(String name, String result, String token) {
      Map<String, Object> vector = new LinkedHashMap<>();
      vector.put("name", name);
      vector.put("result", result);
      vector.put("token", token);
      vectors.add(vector);
      return vector;
    }

    private static String write(Map<String, ?> object) {
      return StrictJson.write(object);
    }

    private String header() {
      return write(es256.header());
    }

    private String claims() {
      return write(es256.claims());
    }

    private String withHeader(String name, Object value) {
      Map<String, Object> header = es256.header();
      header.put(name, value);
      return es256.sign(header, es256.claims());
    }

    private String without(String name) {
      Map<String, Object> header = es256.header();
      header.remove(name);
      return es256.sign(header, es256.claims());
    }

    private String withClaim(String name, Object value) {
      Map<String, Object> claims = es256.claims();
      claims.put(name, value);
      return es256.sign(es256.header(), claims);
    }

    private String withoutClaim(String name) {
      Map<String, Object> claims = es256.claims();
      claims.remove(name);
      return es256.sign(es256.header(), claims);
    }

    private String withTimes(long issued, long expires) {
      Map<String, Object> claims = es256.claims();
      claims.put("iat", issued);
      claims.put("exp", expires);
      return es256.sign(es256.header(), claims);
    }

    private String twice(String member) {
      return es256.sign(header(), "{" + member + "," + claims().substring(1));
    }

    private static Object nested(int depth) {
      Object nested = Map.of();
      for (int i = 0; i < depth; i++) {
        nested = Collections.singletonMap("x", nested);
      }
      return nested;
    }

    /** The last character carries four bits that no byte needs: here they are not zero. */
    private String otherSpelling() {
      String token = es256.regular().compact();
      return token.substring(0, token.length() - 1) + (char) (token.charAt(token.length() - 1) + 1);
    }

    private String none() {
      Map<String, Object> header = es256.header();
      header.put("alg", "none");
      return Forge.encode(write(header)) + "." + Forge.encode(claims()) + ".";
    }

    private String hmac() {
      Map<String, Object> header = es256.header();
      header.put("alg", "HS256");
      String signed = Forge.encode(write(header)) + "." + Forge.encode(claims());
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(es256.key.publicX509(), "HmacSHA256"));
        return signed + "." + Forge.encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    private String signature(byte[] bytes) {
      String token = es256.regular().compact();
      return token.substring(0, token.lastIndexOf('.') + 1) + Forge.encode(bytes);
    }

    private String der() {
      String token = es256.regular().compact();
      String signed = token.substring(0, token.lastIndexOf('.'));
      try {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(es256.key.privateKey());
        signer.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Forge.encode(signer.sign());
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    private String signedByAnother() {
      return forge(SigningAlgorithm.ES256).sign(es256.header(), es256.claims());
    }

    private String otherClaims() {
      String[] parts = es256.regular().compact().split("\\.", 3);
      String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      String other = payload.replace("\"epoch\":7", "\"epoch\":9");
      assertThat(other).isNotEqualTo(payload);
      return parts[0] + "." + Forge.encode(other) + "." + parts[2];
    }
  }
}
