package io.usercenter.platform;

/** Stops the start for a setting outside of its bounds, with its name in the message. */
public final class Bounds {
  private Bounds() {}

  /**
   * Checks a setting.
   *
   * @param property its full name, as in {@code docs/configuration.md}
   * @param least the smallest value allowed
   * @param most the largest value allowed
   * @throws IllegalArgumentException when it is outside
   */
  public static <T extends Comparable<T>> void require(String property, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to %s, was %s".formatted(property, least, most, value));
    }
  }
}
