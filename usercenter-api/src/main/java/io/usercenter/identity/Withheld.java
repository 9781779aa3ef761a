package io.usercenter.identity;

import io.usercenter.platform.Digests;
import io.usercenter.shard.Shards;
import java.util.Base64;
import javax.crypto.SecretKey;

/**
 * What stands for an identity that an erased account had: a keyed digest, in the identity's shard.
 * Whoever has the key can tell whether it stands for an identity that he is shown; nobody can tell
 * which one it stands for. Names and e-mail addresses are guessed too easily for a plain digest.
 */
final class Withheld {
  private final SecretKey key;
  private final Shards shards;

  Withheld(SecretKey key, Shards shards) {
    this.key = key;
    this.shards = shards;
  }

  Identity of(Identity identity) {
    return new Identity(
        Shards.WITHHELD_KEY
            + shards.ofIdentity(identity.key()).number()
            + ":"
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Digests.hmac(key, identity.key())));
  }
}
