package io.usercenter.cli.demo;

/** A request that got no answer that could be read. */
final class NoAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String request, Throwable cause) {
    super(request + " got no answer: " + cause, cause);
  }
}
