package io.usercenter.session;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many sessions a player may have side by side. One more ends the one that was not used for the
 * longest time, or is denied.
 *
 * @param most 1 to 1000
 * @param each of what there may be so many
 * @param denyNew whether those that are there stay; a device that comes again takes the place of
 *     its own
 */
record ConcurrentSessions(int most, Scope each, boolean denyNew) {
  private static final int LIMIT = 1000;
  private static final Pattern FORM = Pattern.compile("(\\d{1,4})/([a-z-]+?)(/deny-new)?");

  /** Which sessions count together. */
  enum Scope {
    ACCOUNT,
    DEVICE_CLASS;

    private static Scope of(String word) {
      return Arrays.stream(values())
          .filter(scope -> scope.word().equals(word))
          .findAny()
          .orElseThrow(
              () -> new IllegalArgumentException(word + " is not account or device-class"));
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  ConcurrentSessions {
    if (most < 1 || most > LIMIT) {
      throw new IllegalArgumentException("sessions must be 1 to " + LIMIT + ", were " + most);
    }
  }

  /** Reads {@code 1/account}, {@code 2/device-class} or {@code 1/account/deny-new}. */
  public static ConcurrentSessions of(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException("'%s' is not like 1/device-class".formatted(text));
    }
    return new ConcurrentSessions(
        Integer.parseInt(form.group(1)), Scope.of(form.group(2)), form.group(3) != null);
  }
}
