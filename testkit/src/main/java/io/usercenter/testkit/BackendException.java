package io.usercenter.testkit;

import org.jspecify.annotations.Nullable;

/** A server could not be provided, started or stopped. The message says what to do about it. */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BackendException(String message) {
    super(message);
  }

  BackendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
