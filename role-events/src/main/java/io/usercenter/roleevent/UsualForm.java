package io.usercenter.roleevent;

import java.io.Serial;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads events of the form that today's publishers write, in one pass and without a tree: nothing
 * but known fields, each once and of its type. What is of another form is left to {@link
 * RoleEvents}, which reads it with more care and says what is wrong with it, if anything.
 */
final class UsualForm {
  private static final JsonMapper JSON = new JsonMapper();

  private static final int EVENT_ID = 1;
  private static final int TYPE = 1 << 1;
  private static final int SERVER_ID = 1 << 2;
  private static final int USER_ID = 1 << 3;
  private static final int ROLE_ID = 1 << 4;
  private static final int REVISION = 1 << 5;
  private static final int OCCURRED_AT = 1 << 6;
  private static final int SERVER_EPOCH = 1 << 7;
  private static final int ROLE = 1 << 8;
  private static final int NAME = 1 << 9;
  private static final int LEVEL = 1 << 10;
  private static final int JOB = 1 << 11;
  private static final int POWER = 1 << 12;
  private static final int CHANNEL = 1 << 13;
  private static final int FEED = 1 << 14;
  private static final int PUBLISHER = 1 << 15;
  private static final int NUMBER = 1 << 16;

  private static final int NEEDED =
      EVENT_ID | TYPE | SERVER_ID | USER_ID | ROLE_ID | REVISION | OCCURRED_AT;

  private final JsonParser in;
  private int seen;

  private String eventId = "";
  private String type = "";
  private String serverId = "";
  private String userId = "";
  private String roleId = "";
  private String occurredAt = "";
  private long serverEpoch;
  private long revision;
  private @Nullable RolePicture picture;
  private @Nullable FeedPosition position;

  private UsualForm(JsonParser in) {
    this.in = in;
  }

  /** Control flow within this class. */
  private static final class OtherFormException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    OtherFormException() {
      super("of another form", null, false, false);
    }
  }

  /** The event; null when the text is of another form. */
  static @Nullable RoleEvent read(String json) {
    try (JsonParser in = JSON.createParser(json)) {
      return new UsualForm(in).event();
    } catch (OtherFormException
        | JacksonException
        | InvalidRoleEventException
        | DateTimeException e) {
      return null; // whoever looks closer will find the same, and has the words for it
    }
  }

  private RoleEvent event() {
    require(in.nextToken() == JsonToken.START_OBJECT);
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      switch (name) {
        case "eventId" -> eventId = text(EVENT_ID);
        case "type" -> type = text(TYPE);
        case "serverId" -> serverId = text(SERVER_ID);
        case "userId" -> userId = text(USER_ID);
        case "roleId" -> roleId = text(ROLE_ID);
        case "serverEpoch" -> serverEpoch = integer(SERVER_EPOCH);
        case "revision" -> revision = integer(REVISION);
        case "occurredAt" -> occurredAt = text(OCCURRED_AT);
        case "role" -> picture = picture();
        case "feed" -> position = position();
        default -> throw new OtherFormException();
      }
    }
    require(in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null);
    require((seen & NEEDED) == NEEDED && serverEpoch <= Integer.MAX_VALUE && serverEpoch >= 0);
    return new RoleEvent(
        eventId,
        RoleEvents.type(type),
        new ServerId(serverId),
        RoleEvents.userId(userId),
        new RoleId(roleId),
        new RoleVersion((int) serverEpoch, revision),
        time(occurredAt),
        picture,
        position);
  }

  /** {@code 2026-11-21T08:00:00.123Z}: a formatter takes as long as all the rest. */
  private static Instant time(String text) {
    boolean millis = text.length() == 24;
    require(
        (millis || text.length() == 20)
            && text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(10) == 'T'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && (!millis || text.charAt(19) == '.')
            && text.endsWith("Z"));
    return LocalDateTime.of(
            digits(text, 0, 4),
            digits(text, 5, 7),
            digits(text, 8, 10),
            digits(text, 11, 13),
            digits(text, 14, 16),
            digits(text, 17, 19),
            millis ? digits(text, 20, 23) * 1_000_000 : 0)
        .toInstant(ZoneOffset.UTC);
  }

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      require(digit >= 0 && digit <= 9);
      number = 10 * number + digit;
    }
    return number;
  }

  private RolePicture picture() {
    beginObject(ROLE);
    String name = "";
    long level = 0;
    String job = "";
    long power = 0;
    String channel = "";
    for (String field = in.nextName(); field != null; field = in.nextName()) {
      switch (field) {
        case "name" -> name = text(NAME);
        case "level" -> level = integer(LEVEL);
        case "job" -> job = text(JOB);
        case "power" -> power = integer(POWER);
        case "channel" -> channel = text(CHANNEL);
        default -> throw new OtherFormException();
      }
    }
    require((seen & (NAME | LEVEL)) == (NAME | LEVEL) && level <= Integer.MAX_VALUE && level >= 0);
    return new RolePicture(name, (int) level, job, power, channel);
  }

  private FeedPosition position() {
    beginObject(FEED);
    String publisher = "";
    long number = 0;
    for (String field = in.nextName(); field != null; field = in.nextName()) {
      switch (field) {
        case "publisher" -> publisher = text(PUBLISHER);
        case "number" -> number = integer(NUMBER);
        default -> throw new OtherFormException();
      }
    }
    return new FeedPosition(publisher, number);
  }

  private void beginObject(int field) {
    once(field);
    require(in.nextToken() == JsonToken.START_OBJECT);
  }

  private String text(int field) {
    once(field);
    require(in.nextToken() == JsonToken.VALUE_STRING);
    return in.getString();
  }

  private long integer(int field) {
    once(field);
    require(in.nextToken() == JsonToken.VALUE_NUMBER_INT);
    return in.getLongValue();
  }

  private void once(int field) {
    require((seen & field) == 0);
    seen |= field;
  }

  private static void require(boolean usual) {
    if (!usual) {
      throw new OtherFormException();
    }
  }
}
