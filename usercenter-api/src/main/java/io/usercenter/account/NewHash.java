package io.usercenter.account;

/** The hash of a new password, waiting to be written. Its text form is redacted. */
public final class NewHash {
  private final String text;

  NewHash(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
