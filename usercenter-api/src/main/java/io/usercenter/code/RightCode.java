package io.usercenter.code;

/** A code that was typed right and not used yet. Its text form is redacted. */
public final class RightCode {
  private final String key;
  private final String mac;

  RightCode(String key, String mac) {
    this.key = key;
    this.mac = mac;
  }

  String key() {
    return key;
  }

  String mac() {
    return mac;
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
