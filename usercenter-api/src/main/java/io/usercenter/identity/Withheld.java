package io.usercenter.identity;

import io.usercenter.shard.Shards;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * What stands for an identity that an erased account had: a keyed digest, in the identity's shard.
 * Whoever has the key can tell whether it stands for an identity that he is shown; nobody can tell
 * which one it stands for. Names and e-mail addresses are guessed too easily for a plain digest.
 */
final class Withheld {
  private static final String HMAC = "HmacSHA256";

  private final SecretKey key;
  private final Shards shards;

  Withheld(SecretKey key, Shards shards) {
    this.key = key;
    this.shards = shards;
  }

  Identity of(Identity identity) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      byte[] digest = mac.doFinal(identity.key().getBytes(StandardCharsets.UTF_8));
      return new Identity(
          Shards.WITHHELD_KEY
              + shards.ofIdentity(identity.key()).number()
              + ":"
              + Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + HMAC, e);
    }
  }
}
