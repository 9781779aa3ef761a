package io.usercenter.idempotency;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.platform.ClientAddress;
import io.usercenter.shard.Shards;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whose key it is; keys of different scopes never meet. A request without credentials is known by
 * what it wants to get at, so that a player whose phone changes the network is still himself.
 *
 * @param who unique; kept as an HMAC only
 * @param shard keeps the record: where the effect will be, if that is known
 * @param from of a request without credentials: who uses one key for two scopes is told
 */
public record KeyScope(String who, Function<Shards, Shard> shard, @Nullable ClientAddress from) {
  /** The keys of a player who is logged in. */
  public static KeyScope of(UserId player) {
    return new KeyScope("player:" + player, shards -> shards.of(player), null);
  }

  /** The keys of whoever registers this name. */
  public static KeyScope of(Username name, ClientAddress from) {
    return new KeyScope("name:" + name.canonical(), shards -> shards.of(name), from);
  }

  /**
   * The keys of whoever shows this identity.
   *
   * @param identityKey {@code provider:subject}
   */
  public static KeyScope ofIdentity(String identityKey, ClientAddress from) {
    return new KeyScope("identity:" + identityKey, shards -> shards.ofIdentity(identityKey), from);
  }

  /** The keys of whoever shows this secret, when only somebody else knows who that is. */
  public static KeyScope ofSecret(String issuer, String secret, ClientAddress from) {
    String who = "secret:" + issuer + ":" + secret;
    return new KeyScope(who, shards -> shards.ofIdentity(who), from);
  }

  /** It may hold a secret. */
  @Override
  public String toString() {
    return "KeyScope[REDACTED]";
  }
}
