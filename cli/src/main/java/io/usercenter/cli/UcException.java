package io.usercenter.cli;

import org.jspecify.annotations.Nullable;

/**
 * A command cannot go on. The message is for the person at the terminal: what is wrong, what to do.
 */
final class UcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UcException(String message) {
    super(message);
  }

  UcException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
