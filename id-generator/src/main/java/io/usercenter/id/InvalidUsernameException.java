package io.usercenter.id;

/** A name that cannot be a username. The message says why and never repeats the name. */
public final class InvalidUsernameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The rule that was broken; stable, clients translate it. */
  public enum Code {
    /** Fewer characters than allowed. */
    TOO_SHORT,
    /** More characters than allowed. */
    TOO_LONG,
    /** Nothing but blanks. */
    BLANK,
    /** A character that is not allowed; the message names it as U+XXXX. */
    BAD_CHARACTER,
    /** Not Unicode text: half of a surrogate pair. */
    NOT_WELL_FORMED
  }

  private final Code code;

  InvalidUsernameException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
