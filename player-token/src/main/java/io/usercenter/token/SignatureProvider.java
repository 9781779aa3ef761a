package io.usercenter.token;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/**
 * Who makes and checks signatures: Amazon Corretto Crypto Provider when it is on the class path and
 * runs on this machine, else whoever comes first in the JVM's list.
 *
 * <p>It is only used here and never put into that list: small HMACs, random numbers and PBKDF2 are
 * slower with it, ECDSA is six to twelve times as fast.
 */
final class SignatureProvider {
  private static final String FASTER =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  private static final @Nullable Provider FOUND = find();

  private SignatureProvider() {}

  /** For what jjwt does; null: whoever comes first. */
  static @Nullable Provider orNull() {
    return FOUND;
  }

  /**
   * Of the same provider as the signatures, when it has one: a foreign key would be translated at
   * every use.
   */
  static KeyFactory keyFactory(String algorithm) throws NoSuchAlgorithmException {
    return FOUND != null && FOUND.getService("KeyFactory", algorithm) != null
        ? KeyFactory.getInstance(algorithm, FOUND)
        : KeyFactory.getInstance(algorithm);
  }

  static Signature signature(String algorithm) throws NoSuchAlgorithmException {
    return FOUND != null
        ? Signature.getInstance(algorithm, FOUND)
        : Signature.getInstance(algorithm);
  }

  /** Its name, for a log. */
  static String nameFor(SigningAlgorithm algorithm) {
    try {
      return FOUND != null
          ? FOUND.getName()
          : Signature.getInstance(algorithm.jcaName()).getProvider().getName();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK cannot sign by " + algorithm, e);
    }
  }

  /** One that could not load its native library is on the class path, but has no services. */
  private static @Nullable Provider find() {
    try {
      Provider provider = (Provider) Class.forName(FASTER).getField("INSTANCE").get(null);
      for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
        Signature.getInstance(algorithm.jcaName(), provider);
        Signature.getInstance(algorithm.jwsSignature(), provider);
      }
      return provider;
    } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError e) {
      return null; // it is optional
    }
  }
}
