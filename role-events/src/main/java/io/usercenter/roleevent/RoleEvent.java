package io.usercenter.roleevent;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Something a game server tells about a character.
 *
 * <p>{@link Type#ROLE_CREATED} and {@link Type#ROLE_UPDATED} must carry a picture; the other two
 * may. An event with a picture replaces the whole picture if its revision is newer, so that an
 * older event that was lost is not missed.
 *
 * @param eventId 1 to 64 of letters, digits, {@code _ . : -}; for tracing only
 * @param version its revision is 1 or more; owned by the game server
 * @param occurredAt between 2018 and 2100; kept to the millisecond
 * @param picture null when the event carries none
 * @param position among the events of its publisher; null when nobody counts them
 */
public record RoleEvent(
    String eventId,
    Type type,
    ServerId serverId,
    UserId userId,
    RoleId roleId,
    RoleVersion version,
    Instant occurredAt,
    @Nullable RolePicture picture,
    @Nullable FeedPosition position) {

  /** What happened. */
  public enum Type {
    /** The character exists. */
    ROLE_CREATED,
    /** Its picture changed. */
    ROLE_UPDATED,
    /** It was used: raises the time of its last login. */
    ROLE_LOGGED_IN,
    /** It is gone: leaves a tombstone with its revision. */
    ROLE_DELETED
  }

  private static final Token EVENT_ID = new Token("eventId", 64, "_.:-");
  private static final Instant EARLIEST = Instant.parse("2018-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  public RoleEvent {
    EVENT_ID.require(eventId);
    if (version.revision() < 1) {
      throw new InvalidRoleEventException(
          "revision", "must be 1 or more, was " + version.revision());
    }
    if (occurredAt.isBefore(EARLIEST) || !occurredAt.isBefore(LATEST)) {
      throw new InvalidRoleEventException(
          "occurredAt", "must be from " + EARLIEST + " until before " + LATEST);
    }
    if (picture == null && (type == Type.ROLE_CREATED || type == Type.ROLE_UPDATED)) {
      throw new InvalidRoleEventException("role", "must be present in " + type);
    }
    occurredAt = occurredAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The same event at a place among those of its publisher. */
  public RoleEvent at(FeedPosition place) {
    return new RoleEvent(
        eventId, type, serverId, userId, roleId, version, occurredAt, picture, place);
  }
}
