package io.usercenter.session;

import com.fasterxml.jackson.annotation.JsonValue;
import io.usercenter.id.UserId;

/**
 * The id of a session. Minted like a user id with the gene of its user, so it leads to the same
 * shard.
 *
 * @param value positive
 */
public record SessionId(long value) {
  public SessionId {
    if (value <= 0) {
      throw new IllegalArgumentException("session id must be positive, was " + value);
    }
  }

  /**
   * Reads the decimal form.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static SessionId parse(String decimal) {
    return new SessionId(UserId.parse(decimal).value());
  }

  /** Decimal; JSON carries it as a string. */
  @JsonValue
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
