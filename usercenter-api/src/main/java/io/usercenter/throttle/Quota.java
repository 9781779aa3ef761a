package io.usercenter.throttle;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;

/**
 * How often something may happen. A full quota may be used at once; it comes back evenly, all of it
 * within the window.
 *
 * @param capacity 1 to 100,000,000
 * @param window 1 s to 24 h, and at least a microsecond for each
 */
record Quota(int capacity, Duration window) {
  private static final int MOST = 100_000_000;
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d+[a-z]{1,2})");

  Quota {
    if (capacity < 1
        || capacity > MOST
        || window.compareTo(Duration.ofSeconds(1)) < 0
        || window.compareTo(Duration.ofDays(1)) > 0
        || micros(window) < capacity) {
      throw new IllegalArgumentException(
          "%d/%s: 1 to %d within 1 s to 24 h, not more than one a microsecond"
              .formatted(capacity, window, MOST));
    }
  }

  /** Reads {@code 100/10m}. */
  public static Quota of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("'%s' is not like 100/10m".formatted(text));
    }
    return new Quota(Integer.parseInt(form.group(1)), DurationStyle.SIMPLE.parse(form.group(2)));
  }

  /** After how many microseconds one comes back. */
  long intervalMicros() {
    return micros(window) / capacity;
  }

  /** After how many microseconds all are back. */
  long spanMicros() {
    return intervalMicros() * capacity;
  }

  static long micros(Duration duration) {
    return TimeUnit.MICROSECONDS.convert(duration);
  }
}
