package io.usercenter.token;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A public key that tokens may be checked with.
 *
 * @param kid 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 * @param algorithm the only one this key is good for
 */
public record VerificationKey(String kid, SigningAlgorithm algorithm, PublicKey publicKey) {
  private static final Pattern KID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** The order n of the curve P-256 (SEC 2, 2.4.2). */
  private static final byte[] P256_ORDER =
      HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

  private static final byte[] ZERO = new byte[32];

  public VerificationKey {
    if (!isKid(kid)) {
      throw new IllegalArgumentException("kid must be 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    if (!algorithm.accepts(publicKey)) {
      throw new IllegalArgumentException("key " + kid + " is not fit for " + algorithm);
    }
  }

  /**
   * Reads a key as stored.
   *
   * @param x509 SubjectPublicKeyInfo, DER
   * @throws IllegalArgumentException if the bytes are no key for this algorithm
   */
  public static VerificationKey of(String kid, SigningAlgorithm algorithm, byte[] x509) {
    try {
      PublicKey key =
          SignatureProvider.keyFactory(algorithm.keyFactory())
              .generatePublic(new X509EncodedKeySpec(x509));
      return new VerificationKey(kid, algorithm, key);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no public key for " + algorithm + ", kid " + kid, e);
    }
  }

  /** Whether this key made the signature of the text, in the form that JWS has (RFC 7518 3). */
  boolean signed(byte[] text, byte[] signature) {
    if (algorithm == SigningAlgorithm.ES256 && !isWithinP256(signature)) {
      return false;
    }
    try {
      Signature check = SignatureProvider.signature(algorithm.jwsSignature());
      check.initVerify(publicKey);
      check.update(text);
      return check.verify(signature);
    } catch (SignatureException e) { // not even of the form of one
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key " + kid + " cannot be used", e);
    }
  }

  /**
   * Whether both halves are from 1 to n - 1 (FIPS 186-5, 6.4.2). Java 17.0.0 to 17.0.2 do not ask,
   * and take zeros for anybody's signature (CVE-2022-21449).
   */
  static boolean isWithinP256(byte[] signature) {
    return signature.length == 2 * P256_ORDER.length
        && isWithinP256(signature, 0)
        && isWithinP256(signature, P256_ORDER.length);
  }

  private static boolean isWithinP256(byte[] signature, int from) {
    int to = from + P256_ORDER.length;
    return Arrays.compareUnsigned(signature, from, to, P256_ORDER, 0, P256_ORDER.length) < 0
        && !Arrays.equals(signature, from, to, ZERO, 0, ZERO.length);
  }

  static boolean isKid(String text) {
    return KID.matcher(text).matches();
  }
}
