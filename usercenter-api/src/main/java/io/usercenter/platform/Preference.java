package io.usercenter.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a caller would like, and gets where it can be had: the request header {@code Prefer} (RFC
 * 7240). An unknown preference is none, and so is one that is spelt wrong.
 */
public final class Preference {
  /** The request header. */
  public static final String HEADER = "Prefer";

  /** The header of the answer that says which of them was met. */
  public static final String APPLIED = "Preference-Applied";

  /** No more than what the caller cannot know (section 4.2). */
  public static final String MINIMAL = "return=minimal";

  private static final Pattern NAME_AND_VALUE =
      Pattern.compile("\\s*return\\s*=\\s*(\"?)([^\\s\";]*)\\1\\s*(;.*)?");

  private Preference() {}

  /**
   * Whether the caller wants {@link #MINIMAL}. Who says twice what he wants means the first.
   *
   * @param headers all that were sent; null when none was
   */
  public static boolean isMinimal(@Nullable List<String> headers) {
    return headers != null
        && headers.stream()
            .flatMap(header -> Arrays.stream(header.split(",")))
            .map(each -> NAME_AND_VALUE.matcher(each.toLowerCase(Locale.ROOT)))
            .filter(Matcher::matches)
            .findFirst()
            .filter(stated -> stated.group(2).equals("minimal"))
            .isPresent();
  }
}
