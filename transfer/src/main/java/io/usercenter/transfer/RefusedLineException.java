package io.usercenter.transfer;

/** Ends the reading of a line; becomes a {@link Reject}. */
final class RefusedLineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectCode code;

  RefusedLineException(RejectCode code, String message) {
    super(message);
    this.code = code;
  }

  RejectCode code() {
    return code;
  }
}
