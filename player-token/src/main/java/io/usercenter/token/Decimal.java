package io.usercenter.token;

/** Ids in their one decimal form, as in JSON. */
final class Decimal {
  private Decimal() {}

  /**
   * @throws IllegalArgumentException for anything but a positive long without sign and leading
   *     zeros
   */
  static long parse(String text) {
    if (text.isEmpty() || text.length() > 19 || text.charAt(0) == '0') {
      throw new IllegalArgumentException("not a positive decimal number");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw new IllegalArgumentException("not a positive decimal number");
      }
    }
    return Long.parseLong(text);
  }
}
