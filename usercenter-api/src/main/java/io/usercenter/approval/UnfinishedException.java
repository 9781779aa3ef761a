package io.usercenter.approval;

/**
 * Only some of what was approved could be done so far; the rest is tried again, for a day. Its
 * message is for people, and is the result when that was in vain.
 */
public final class UnfinishedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnfinishedException(String soFar) {
    super(soFar);
  }
}
