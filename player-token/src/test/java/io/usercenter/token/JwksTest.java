package io.usercenter.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The document of public keys goes out as RFC 7517 has it, and comes in with suspicion. */
class JwksTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final SigningKeyPair key = SigningKeyPair.generate(SigningAlgorithm.ES256, RANDOM);

  private Map<String, Object> member() {
    Jwks jwks = Jwks.of(List.of(key.verificationKey()));
    return StrictJson.objects(StrictJson.readObject(jwks.toJson()), "keys").get(0);
  }

  private static Jwks parse(List<Map<String, Object>> members) {
    return Jwks.parse(StrictJson.write(Map.of("keys", members)));
  }

  @ParameterizedTest
  @EnumSource
  void whatGoesOutComesIn(SigningAlgorithm algorithm) {
    SigningKeyPair pair = SigningKeyPair.generate(algorithm, RANDOM);
    Jwks jwks = Jwks.of(List.of(pair.verificationKey(), key.verificationKey()));
    assertThat(Jwks.parse(jwks.toJson())).isEqualTo(jwks);
    assertThat(jwks.find(pair.kid())).isEqualTo(pair.verificationKey());
    assertThat(jwks.find("other")).isNull();
  }

  @Test
  void theDocumentHasTheMembersOfRfc7518AndNothingSecret() {
    assertThat(member()).containsOnlyKeys("kty", "crv", "x", "y", "kid", "alg", "use");
    assertThat(member()).containsEntry("kty", "EC").containsEntry("crv", "P-256");
    assertThat(member()).containsEntry("use", "sig").containsEntry("alg", "ES256");
  }

  @Test
  void rfc7517Section5KeysThatAreNotUnderstoodAreSkipped() {
    Map<String, Object> noKid = member();
    noKid.remove("kid");
    Map<String, Object> noAlg = member();
    noAlg.remove("alg");
    Map<String, Object> otherAlg = member();
    otherAlg.put("alg", "ES999");
    Map<String, Object> forEncryption = member();
    forEncryption.put("use", "enc");
    Map<String, Object> newType = new LinkedHashMap<>(Map.of("kty", "LATTICE", "kid", "l"));
    newType.put("alg", "ES256");
    Map<String, Object> offTheCurve = member();
    offTheCurve.put("x", offTheCurve.get("y"));
    Map<String, Object> wrongForAlg = member();
    wrongForAlg.put("alg", "RS256");
    List<Map<String, Object>> strange =
        List.of(noKid, noAlg, otherAlg, forEncryption, newType, offTheCurve, wrongForAlg);
    assertThat(parse(strange).keys()).isEmpty();
    assertThat(parse(List.of(newType, member())).keys()).containsExactly(key.verificationKey());
  }

  @Test
  void aKeyThatComesTwiceIsRefused() {
    Map<String, Object> twin = member();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(List.of(member(), twin)))
        .withMessageContaining(key.kid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"d", "k"})
  void aPrivateKeyIsRefused(String name) {
    Map<String, Object> leaked = member();
    leaked.put(name, "AAAA");
    assertThatIllegalArgumentException().isThrownBy(() -> parse(List.of(leaked)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"keys\":5}", "{\"keys\":[5]}", "{\"keys\":[null]}"})
  void whatIsNoKeySetIsRefused(String document) {
    assertThatIllegalArgumentException().isThrownBy(() -> Jwks.parse(document));
  }

  @Test
  void rfc8725Section3Point5WeakAndForeignKeysAreRefused() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    byte[] weak = rsa.generateKeyPair().getPublic().getEncoded();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationKey.of("weak", SigningAlgorithm.RS256, weak));
    KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
    ec.initialize(new ECGenParameterSpec("secp384r1"));
    byte[] p384 = ec.generateKeyPair().getPublic().getEncoded();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationKey.of("p384", SigningAlgorithm.ES256, p384));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationKey.of("ec", SigningAlgorithm.EDDSA, key.publicX509()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationKey.of("a/b", SigningAlgorithm.ES256, key.publicX509()));
  }
}
