package io.usercenter.ban;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ban. Whether it is active follows from its times.
 *
 * @param target server id or feature; empty for the scope {@code ACCOUNT}
 * @param reasonCode for machines, {@code CHEATING}
 * @param message for the player
 * @param until null for ever
 * @param batchId of the batch that made it; null for a ban of its own
 */
public record Ban(
    BanId banId,
    UserId userId,
    BanScope scope,
    String target,
    String reasonCode,
    String message,
    Instant from,
    @Nullable Instant until,
    String createdBy,
    Instant createdAt,
    @Nullable Instant liftedAt,
    @Nullable String liftedBy,
    @Nullable String batchId) {

  /** Whether it holds at this moment. */
  public boolean activeAt(Instant now) {
    return liftedAt == null && !from.isAfter(now) && (until == null || until.isAfter(now));
  }

  /** Whether it stands in the way of the same things for at least as long. */
  boolean covers(BanOrder order) {
    return liftedAt == null
        && scope == order.scope()
        && target.equals(order.target())
        && !from.isAfter(order.from())
        && (until == null || (order.until() != null && !until.isBefore(order.until())));
  }
}
