package io.usercenter.token;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** A private key that signs tokens, with its public half. Immutable. */
public final class SigningKeyPair {
  private final VerificationKey verificationKey;
  private final PrivateKey privateKey;

  private SigningKeyPair(VerificationKey verificationKey, PrivateKey privateKey) {
    this.verificationKey = verificationKey;
    this.privateKey = privateKey;
  }

  /** Makes a new key; its kid is a hash of its public half, 22 characters. */
  public static SigningKeyPair generate(SigningAlgorithm algorithm, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyFactory());
      generator.initialize(algorithm.newKeySpec(), random);
      KeyPair pair = generator.generateKeyPair();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(pair.getPublic().getEncoded());
      String kid = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
      return of(kid, algorithm, pair.getPublic().getEncoded(), pair.getPrivate().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make keys for " + algorithm, e);
    }
  }

  /**
   * Reads a key pair as stored.
   *
   * @param x509 the public half, SubjectPublicKeyInfo, DER
   * @param pkcs8 the private half, PKCS #8, DER, not encrypted
   * @throws IllegalArgumentException if the bytes are no keys for this algorithm; the message holds
   *     no key material
   */
  public static SigningKeyPair of(
      String kid, SigningAlgorithm algorithm, byte[] x509, byte[] pkcs8) {
    try {
      PrivateKey key =
          SignatureProvider.keyFactory(algorithm.keyFactory())
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return new SigningKeyPair(VerificationKey.of(kid, algorithm, x509), key);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no private key for " + algorithm + ", kid " + kid, e);
    }
  }

  public String kid() {
    return verificationKey.kid();
  }

  public SigningAlgorithm algorithm() {
    return verificationKey.algorithm();
  }

  public VerificationKey verificationKey() {
    return verificationKey;
  }

  /** The public half as SubjectPublicKeyInfo, DER. */
  public byte[] publicX509() {
    return verificationKey.publicKey().getEncoded();
  }

  /** The private half as PKCS #8, DER, not encrypted: seal it before it is stored. */
  public byte[] privatePkcs8() {
    return privateKey.getEncoded();
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  @Override
  public String toString() {
    return "SigningKeyPair[kid=" + kid() + ", algorithm=" + algorithm() + ", private=[REDACTED]]";
  }
}
