package io.usercenter.token;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;

/** How tokens are signed. A key is for one algorithm only (RFC 8725 3.1). */
public enum SigningAlgorithm {
  /** ECDSA on P-256: what Spring resource servers discover by themselves, with short signatures. */
  ES256("ES256", "EC"),
  /**
   * RSA with 2048 bits: the fastest to verify on a plain JDK, with tokens 250 characters longer.
   */
  RS256("RS256", "RSA"),
  /** Ed25519. Spring resource servers do not discover such keys. */
  EDDSA("EdDSA", "Ed25519");

  private final String jwsName;
  private final String keyFactory;

  SigningAlgorithm(String jwsName, String keyFactory) {
    this.jwsName = jwsName;
    this.keyFactory = keyFactory;
  }

  /** The algorithm with this name in the {@code alg} header: ES256, RS256 or EdDSA. */
  public static Optional<SigningAlgorithm> ofJwsName(String name) {
    for (SigningAlgorithm algorithm : values()) {
      if (algorithm.jwsName.equals(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** As in the {@code alg} header: ES256, RS256 or EdDSA. */
  public String jwsName() {
    return jwsName;
  }

  /** The name of its key factory and key pair generator in the JCA. */
  String keyFactory() {
    return keyFactory;
  }

  /** The name of its signatures in the JCA. */
  String jcaName() {
    return switch (this) {
      case ES256 -> "SHA256withECDSA";
      case RS256 -> "SHA256withRSA";
      case EDDSA -> "EdDSA";
    };
  }

  /** The same, with signatures in the form that JWS has (RFC 7518 3.4). */
  String jwsSignature() {
    return this == ES256 ? "SHA256withECDSAinP1363Format" : jcaName();
  }

  /**
   * Who makes and checks its signatures in this JVM: the name of a JCA provider, such as {@code
   * SunEC}, or {@code AmazonCorrettoCryptoProvider} when that is on the class path.
   */
  public String provider() {
    return SignatureProvider.nameFor(this);
  }

  AlgorithmParameterSpec newKeySpec() {
    return switch (this) {
      case ES256 -> new ECGenParameterSpec("secp256r1");
      case RS256 -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
      case EDDSA -> NamedParameterSpec.ED25519;
    };
  }

  /** Whether the key is of the right kind and strong enough (RFC 7518 3.3, 3.4; RFC 8725 3.5). */
  boolean accepts(PublicKey key) {
    return switch (this) {
      case ES256 ->
          key instanceof ECPublicKey ec
              && ec.getParams().getCurve().getField().getFieldSize() == 256;
      case RS256 -> key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= 2048;
      case EDDSA ->
          key instanceof EdECPublicKey ed
              && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
    };
  }

  SignatureAlgorithm jjwt() {
    return switch (this) {
      case ES256 -> Jwts.SIG.ES256;
      case RS256 -> Jwts.SIG.RS256;
      case EDDSA -> Jwts.SIG.EdDSA;
    };
  }
}
