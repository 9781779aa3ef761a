package io.usercenter.cli.demo;

/**
 * The demo cannot start. The message is for the person at the terminal: what is wrong, what to do.
 */
final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    super(message);
  }
}
