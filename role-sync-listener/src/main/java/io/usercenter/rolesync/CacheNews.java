package io.usercenter.rolesync;

import io.usercenter.id.UserId;
import java.util.Collection;
import java.util.stream.Collectors;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** Tells every instance of the service to forget the characters of some players. */
final class CacheNews {
  /** Every instance of the service listens here; messages are lines of {@code roles:<user id>}. */
  static final String TOPIC = "uc:cache-invalidations";

  private final RedissonClient redis;

  CacheNews(RedissonClient redis) {
    this.redis = redis;
  }

  /**
   * Their characters have changed.
   *
   * @throws org.redisson.client.RedisException nobody could be told
   */
  void changed(Collection<UserId> users) {
    if (!users.isEmpty()) {
      redis
          .getTopic(TOPIC, StringCodec.INSTANCE)
          .publish(users.stream().map(id -> "roles:" + id).collect(Collectors.joining("\n")));
    }
  }
}
