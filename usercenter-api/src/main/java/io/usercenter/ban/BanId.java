package io.usercenter.ban;

import com.fasterxml.jackson.annotation.JsonValue;
import io.usercenter.id.UserId;

/**
 * The id of a ban. Minted like a user id with the gene of its user, so it leads to the same shard.
 *
 * @param value positive
 */
public record BanId(long value) {
  public BanId {
    if (value <= 0) {
      throw new IllegalArgumentException("ban id must be positive, was " + value);
    }
  }

  /**
   * Reads the decimal form.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static BanId parse(String decimal) {
    return new BanId(UserId.parse(decimal).value());
  }

  /** Decimal; JSON carries it as a string. */
  @JsonValue
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
