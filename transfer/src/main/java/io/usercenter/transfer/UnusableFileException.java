package io.usercenter.transfer;

/** A file of which no line can be used. The message says what is wrong with it. */
public final class UnusableFileException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableFileException(String message) {
    super(message);
  }
}
