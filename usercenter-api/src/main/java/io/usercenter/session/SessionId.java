package io.usercenter.session;

import com.fasterxml.jackson.annotation.JsonValue;
import io.usercenter.id.UserId;
import java.util.random.RandomGenerator;

/**
 * The id of a session. Random, so that a login needs no lease, with the gene of its user in the low
 * eight bits, so that it leads to the same shard.
 *
 * @param value positive
 */
public record SessionId(long value) {
  public SessionId {
    if (value <= 0) {
      throw new IllegalArgumentException("session id must be positive, was " + value);
    }
  }

  /** 55 random bits: of a billion sessions two share an id with a probability of 5 %. */
  static SessionId random(UserId user, RandomGenerator random) {
    return new SessionId(random.nextLong() >>> 9 << 8 | user.gene());
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
