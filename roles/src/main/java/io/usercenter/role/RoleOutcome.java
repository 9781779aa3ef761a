package io.usercenter.role;

import io.usercenter.id.Shard;
import java.sql.SQLException;
import java.time.Duration;

/** What became of one event. */
public sealed interface RoleOutcome {
  /** One word: the name of the outcome, or the reason of a rejection. */
  default String code() {
    return switch (this) {
      case Applied() -> "APPLIED";
      case Superseded() -> "SUPERSEDED";
      case Parked() -> "PARKED";
      case Rejected(Rejection reason, _) -> reason.name();
      case Postponed _ -> "POSTPONED";
    };
  }

  /** It changed the copy. */
  record Applied() implements RoleOutcome {}

  /** The copy already knew it, or something newer; nothing to do. */
  record Superseded() implements RoleOutcome {}

  /** There is no such player yet; it is kept and applied when he appears. */
  record Parked() implements RoleOutcome {}

  /**
   * It cannot be applied; sending it again changes nothing unless the cause goes away.
   *
   * @param detail for people, without secrets
   */
  record Rejected(Rejection reason, String detail) implements RoleOutcome {}

  /**
   * A shard that it needs is away, so it is not stored or not completely. Send it again; doing so
   * is always safe.
   *
   * @param shard of the user, or of the role's locator
   * @param cause for the log
   */
  record Postponed(Shard shard, Duration retryAfter, SQLException cause) implements RoleOutcome {}

  /** Why an event was refused. The names are stored and shown; they do not change. */
  enum Rejection {
    /** Not a role event: not JSON, or a field is missing or breaks a rule. */
    MALFORMED,
    /** Nobody can say who sent it: it is not signed, or not with the key of a credential. */
    FORGED,
    /** Its credential is revoked or does not speak for its game server. */
    NOT_GRANTED,
    /** It was parked for a player who did not appear in time. */
    UNKNOWN_USER,
    /** Its player's account was erased. */
    ERASED_USER,
    /** {@code occurredAt} is more than a day ahead of the service's clock. */
    IN_THE_FUTURE,
    /** The database refuses a value of it. */
    NOT_STORABLE
  }
}
