package io.usercenter.ban;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants somebody to be banned from.
 *
 * @param target server id or feature; empty for the scope {@code ACCOUNT}
 * @param reasonCode for machines, {@code CHEATING}
 * @param message for the player; may be empty
 * @param from when it starts; a time that has passed means at once
 * @param until null for ever
 * @param by the operator
 */
public record BanOrder(
    BanScope scope,
    String target,
    String reasonCode,
    String message,
    Instant from,
    @Nullable Instant until,
    String by) {

  /** For the record of what operators do. */
  public String inWords() {
    return "%s%s for %s from %s until %s: %s"
        .formatted(
            scope,
            target.isEmpty() ? "" : " " + target,
            reasonCode,
            from,
            until == null ? "for ever" : until,
            message);
  }
}
