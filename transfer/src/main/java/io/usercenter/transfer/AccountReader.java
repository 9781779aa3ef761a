package io.usercenter.transfer;

import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.password.ParsedHash;
import io.usercenter.password.StoredHash;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/** Reads the accounts in a file, line by line. Computes no hash. Used by one thread. */
final class AccountReader {
  private static final String USERNAME = "username";
  private static final String DISPLAY_NAME = "display_name";
  private static final String HASH = "password_hash";
  private static final String HASH_FORMAT = "hash_format";
  private static final String SALT = "salt";
  private static final String CHANNEL = "channel";
  private static final String CREATED = "created";
  private static final String ROLES = "roles";
  private static final Set<String> NEEDED = Set.of(USERNAME, HASH, CHANNEL, CREATED);
  private static final Set<String> KNOWN =
      Set.of(USERNAME, DISPLAY_NAME, HASH, HASH_FORMAT, SALT, CHANNEL, CREATED, ROLES);

  private static final Pattern CHANNELS = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final int DISPLAY_LIMIT = 64;

  private static final ObjectReader CSV_LINE =
      CsvMapper.builder()
          .enable(CsvReadFeature.WRAP_AS_ARRAY)
          .build()
          .readerForArrayOf(String[].class);
  private static final ObjectReader JSON_LINE =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final FileFormat format;
  private final Lines lines;
  private final UsernameRules names;
  private final Set<String> ignored;
  private final LegacyTimes times;
  private final CharacterReader characters;
  private List<String> columns = List.of();

  /**
   * @param ignored fields that may be there and are not looked at
   * @param now accounts were registered before it, give or take a day
   */
  private AccountReader(
      FileFormat format, Lines lines, UsernameRules names, Set<String> ignored, Instant now) {
    this.format = format;
    this.lines = lines;
    this.names = names;
    this.ignored = ignored;
    this.times = new LegacyTimes(now);
    this.characters = new CharacterReader(times);
  }

  /**
   * Reads the names of the columns, if the format has them.
   *
   * @throws UnusableFileException if they cannot be used
   */
  static AccountReader open(
      FileFormat format, Lines lines, UsernameRules names, Set<String> ignored, Instant now)
      throws IOException, UnusableFileException {
    AccountReader reader = new AccountReader(format, lines, names, ignored, now);
    if (format == FileFormat.CSV) {
      reader.readColumns();
    }
    return reader;
  }

  private void readColumns() throws IOException, UnusableFileException {
    String text =
        switch (lines.next()) {
          case null -> throw new UnusableFileException("the file is empty");
          case Lines.Line.Bad bad ->
              throw new UnusableFileException("the first line: " + bad.message());
          case Lines.Line.Text line -> line.text();
        };
    try {
      columns = split(text).stream().map(String::strip).toList();
    } catch (JacksonException e) {
      throw new UnusableFileException("the first line is not CSV");
    }
    for (String column : columns) {
      if (!KNOWN.contains(column) && !ignored.contains(column)) {
        // What stands there may be an account already, so it is not repeated.
        throw new UnusableFileException(
            "column %d of the first line is none of %s"
                .formatted(columns.indexOf(column) + 1, sorted(KNOWN)));
      }
    }
    if (Set.copyOf(columns).size() < columns.size()) {
      throw new UnusableFileException("the first line names a column twice");
    }
    if (!columns.containsAll(NEEDED)) {
      throw new UnusableFileException(
          "the first line must name the columns " + sorted(NEEDED) + ", it names " + columns);
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  /** The next line that is not blank; null at the end. */
  @Nullable FileLine next() throws IOException {
    while (true) {
      switch (lines.next()) {
        case null -> {
          return null;
        }
        case Lines.Line.Bad(RejectCode code, String message) -> {
          return new Reject(lines.number(), code, message);
        }
        case Lines.Line.Text(String text) -> {
          if (!text.isBlank()) {
            return read(text);
          }
        }
      }
    }
  }

  private FileLine read(String text) {
    try {
      return account(format == FileFormat.CSV ? csv(text) : json(text));
    } catch (RefusedLineException e) {
      return new Reject(lines.number(), e.code(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * The values of a line.
   *
   * @param texts all but the characters
   * @param roles null when there are none
   */
  private record Fields(Map<String, String> texts, @Nullable JsonNode roles) {}

  private Fields csv(String text) throws RefusedLineException {
    List<String> values;
    try {
      values = split(text);
    } catch (JacksonException e) {
      // What Jackson says may quote the line.
      throw new RefusedLineException(
          RejectCode.MALFORMED, "not CSV: is a quote left open, or are there signs after one?");
    }
    if (values.size() != columns.size()) {
      throw new RefusedLineException(
          RejectCode.WRONG_FIELD_COUNT,
          "%d fields, there are %d columns".formatted(values.size(), columns.size()));
    }
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      fields.put(columns.get(i), values.get(i));
    }
    String roles = fields.getOrDefault(ROLES, "");
    return new Fields(
        fields,
        roles.isBlank() || ignored.contains(ROLES)
            ? null
            : parsed(roles, RejectCode.ROLE_INVALID, "roles is not JSON"));
  }

  private static List<String> split(String text) {
    String[][] rows = CSV_LINE.readValue(text);
    return rows.length == 0 ? List.of() : List.of(rows[0]);
  }

  private static JsonNode parsed(String json, RejectCode code, String otherwise)
      throws RefusedLineException {
    try {
      return JSON_LINE.readValue(json);
    } catch (JacksonException e) {
      throw new RefusedLineException(
          code,
          e.getLocation() == null
              ? otherwise
              : otherwise + " at column " + e.getLocation().getColumnNr());
    }
  }

  private Fields json(String text) throws RefusedLineException {
    JsonNode object = parsed(text, RejectCode.MALFORMED, "not JSON");
    if (!object.isObject()) {
      throw new RefusedLineException(RejectCode.MALFORMED, "not a JSON object");
    }
    Map<String, String> fields = new HashMap<>();
    JsonNode roles = null;
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      String name = property.getKey();
      if (ignored.contains(name) || property.getValue().isNull()) {
        continue;
      }
      if (!KNOWN.contains(name)) {
        throw new RefusedLineException(
            RejectCode.UNKNOWN_FIELD, "a field is none of " + sorted(KNOWN));
      }
      if (name.equals(ROLES)) {
        roles = property.getValue();
      } else if (property.getValue().isString()) {
        fields.put(name, property.getValue().stringValue());
      } else {
        throw new RefusedLineException(RejectCode.FIELD_MISSING, name + " is not a string");
      }
    }
    return new Fields(fields, roles);
  }

  private LegacyAccount account(Fields fields) throws RefusedLineException {
    Map<String, String> texts = fields.texts();
    Username username = username(needed(texts, USERNAME));
    JsonNode roles = fields.roles();
    return new LegacyAccount(
        lines.number(),
        username,
        displayName(texts.getOrDefault(DISPLAY_NAME, ""), username),
        hash(
            needed(texts, HASH), texts.getOrDefault(HASH_FORMAT, ""), texts.getOrDefault(SALT, "")),
        channel(needed(texts, CHANNEL)),
        times.read(CREATED, needed(texts, CREATED)),
        roles == null ? List.of() : characters.read(roles));
  }

  private static String needed(Map<String, String> fields, String name)
      throws RefusedLineException {
    String value = fields.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new RefusedLineException(RejectCode.FIELD_MISSING, name + " is missing");
    }
    return value;
  }

  private Username username(String typed) throws RefusedLineException {
    try {
      return names.parse(typed);
    } catch (InvalidUsernameException e) {
      throw new RefusedLineException(RejectCode.USERNAME_INVALID, e.code() + ": " + e.getMessage());
    }
  }

  private static String displayName(String chosen, Username username) throws RefusedLineException {
    if (chosen.isBlank()) {
      return username.display();
    }
    if (chosen.codePointCount(0, chosen.length()) > DISPLAY_LIMIT) {
      throw new RefusedLineException(
          RejectCode.DISPLAY_NAME_INVALID, "more than %d characters".formatted(DISPLAY_LIMIT));
    }
    int bad =
        chosen
            .codePoints()
            .filter(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)
            .findFirst()
            .orElse(-1);
    if (bad >= 0) {
      throw new RefusedLineException(
          RejectCode.DISPLAY_NAME_INVALID, "display_name must not hold U+%04X".formatted(bad));
    }
    return chosen;
  }

  /** Old tables keep a digest and its salt in two columns; the text form has both. */
  private static StoredHash hash(String hash, String format, String salt)
      throws RefusedLineException {
    String text =
        switch (format) {
          case "" -> hash;
          case "md5", "sha256" -> "$%s$salt=%s$%s".formatted(format, salt, hash);
          case "md5:password-salt", "md5:hex-salt", "sha256:password-salt", "sha256:hex-salt" -> {
            int colon = format.indexOf(':');
            yield "$%s$salt=%s,order=%s$%s"
                .formatted(format.substring(0, colon), salt, format.substring(colon + 1), hash);
          }
          default ->
              throw new RefusedLineException(
                  RejectCode.HASH_UNSUPPORTED,
                  "hash_format must be empty or one of md5, sha256, each alone or with"
                      + " :password-salt or :hex-salt");
        };
    if (format.isEmpty() && !salt.isEmpty()) {
      throw new RefusedLineException(
          RejectCode.HASH_MALFORMED, "a salt needs a hash_format that says how it was used");
    }
    return switch (StoredHash.parse(text)) {
      case ParsedHash.Accepted(StoredHash accepted) -> accepted;
      case ParsedHash.Refused(ParsedHash.Refusal why, String detail) ->
          throw new RefusedLineException(
              switch (why) {
                case UNKNOWN_FORMAT -> RejectCode.HASH_UNSUPPORTED;
                case TOO_COSTLY -> RejectCode.HASH_TOO_COSTLY;
                case EMPTY, TOO_LONG, MALFORMED -> RejectCode.HASH_MALFORMED;
              },
              detail);
    };
  }

  private static String channel(String text) throws RefusedLineException {
    if (!CHANNELS.matcher(text).matches()) {
      throw new RefusedLineException(
          RejectCode.CHANNEL_INVALID, "channel must be 1 to 32 of a-z 0-9 - _");
    }
    return text;
  }
}
