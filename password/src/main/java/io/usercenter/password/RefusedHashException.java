package io.usercenter.password;

/** Ends the reading of a hash; becomes a {@link ParsedHash.Refused}. */
final class RefusedHashException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ParsedHash.Refusal why;

  RefusedHashException(ParsedHash.Refusal why, String detail) {
    super(detail);
    this.why = why;
  }

  static RefusedHashException malformed(String detail) {
    return new RefusedHashException(ParsedHash.Refusal.MALFORMED, detail);
  }

  /** Refuses a cost that is not one at all, or above what one login may take. */
  static void requireCost(String name, long value, long least, long most)
      throws RefusedHashException {
    if (value < least) {
      throw malformed("%s is %d, below %d".formatted(name, value, least));
    }
    if (value > most) {
      throw new RefusedHashException(
          ParsedHash.Refusal.TOO_COSTLY, "%s is %d, above %d".formatted(name, value, most));
    }
  }

  ParsedHash.Refused refused() {
    return new ParsedHash.Refused(why, String.valueOf(getMessage()));
  }
}
