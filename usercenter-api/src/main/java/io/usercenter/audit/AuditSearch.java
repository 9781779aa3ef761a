package io.usercenter.audit;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are wanted; null wants all.
 *
 * @param operator the name
 * @param action {@code BAN}, {@code LOGIN} ...
 * @param target the account it was about
 * @param outcome {@code INTENDED}, {@code DONE} or an error code
 * @param from not before
 * @param to before
 * @param after only lines older than this one, the last of the page before
 */
public record AuditSearch(
    @Nullable String operator,
    @Nullable String action,
    @Nullable UserId target,
    @Nullable String outcome,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Long after) {

  /** All lines about an account. */
  public static AuditSearch about(UserId target) {
    return new AuditSearch(null, null, target, null, null, null, null);
  }

  long least() {
    return from == null ? 0 : AuditIds.floor(from);
  }

  /** Above all that are wanted. */
  long bound() {
    return Math.min(
        to == null ? Long.MAX_VALUE : AuditIds.floor(to), after == null ? Long.MAX_VALUE : after);
  }
}
