package io.usercenter.password;

import org.jspecify.annotations.Nullable;

/** The native library cannot be used here; the message says why. */
final class NativeLibraryException extends Exception {
  private static final long serialVersionUID = 1L;

  NativeLibraryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
