package io.usercenter.ban;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ban. Whether it is active follows from its times.
 *
 * @param scope {@code ACCOUNT}
 * @param target empty for the scope {@code ACCOUNT}
 * @param reasonCode for machines, {@code CHEATING}
 * @param message for the player
 * @param until null for ever
 */
public record Ban(
    BanId banId,
    UserId userId,
    String scope,
    String target,
    String reasonCode,
    String message,
    Instant from,
    @Nullable Instant until,
    String createdBy,
    Instant createdAt,
    @Nullable Instant liftedAt,
    @Nullable String liftedBy) {

  /** Whether it keeps the player out at this moment. */
  public boolean activeAt(Instant now) {
    return liftedAt == null && !from.isAfter(now) && (until == null || until.isAfter(now));
  }
}
