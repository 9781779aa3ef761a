package io.usercenter.transfer;

/** A job is about one file, and this is another one. The message says how they differ. */
public final class OtherFileException extends Exception {
  private static final long serialVersionUID = 1L;

  OtherFileException(String message) {
    super(message);
  }
}
