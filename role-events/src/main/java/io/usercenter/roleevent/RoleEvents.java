package io.usercenter.roleevent;

import io.usercenter.id.UserId;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON form of role events.
 *
 * <pre>{@code
 * {"eventId":"8f1c","type":"ROLE_UPDATED","serverId":"s1","userId":"583923047215104","roleId":"r-77",
 *  "revision":12,"occurredAt":"2026-11-21T08:00:00.123Z",
 *  "role":{"name":"Ayla","level":31,"job":"mage","power":120345,"channel":"steam"},
 *  "feed":{"publisher":"gs1-7f3a","number":4711}}
 * }</pre>
 *
 * <p>Fields that are not known are no mistake, so that an older reader keeps up while newer
 * publishers roll out. Those of {@code role} are kept with the character, others are ignored. In
 * {@code role}, {@code job}, {@code power} and {@code channel} may be left out; {@code serverEpoch}
 * is 0 when it is, and without {@code feed} nobody notices that an event is missing.
 */
public final class RoleEvents {
  /** A longer text is refused unread; a full event is about 350. */
  public static final int MAX_TEXT_LENGTH = 8_192;

  /** Characters; a longer text costs a copy. */
  private static final int USUAL_LENGTH = 384;

  private static final int MAX_DEPTH = 16;
  private static final String USER = "\"userId\":\"";
  private static final Set<String> PICTURE = Set.of("name", "level", "job", "power", "channel");

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final String TYPES =
      Arrays.stream(RoleEvent.Type.values()).map(Enum::name).collect(Collectors.joining(", "));

  private RoleEvents() {}

  /** Reads one event. */
  public static ParsedRoleEvent parse(String json) {
    if (json.length() > MAX_TEXT_LENGTH) {
      return new ParsedRoleEvent.Refused(
          "", "the event is longer than " + MAX_TEXT_LENGTH + " characters: " + json.length());
    }
    RoleEvent usual = UsualForm.read(json);
    return usual == null ? parseWithCare(json) : new ParsedRoleEvent.Valid(usual);
  }

  /** Reads an event of any form; what {@link UsualForm} reads it reads alike. */
  static ParsedRoleEvent parseWithCare(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JacksonException e) {
      // The message of the parser may quote the text; only the place is passed on.
      TokenStreamLocation at = e.getLocation(); // null when the text nests too deeply
      return new ParsedRoleEvent.Refused(
          "",
          "the event is not JSON, has a field twice or nests deeper than %d levels%s"
              .formatted(
                  MAX_DEPTH,
                  at == null
                      ? ""
                      : ", at line %d column %d".formatted(at.getLineNr(), at.getColumnNr())));
    }
    return parse(node);
  }

  /** Reads one event that was a part of a larger document. */
  public static ParsedRoleEvent parse(JsonNode node) {
    if (!node.isObject()) {
      return new ParsedRoleEvent.Refused("", "the event must be a JSON object");
    }
    try {
      return new ParsedRoleEvent.Valid(read(node));
    } catch (InvalidRoleEventException e) {
      return new ParsedRoleEvent.Refused(e.field(), String.valueOf(e.getMessage()));
    }
  }

  /** Writes one event; {@link #parse(String)} reads it back as it was. */
  public static String write(RoleEvent event) {
    return written(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("eventId", event.eventId());
          json.writeStringProperty("type", event.type().name());
          json.writeStringProperty("serverId", event.serverId().value());
          json.writeStringProperty("userId", event.userId().toString());
          json.writeStringProperty("roleId", event.roleId().value());
          if (event.version().serverEpoch() > 0) {
            json.writeNumberProperty("serverEpoch", event.version().serverEpoch());
          }
          json.writeNumberProperty("revision", event.version().revision());
          json.writeStringProperty("occurredAt", event.occurredAt().toString());
          RolePicture picture = event.picture();
          if (picture != null) {
            json.writeName("role");
            write(picture, json);
          }
          FeedPosition position = event.position();
          if (position != null) {
            json.writeObjectPropertyStart("feed");
            json.writeStringProperty("publisher", position.publisher());
            json.writeNumberProperty("number", position.number());
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }

  /**
   * Whose event it is, without reading the rest.
   *
   * @param written by {@link #write}: no value before the user id, and no quoted one behind it, has
   *     such a member in it
   * @throws IllegalArgumentException if it has none
   */
  static UserId userOf(String written) {
    int name = written.indexOf(USER);
    int from = name + USER.length();
    int to = written.indexOf('"', from);
    if (name < 0 || to < 0) {
      throw new IllegalArgumentException("not written by this: " + written);
    }
    return userId(written.substring(from, to));
  }

  private static String written(Consumer<JsonGenerator> writer) {
    StringWriter text = new StringWriter(USUAL_LENGTH);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writer.accept(json);
    }
    return text.toString();
  }

  /** Writes a picture; {@link #picture} reads it back. */
  private static void write(RolePicture picture, JsonGenerator json) {
    json.writeStartObject();
    if (!picture.more().isEmpty()) {
      for (Map.Entry<String, JsonNode> member : JSON.readTree(picture.more()).properties()) {
        if (!PICTURE.contains(member.getKey())) {
          json.writeName(member.getKey());
          json.writeTree(member.getValue());
        }
      }
    }
    json.writeStringProperty("name", picture.name());
    json.writeNumberProperty("level", picture.level());
    json.writeStringProperty("job", picture.job());
    json.writeNumberProperty("power", picture.power());
    json.writeStringProperty("channel", picture.channel());
    json.writeEndObject();
  }

  private static RoleEvent read(JsonNode node) {
    return new RoleEvent(
        text(node, "eventId", "eventId"),
        type(text(node, "type", "type")),
        new ServerId(text(node, "serverId", "serverId")),
        userId(text(node, "userId", "userId")),
        new RoleId(text(node, "roleId", "roleId")),
        new RoleVersion(serverEpoch(node), integer(node, "revision", "revision")),
        time(text(node, "occurredAt", "occurredAt"), "occurredAt"),
        node.hasNonNull("role") ? picture(node.get("role")) : null,
        node.hasNonNull("feed") ? position(node.get("feed")) : null);
  }

  private static int serverEpoch(JsonNode node) {
    long epoch = node.hasNonNull("serverEpoch") ? integer(node, "serverEpoch", "serverEpoch") : 0;
    if (epoch > Integer.MAX_VALUE) {
      throw new InvalidRoleEventException(
          "serverEpoch", "must be at most " + Integer.MAX_VALUE + ", was " + epoch);
    }
    return (int) Math.max(epoch, -1); // what is negative is refused as such
  }

  private static FeedPosition position(JsonNode feed) {
    if (!feed.isObject()) {
      throw new InvalidRoleEventException("feed", "must be a JSON object");
    }
    return new FeedPosition(
        text(feed, "publisher", "feed.publisher"), integer(feed, "number", "feed.number"));
  }

  /**
   * Reads a picture, the object {@code role} of an event.
   *
   * @throws InvalidRoleEventException if it breaks a rule
   */
  public static RolePicture picture(JsonNode role) {
    if (!role.isObject()) {
      throw new InvalidRoleEventException("role", "must be a JSON object");
    }
    long level = integer(role, "level", "role.level");
    if (level > Integer.MAX_VALUE) {
      throw new InvalidRoleEventException(
          "role.level", "must be at most " + Integer.MAX_VALUE + ", was " + level);
    }
    return new RolePicture(
        text(role, "name", "role.name"),
        (int) level,
        role.hasNonNull("job") ? text(role, "job", "role.job") : "",
        role.hasNonNull("power") ? integer(role, "power", "role.power") : 0,
        role.hasNonNull("channel") ? text(role, "channel", "role.channel") : "",
        more(role));
  }

  /** What a later version of a game server tells, of which nothing is known here. */
  private static String more(JsonNode role) {
    ObjectNode more = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> member : role.properties()) {
      if (!PICTURE.contains(member.getKey())) {
        more.set(member.getKey(), member.getValue());
      }
    }
    return more.isEmpty() ? "" : JSON.writeValueAsString(more);
  }

  /**
   * Reads a character of a snapshot: {@code userId}, {@code roleId}, {@code revision}, {@code
   * lastLoginAt} or none, and the picture as {@code role}.
   *
   * @param place how a refusal calls it
   * @throws InvalidRoleEventException if it breaks a rule
   */
  public static RoleSnapshot snapshot(JsonNode node, String place) {
    if (!node.isObject()) {
      throw new InvalidRoleEventException(place, "must be a JSON object");
    }
    try {
      return new RoleSnapshot(
          userId(text(node, "userId", "userId")),
          new RoleId(text(node, "roleId", "roleId")),
          integer(node, "revision", "revision"),
          node.hasNonNull("lastLoginAt")
              ? time(text(node, "lastLoginAt", "lastLoginAt"), "lastLoginAt")
              : null,
          picture(node.path("role")));
    } catch (InvalidRoleEventException e) {
      throw new InvalidRoleEventException(place + "." + e.field(), e.problem());
    }
  }

  /** Writes a character of a snapshot; {@link #snapshot} reads it back. */
  static ObjectNode write(RoleSnapshot role) {
    ObjectNode node = JSON.createObjectNode();
    node.put("userId", role.userId().toString());
    node.put("roleId", role.roleId().value());
    node.put("revision", role.revision());
    if (role.lastLoginAt() != null) {
      node.put("lastLoginAt", role.lastLoginAt().toString());
    }
    node.set("role", JSON.readTree(written(json -> write(role.picture(), json))));
    return node;
  }

  private static String text(JsonNode parent, String name, String field) {
    JsonNode node = parent.get(name);
    if (node == null || node.isNull()) {
      throw new InvalidRoleEventException(field, "is missing");
    }
    if (!node.isString()) {
      throw new InvalidRoleEventException(field, "must be a JSON string");
    }
    return node.stringValue();
  }

  private static long integer(JsonNode parent, String name, String field) {
    JsonNode node = parent.get(name);
    if (node == null || node.isNull()) {
      throw new InvalidRoleEventException(field, "is missing");
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new InvalidRoleEventException(
          field, "must be a whole JSON number of at most " + Long.MAX_VALUE);
    }
    return node.longValue();
  }

  /** By its name. */
  static RoleEvent.Type type(String text) {
    for (RoleEvent.Type type : RoleEvent.Type.values()) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    throw new InvalidRoleEventException("type", "must be one of " + TYPES);
  }

  /** In decimal. */
  static UserId userId(String text) {
    try {
      return UserId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRoleEventException("userId", "must be a user id in decimal");
    }
  }

  /** As in RFC 3339. */
  static Instant time(String text, String field) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new InvalidRoleEventException(
          field, "must be an RFC 3339 time with offset, such as 2026-11-21T08:00:00.123Z");
    }
  }
}
