package io.usercenter.transfer;

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

/** Reads the times that other systems wrote. */
final class LegacyTimes {
  private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");
  private static final Duration MAX_AHEAD = Duration.ofDays(1);

  /** What MySQL prints: {@code 2019-03-01 12:30:00}, with fractions of a second or without. */
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter();

  private final Instant latest;

  /**
   * @param now all times lie before it, give or take a day
   */
  LegacyTimes(Instant now) {
    this.latest = now.plus(MAX_AHEAD);
  }

  /**
   * Reads a time in one of three forms.
   *
   * @param field how the refusal calls it
   * @throws RefusedLineException {@link RejectCode#DATE_INVALID}
   */
  Instant read(String field, String text) throws RefusedLineException {
    Instant time;
    try {
      if (text.length() == "2019-03-01".length()) {
        time = LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      } else if (text.indexOf(' ') > 0) {
        time = LocalDateTime.parse(text, LOCAL).toInstant(ZoneOffset.UTC);
      } else {
        time = OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeException e) {
      throw new RefusedLineException(
          RejectCode.DATE_INVALID,
          field + " must be like 2019-03-01T12:30:00Z, 2019-03-01 12:30:00 (UTC) or 2019-03-01");
    }
    if (time.isBefore(EARLIEST) || time.isAfter(latest)) {
      throw new RefusedLineException(
          RejectCode.DATE_INVALID, field + " must be from " + EARLIEST + " to " + latest);
    }
    return time.truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }
}
