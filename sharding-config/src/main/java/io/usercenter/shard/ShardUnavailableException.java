package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One shard cannot be used now; the other shards may well be. */
public final class ShardUnavailableException extends DatabaseUnavailableException {
  private final transient Shard shard;

  ShardUnavailableException(
      Shard shard, String reason, Duration retryAfter, @Nullable Throwable cause) {
    super("shard " + shard + " is unavailable: " + reason, retryAfter, cause);
    this.shard = shard;
  }

  /** The shard that was asked for. */
  public Shard shard() {
    return shard;
  }
}
