package io.usercenter.id;

/** No id can be minted now. Nothing was used up; asking again later is safe. */
public final class UserIdUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why; stable. */
  public enum Code {
    /** All 256 machine numbers are held by other processes; the message names them. */
    ID_MACHINE_NUMBERS_EXHAUSTED,
    /** Another process took over the machine number and no other is leased yet. */
    ID_LEASE_LOST,
    /** The leased window of timestamps is over and could not be renewed. */
    ID_LEASE_EXPIRED,
    /** More ids were asked for one gene than its lane can give: 32 in a millisecond. */
    ID_LANE_SATURATED,
    /** The clock shows a time after 2157-05-15, whose ids would be negative. */
    ID_TIMESTAMP_OVERFLOW,
    /** The database of the machine numbers could not be asked. */
    ID_STORE_UNAVAILABLE,
    /** The generator was closed. */
    ID_CLOSED
  }

  private final Code code;

  UserIdUnavailableException(Code code, String message) {
    super(code + ": " + message);
    this.code = code;
  }

  UserIdUnavailableException(Code code, String message, Throwable cause) {
    super(code + ": " + message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
