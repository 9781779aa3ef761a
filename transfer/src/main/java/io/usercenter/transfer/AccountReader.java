package io.usercenter.transfer;

import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.password.ParsedHash;
import io.usercenter.password.StoredHash;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
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
  private static final Set<String> NEEDED = Set.of(USERNAME, HASH, CHANNEL, CREATED);
  private static final Set<String> KNOWN =
      Set.of(USERNAME, DISPLAY_NAME, HASH, HASH_FORMAT, SALT, CHANNEL, CREATED);

  private static final Pattern CHANNELS = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final int DISPLAY_LIMIT = 64;
  private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");
  private static final Duration MAX_AHEAD = Duration.ofDays(1);

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

  /** What MySQL prints: {@code 2019-03-01 12:30:00}, with fractions of a second or without. */
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter();

  private final FileFormat format;
  private final Lines lines;
  private final UsernameRules names;
  private final Set<String> ignored;
  private final Instant latest;
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
    this.latest = now.plus(MAX_AHEAD);
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
      return new Reject(lines.number(), e.code, String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> csv(String text) throws RefusedLineException {
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
    return fields;
  }

  private static List<String> split(String text) {
    String[][] rows = CSV_LINE.readValue(text);
    return rows.length == 0 ? List.of() : List.of(rows[0]);
  }

  private Map<String, String> json(String text) throws RefusedLineException {
    JsonNode object;
    try {
      object = JSON_LINE.readValue(text);
    } catch (JacksonException e) {
      throw new RefusedLineException(
          RejectCode.MALFORMED,
          e.getLocation() == null
              ? "not JSON"
              : "not JSON at column " + e.getLocation().getColumnNr());
    }
    if (!object.isObject()) {
      throw new RefusedLineException(RejectCode.MALFORMED, "not a JSON object");
    }
    Map<String, String> fields = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      String name = property.getKey();
      if (ignored.contains(name) || property.getValue().isNull()) {
        continue;
      }
      if (!KNOWN.contains(name)) {
        throw new RefusedLineException(
            RejectCode.UNKNOWN_FIELD, "a field is none of " + sorted(KNOWN));
      }
      if (!property.getValue().isString()) {
        throw new RefusedLineException(RejectCode.FIELD_MISSING, name + " is not a string");
      }
      fields.put(name, property.getValue().stringValue());
    }
    return fields;
  }

  private LegacyAccount account(Map<String, String> fields) throws RefusedLineException {
    Username username = username(needed(fields, USERNAME));
    return new LegacyAccount(
        lines.number(),
        username,
        displayName(fields.getOrDefault(DISPLAY_NAME, ""), username),
        hash(
            needed(fields, HASH),
            fields.getOrDefault(HASH_FORMAT, ""),
            fields.getOrDefault(SALT, "")),
        channel(needed(fields, CHANNEL)),
        created(needed(fields, CREATED)));
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

  private Instant created(String text) throws RefusedLineException {
    Instant created;
    try {
      if (text.length() == "2019-03-01".length()) {
        created = LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      } else if (text.indexOf(' ') > 0) {
        created = LocalDateTime.parse(text, LOCAL).toInstant(ZoneOffset.UTC);
      } else {
        created = OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeException e) {
      throw new RefusedLineException(
          RejectCode.DATE_INVALID,
          "created must be like 2019-03-01T12:30:00Z, 2019-03-01 12:30:00 (UTC) or 2019-03-01");
    }
    if (created.isBefore(EARLIEST) || created.isAfter(latest)) {
      throw new RefusedLineException(
          RejectCode.DATE_INVALID, "created must be from " + EARLIEST + " to " + latest);
    }
    return created.truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }

  /** Ends the reading of a line; becomes a {@link Reject}. */
  private static final class RefusedLineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectCode code;

    RefusedLineException(RejectCode code, String message) {
      super(message);
      this.code = code;
    }
  }
}
