package io.usercenter.roleevent;

/**
 * Everything a game server tells about a character; always the whole, never a difference.
 *
 * @param name up to 64 code points, no control characters
 * @param level 0 or more
 * @param job up to 32 code points; empty when the game has none
 * @param power 0 or more
 * @param channel up to 32 code points; empty when unknown
 * @param more what a later version tells besides, as the text of a JSON object; empty when nothing.
 *     It is kept with the character, for whoever knows what it means.
 */
public record RolePicture(
    String name, int level, String job, long power, String channel, String more) {
  /** What is known about a character of which no picture has arrived yet. */
  public static final RolePicture NONE = new RolePicture("", 0, "", 0, "");

  /** Without anything that this version does not know. */
  public RolePicture(String name, int level, String job, long power, String channel) {
    this(name, level, job, power, channel, "");
  }

  public RolePicture {
    requireText("role.name", name, 64);
    requireText("role.job", job, 32);
    requireText("role.channel", channel, 32);
    requireNotNegative("role.level", level);
    requireNotNegative("role.power", power);
    if (!more.isEmpty() && !(more.startsWith("{") && more.endsWith("}"))) {
      throw new InvalidRoleEventException("role", "must have its other members as a JSON object");
    }
  }

  private static void requireText(String field, String text, int maxCodePoints) {
    // MySQL counts VARCHAR(n) in code points; length() counts an emoji twice.
    if (text.length() > 2 * maxCodePoints
        || text.codePointCount(0, text.length()) > maxCodePoints) {
      throw new InvalidRoleEventException(
          field, "must be at most " + maxCodePoints + " code points");
    }
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      if (Character.isISOControl(c) || isLoneSurrogate(c)) {
        throw new InvalidRoleEventException(field, "must not hold U+%04X".formatted(c));
      }
    }
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  private static void requireNotNegative(String field, long value) {
    if (value < 0) {
      throw new InvalidRoleEventException(field, "must be 0 or more, was " + value);
    }
  }
}
