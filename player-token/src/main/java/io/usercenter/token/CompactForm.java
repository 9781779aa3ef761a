package io.usercenter.token;

/** The compact serialization of RFC 7515 7.1, in its one canonical spelling. */
final class CompactForm {
  private static final int PARTS = 3;

  private CompactForm() {}

  /**
   * Three non-empty parts of unpadded base64url with dots between. The unused bits at the end of
   * each part must be zero (RFC 4648 3.5), or one token could be spelled in many ways.
   */
  static boolean isCanonical(String token, int longest) {
    if (token.length() > longest) {
      return false;
    }
    int parts = 0;
    int start = 0;
    while (start <= token.length()) {
      int dot = token.indexOf('.', start);
      int end = dot < 0 ? token.length() : dot;
      if (++parts > PARTS || !isPart(token, start, end)) {
        return false;
      }
      start = end + 1;
    }
    return parts == PARTS;
  }

  private static boolean isPart(String token, int start, int end) {
    if (start == end) {
      return false;
    }
    int last = 0;
    for (int i = start; i < end; i++) {
      last = digit(token.charAt(i));
      if (last < 0) {
        return false;
      }
    }
    return switch ((end - start) % 4) {
      case 0 -> true;
      case 2 -> (last & 0b1111) == 0;
      case 3 -> (last & 0b11) == 0;
      default -> false;
    };
  }

  private static int digit(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }
}
