package io.usercenter.idempotency;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.platform.Caller;
import io.usercenter.platform.ClientAddress;
import io.usercenter.shard.Shards;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whose key it is, and where its record lies; keys of different scopes never meet. A request
 * without credentials is known by what it wants to get at, so that a player whose phone changes the
 * network is still himself.
 *
 * @param who unique; kept as an HMAC only
 * @param place where the effect will be, if that is known; empty for the admin database
 * @param sender who is told when he uses one key in two places; null when all his are in one
 */
public record KeyScope(
    String who, Function<Shards, Optional<Shard>> place, @Nullable String sender) {
  /** The keys of a player who is logged in. */
  public static KeyScope of(UserId player) {
    return new KeyScope("player:" + player, shards -> Optional.of(shards.of(player)), null);
  }

  /** The keys of whoever registers this name. */
  public static KeyScope of(Username name, ClientAddress from) {
    return new KeyScope(
        "name:" + name.canonical(), shards -> Optional.of(shards.of(name)), from.text());
  }

  /**
   * The keys of whoever shows this identity.
   *
   * @param identityKey {@code provider:subject}
   */
  public static KeyScope ofIdentity(String identityKey, ClientAddress from) {
    return new KeyScope(
        "identity:" + identityKey,
        shards -> Optional.of(shards.ofIdentity(identityKey)),
        from.text());
  }

  /** The keys of whoever shows this secret, when only somebody else knows who that is. */
  public static KeyScope ofSecret(String issuer, String secret, ClientAddress from) {
    String who = "secret:" + issuer + ":" + secret;
    return new KeyScope(who, shards -> Optional.of(shards.ofIdentity(who)), from.text());
  }

  /**
   * The keys of an operator or a game server.
   *
   * @param about the user whom the request is about; null when it is about none
   */
  static KeyScope of(Caller caller, @Nullable UserId about) {
    String who = caller.kind() + ":" + caller.id();
    return new KeyScope(who, shards -> Optional.ofNullable(about).map(shards::of), who);
  }

  /** It may hold a secret. */
  @Override
  public String toString() {
    return "KeyScope[REDACTED]";
  }
}
