package io.usercenter.shard;

/**
 * The password of the database user. Never printed.
 *
 * @param value in clear, may be empty
 */
public record DatabasePassword(String value) {
  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
