package io.usercenter.token;

import static io.usercenter.token.RejectionReason.BAD_SIGNATURE;
import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.MALFORMED;
import static io.usercenter.token.RejectionReason.NOT_YET_VALID;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static io.usercenter.token.RejectionReason.WRONG_AUDIENCE;
import static io.usercenter.token.RejectionReason.WRONG_ISSUER;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.token.Verification.Rejected;
import io.usercenter.token.Verification.Verified;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A token is accepted only in the one form that we mint. Each test takes a token that is good and
 * signed by the genuine key, spoils one thing, and is named after the rule that this breaks.
 */
class StrictTokenTest {
  private final ManualTime time = new ManualTime();
  private final Forge forge = new Forge(time);
  private final TokenVerifier verifier = verifier(Duration.ofSeconds(5));

  private TokenVerifier verifier(Duration leeway) {
    return TokenVerifier.builder()
        .issuer(Forge.ISSUER)
        .audience(Forge.AUDIENCE)
        .keys(Jwks.of(List.of(forge.key.verificationKey())))
        .revocations(new Revocations(Duration.ofHours(1), 10, time))
        .leeway(leeway)
        .clock(time)
        .build();
  }

  private String withHeader(String name, Object value) {
    Map<String, Object> header = forge.header();
    header.put(name, value);
    return forge.sign(header, forge.claims());
  }

  private String withClaim(String name, Object value) {
    Map<String, Object> claims = forge.claims();
    claims.put(name, value);
    return forge.sign(forge.header(), claims);
  }

  private void assertRefused(String token, RejectionReason reason) {
    assertThat(verifier.verify(token)).isEqualTo(new Rejected(reason));
  }

  private void assertAccepted(String token) {
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
  }

  @Test
  void whatTheForgeMakesIsGoodUntilItIsSpoiled() {
    assertAccepted(forge.sign(forge.header(), forge.claims()));
    assertAccepted(forge.regular().compact());
  }

  // RFC 8725: JSON Web Token Best Current Practices

  @Test
  void rfc8725Section2Point1NoneIsNoAlgorithm() {
    String claims = Forge.encode(StrictJson.write(forge.claims()));
    for (String none : List.of("none", "None", "NONE", "nOnE")) {
      Map<String, Object> header = forge.header();
      header.put("alg", none);
      String start = Forge.encode(StrictJson.write(header)) + "." + claims + ".";
      assertRefused(start, MALFORMED);
      assertRefused(start + "AA", MALFORMED);
    }
  }

  @Test
  void rfc8725Section2Point1ThePublicKeyIsNoHmacSecret() throws GeneralSecurityException {
    for (String alg : List.of("HS256", "HS384", "HS512")) {
      Map<String, Object> header = forge.header();
      header.put("alg", alg);
      String signed =
          Forge.encode(StrictJson.write(header))
              + "."
              + Forge.encode(StrictJson.write(forge.claims()));
      String macName = "HmacSHA" + alg.substring(2);
      Mac mac = Mac.getInstance(macName);
      mac.init(new SecretKeySpec(forge.key.publicX509(), macName));
      byte[] tag = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
      assertRefused(signed + "." + Forge.encode(tag), BAD_SIGNATURE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "EdDSA"})
  void rfc8725Section3Point1TheKeySaysWhichAlgorithm(String alg) {
    assertRefused(withHeader("alg", alg), BAD_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES384", "PS256", "RS512", "es256", "dir", "ECDH-ES"})
  void rfc8725Section3Point2OtherAlgorithmsAreRefused(String alg) {
    assertRefused(withHeader("alg", alg), BAD_SIGNATURE);
  }

  @Test
  void rfc8725Section3Point3EveryByteIsUnderTheSignature() {
    String token = forge.regular().compact();
    int payload = token.indexOf('.') + 1;
    int end = token.lastIndexOf('.');
    for (int i = payload; i < end; i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(verifier.verify(changed)).isInstanceOf(Rejected.class);
    }
  }

  @Test
  void rfc8725Section3Point4ASignatureOfZerosIsRefused() {
    String token = forge.regular().compact();
    String zeros = token.substring(0, token.lastIndexOf('.') + 1) + Forge.encode(new byte[64]);
    assertRefused(zeros, BAD_SIGNATURE); // CVE-2022-21449
  }

  /** Asked by the library itself: not every Java 17 does. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, true",
    "0, 1, false",
    "1, 0, false",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550, 1, true",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551, 1, false",
    "1, ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, false"
  })
  void anEcdsaSignatureOutsideOfTheCurvesOrderIsNone(String r, String s, boolean good) {
    byte[] signature =
        HexFormat.of().parseHex("0".repeat(64 - r.length()) + r + "0".repeat(64 - s.length()) + s);
    assertThat(VerificationKey.isWithinP256(signature)).isEqualTo(good);
    assertThat(VerificationKey.isWithinP256(Arrays.copyOf(signature, 63))).isFalse();
  }

  @Test
  void rfc8725Section3Point8IssuerIsComparedLetterForLetter() {
    for (String iss : List.of("https://evil.test", "https://id.test/", "HTTPS://id.test", "")) {
      assertRefused(withClaim("iss", iss), WRONG_ISSUER);
    }
    Map<String, Object> claims = forge.claims();
    claims.remove("iss");
    assertRefused(forge.sign(forge.header(), claims), WRONG_ISSUER);
  }

  @Test
  void rfc8725Section3Point9AudienceMustNameUs() {
    assertRefused(withClaim("aud", "shop"), WRONG_AUDIENCE);
    assertRefused(withClaim("aud", List.of()), WRONG_AUDIENCE);
    assertRefused(withClaim("aud", List.of("shop", "Games")), WRONG_AUDIENCE);
    assertAccepted(withClaim("aud", List.of("shop", Forge.AUDIENCE)));
    Map<String, Object> claims = forge.claims();
    claims.remove("aud");
    assertRefused(forge.sign(forge.header(), claims), WRONG_AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "x' OR '1'='1", "", "http://evil.test/k"})
  void rfc8725Section3Point10AKidThatIsNoKidIsRefused(String kid) {
    assertRefused(withHeader("kid", kid), MALFORMED);
  }

  @Test
  void rfc8725Section3Point10KeysInTheHeaderAreNotBelieved() {
    Forge evil = new Forge(time);
    Map<String, Object> header = evil.header();
    header.put("jku", "http://127.0.0.1:1/jwks.json");
    header.put("x5u", "http://127.0.0.1:1/cert.pem");
    assertRefused(evil.sign(header, evil.claims()), UNKNOWN_KEY);
    header.put("kid", forge.key.kid());
    assertRefused(evil.sign(header, evil.claims()), BAD_SIGNATURE);
    List<Map<String, Object>> keys =
        StrictJson.objects(
            StrictJson.readObject(Jwks.of(List.of(evil.key.verificationKey())).toJson()), "keys");
    header.put("jwk", keys.get(0));
    assertRefused(evil.sign(header, evil.claims()), BAD_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "logout+jwt", "dpop+jwt", "at+jwt ", "", "application/jwt"})
  void rfc8725Section3Point11OtherTypesAreRefused(String typ) {
    assertRefused(withHeader("typ", typ), MALFORMED);
  }

  @Test
  void rfc9068Section4TypIsRequired() {
    Map<String, Object> header = forge.header();
    header.remove("typ");
    assertRefused(forge.sign(header, forge.claims()), MALFORMED);
    assertAccepted(withHeader("typ", "application/at+jwt"));
    assertAccepted(withHeader("typ", "AT+JWT"));
  }

  // RFC 7515: JSON Web Signature

  @Test
  void rfc7515Section4ADoubledHeaderNameIsRefused() {
    String header =
        "{\"typ\":\"at+jwt\",\"alg\":\"none\",\"kid\":\"%s\",\"alg\":\"ES256\"}"
            .formatted(forge.key.kid());
    assertRefused(forge.sign(header, StrictJson.write(forge.claims())), MALFORMED);
  }

  @Test
  void rfc7515Section4Point1Point11CriticalHeadersAreRefused() {
    assertRefused(withHeader("crit", List.of("exp")), MALFORMED);
    assertRefused(withHeader("crit", List.of()), MALFORMED);
    assertRefused(withHeader("crit", "b64"), MALFORMED);
    Map<String, Object> header = forge.header();
    header.put("crit", List.of("b64"));
    header.put("b64", false);
    assertRefused(forge.sign(header, forge.claims()), MALFORMED);
    header.remove("crit");
    assertRefused(forge.sign(header, forge.claims()), MALFORMED);
  }

  @Test
  void rfc7515Section4Point2UnknownHeadersThatAreNotCriticalAreIgnored() {
    assertAccepted(withHeader("issued-by", "a newer service"));
  }

  @Test
  void rfc7515Section7Point1ThreePartsAndNothingElse() {
    String token = forge.regular().compact();
    assertRefused("", MALFORMED);
    assertRefused("..", MALFORMED);
    assertRefused("a.b", MALFORMED);
    assertRefused(token + ".", MALFORMED);
    assertRefused(token + ".AA.AA", MALFORMED); // five parts: a JWE
    assertRefused("." + token, MALFORMED);
    assertRefused(" " + token, MALFORMED);
    assertRefused(token + "\n", MALFORMED);
    assertRefused(token + "==", MALFORMED);
    assertRefused("Bearer " + token, MALFORMED);
    assertRefused("{\"payload\":\"" + token + "\"}", MALFORMED);
    assertRefused(token.replace('.', '。'), MALFORMED);
  }

  @Test
  void nullIsNoToken() {
    assertThat(verifier.verify(null)).isEqualTo(new Rejected(MALFORMED));
  }

  @Test
  void rfc4648Section3Point5ATokenHasOneSpelling() {
    String token = forge.regular().compact();
    char last = token.charAt(token.length() - 1); // 64 bytes: 4 bits of it are not used
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int digit = alphabet.indexOf(last);
    assertThat(digit % 16).isZero();
    for (int unused = 1; unused < 16; unused++) {
      String same = token.substring(0, token.length() - 1) + alphabet.charAt(digit + unused);
      assertRefused(same, MALFORMED);
    }
  }

  @Test
  void rfc7516Section4Point1Point3NothingIsInflated() {
    assertRefused(withHeader("zip", "DEF"), MALFORMED);
  }

  // RFC 7519: JSON Web Token

  @Test
  void rfc7519Section4ADoubledClaimIsRefused() {
    String claims = StrictJson.write(forge.claims());
    String doubled = claims.substring(0, claims.length() - 1) + ",\"sub\":\"1\"}";
    assertRefused(forge.sign(StrictJson.write(forge.header()), doubled), MALFORMED);
  }

  @Test
  void rfc7519Section4Point1Point4OnOrAfterExpItIsRefused() {
    TokenVerifier exact = verifier(Duration.ZERO);
    SignedToken token = forge.regular();
    time.pass(Duration.between(time.instant(), token.token().expiresAt()).minusMillis(1));
    assertThat(exact.verify(token.compact())).isInstanceOf(Verified.class);
    time.pass(Duration.ofMillis(1));
    assertThat(exact.verify(token.compact())).isEqualTo(new Rejected(EXPIRED));
    assertThat(verifier(Duration.ZERO).verify(token.compact())).isEqualTo(new Rejected(EXPIRED));
  }

  @Test
  void rfc7519Section4Point1Point4TheLeewayIsAddedAndNoMore() {
    SignedToken token = forge.regular();
    time.pass(Duration.between(time.instant(), token.token().expiresAt()).plusMillis(4_999));
    assertAccepted(token.compact());
    time.pass(Duration.ofMillis(1));
    assertRefused(token.compact(), EXPIRED);
    time.pass(Duration.ofDays(400));
    assertRefused(token.compact(), EXPIRED);
  }

  @Test
  void rfc7519Section4Point1Point5NotBeforeIsObeyed() {
    long now = time.instant().getEpochSecond();
    assertRefused(withClaim("nbf", now + 6), NOT_YET_VALID);
    assertAccepted(withClaim("nbf", now + 5));
  }

  @Test
  void rfc7519Section4Point1Point6IssuedInTheFutureIsRefused() {
    long now = time.instant().getEpochSecond();
    assertRefused(withClaim("iat", now + 6), NOT_YET_VALID);
    assertAccepted(withClaim("iat", now + 5));
  }

  @ParameterizedTest
  @CsvSource({
    "exp, '\"1800000000\"'",
    "exp, '\"2026-11-21T09:00:00Z\"'",
    "exp, 1800000000.5",
    "exp, 1.8e9",
    "exp, -1",
    "exp, 99999999999999",
    "exp, 9999999999999999999999",
    "exp, true",
    "exp, null",
    "iat, '\"1\"'",
    "iat, {}",
    "nbf, '\"1\"'",
    "nbf, []",
    "sub, 577000000000000023",
    "sub, '\"0577\"'",
    "sub, '\"-5\"'",
    "sub, '\"\"'",
    "sub, '\"9223372036854775808\"'",
    "sub, null",
    "sid, 5",
    "sid, '\"+5\"'",
    "sid, '\"0\"'",
    "sid, '\"9223372036854775808\"'",
    "sid, null",
    "epoch, '\"7\"'",
    "epoch, -1",
    "epoch, 7.5",
    "epoch, 2147483648",
    "epoch, null",
    "chn, 5",
    "chn, null",
    "dev, []",
    "jti, 5",
    "jti, '\"\"'",
    "jti, null",
    "iss, 5",
    "aud, 5",
    "aud, '[5]'",
    "aud, {}",
  })
  void rfc7519Section4ClaimsHaveTheirTypes(String name, String json) {
    String claims = StrictJson.write(forge.claims());
    Map<String, Object> rest = forge.claims();
    rest.remove(name);
    String spoiled = StrictJson.write(rest).replaceFirst("\\{", "{\"" + name + "\":" + json + ",");
    assertThat(spoiled).isNotEqualTo(claims);
    Verification verification =
        verifier.verify(forge.sign(StrictJson.write(forge.header()), spoiled));
    assertThat(verification).isInstanceOf(Rejected.class);
    RejectionReason reason = ((Rejected) verification).reason();
    assertThat(reason).isIn(MALFORMED, WRONG_AUDIENCE, WRONG_ISSUER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iat", "exp", "sub", "jti", "sid", "epoch", "chn", "dev"})
  void rfc9068Section2Point2AClaimThatIsMissingIsMissed(String name) {
    Map<String, Object> claims = forge.claims();
    claims.remove(name);
    assertRefused(forge.sign(forge.header(), claims), MALFORMED);
  }

  @Test
  void rfc7519Section7Point2ThePayloadIsOneJsonObject() {
    String good = StrictJson.write(forge.claims());
    for (String payload :
        List.of(
            "",
            "[]",
            "5",
            "\"x\"",
            "null",
            good + good,
            good + " x",
            "/* c */" + good,
            good.replace("\"iss\"", "iss"),
            good.replace("\"iss\"", "'iss'"),
            good.substring(0, good.length() - 1),
            good.substring(0, good.length() - 1) + ",}")) {
      assertRefused(forge.sign(StrictJson.write(forge.header()), payload), MALFORMED);
    }
  }

  @Test
  void rfc8259Section9DeepNestingIsRefused() {
    String good = StrictJson.write(forge.claims());
    String deep =
        good.substring(0, good.length() - 1) + ",\"x\":" + "[".repeat(900) + "]".repeat(900) + "}";
    assertRefused(forge.sign(StrictJson.write(forge.header()), deep), MALFORMED);
  }

  @Test
  void sizeIsCheckedBeforeAnythingIsDecoded() {
    String token = withClaim("x", "y".repeat(1_500));
    assertThat(token).hasSizeLessThan(TokenDecoder.LONGEST_TOKEN);
    assertAccepted(token);
    assertRefused(withClaim("x", "y".repeat(3_000)), MALFORMED);
    assertRefused(String.join("", Collections.nCopies(10_000_000, "A")), MALFORMED);
  }

  @Test
  void aTokenThatOutlivesTheMemoryOfRevocationsIsRefused() {
    long now = time.instant().getEpochSecond();
    assertAccepted(withClaim("exp", now + 3_600));
    assertRefused(withClaim("exp", now + 3_601), MALFORMED);
  }

  @Test
  void anotherKeyIsUnknownAndItsSignatureUnderOurKidIsBad() {
    Forge stranger = new Forge(time);
    assertRefused(stranger.regular().compact(), UNKNOWN_KEY);
    SigningKeyPair mixed =
        SigningKeyPair.of(
            forge.key.kid(),
            SigningAlgorithm.ES256,
            stranger.key.publicX509(),
            stranger.key.privatePkcs8());
    assertRefused(new Forge(time, Forge.ISSUER, mixed).regular().compact(), BAD_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "EDDSA"})
  void theOtherAlgorithmsAreCheckedTheSameWay(SigningAlgorithm algorithm) {
    SigningKeyPair key = SigningKeyPair.generate(algorithm, new SecureRandom());
    Forge other = new Forge(time, Forge.ISSUER, key);
    TokenVerifier others =
        TokenVerifier.builder()
            .issuer(Forge.ISSUER)
            .audience(Forge.AUDIENCE)
            .keys(Jwks.of(List.of(key.verificationKey(), forge.key.verificationKey())))
            .revocations(new Revocations(Duration.ofHours(1), 10, time))
            .clock(time)
            .build();
    String token = other.regular().compact();
    assertThat(others.verify(token)).isInstanceOf(Verified.class);
    int middle = token.lastIndexOf('.') + 20;
    char spoiled = token.charAt(middle) == 'A' ? 'B' : 'A';
    assertThat(others.verify(token.substring(0, middle) + spoiled + token.substring(middle + 1)))
        .isEqualTo(new Rejected(BAD_SIGNATURE));
  }
}
