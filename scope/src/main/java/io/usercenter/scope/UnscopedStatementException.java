package io.usercenter.scope;

/** Some code asks on behalf of an operator without saying where he may look. It is a mistake. */
public final class UnscopedStatementException extends IllegalStateException {
  UnscopedStatementException(String message) {
    super(message);
  }
}
