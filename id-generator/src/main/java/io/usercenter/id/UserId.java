package io.usercenter.id;

import java.time.Instant;

/**
 * A user id. Its low five bits name the shard that holds the user, so it routes by itself.
 *
 * @param value 1 to 2^63-1; see {@link UserIdLayout} for its bits
 */
public record UserId(long value) implements Comparable<UserId> {
  private static final int MAX_DIGITS = 19;

  public UserId {
    if (value <= 0) {
      throw new IllegalArgumentException("user id must be positive, was " + value);
    }
  }

  /**
   * Reads the decimal form used in JSON, URLs and logs: 1 to 19 ASCII digits, no sign, no leading
   * zero, so that an id has one spelling.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static UserId parse(String decimal) {
    int length = decimal.length();
    if (length == 0 || length > MAX_DIGITS) {
      throw new IllegalArgumentException(
          "user id must have 1 to 19 digits, had " + length + " characters");
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      char c = decimal.charAt(i);
      if (c < '0' || c > '9') {
        throw new IllegalArgumentException(
            String.format("user id must be decimal digits, has U+%04X at %d", (int) c, i));
      }
      value = value * 10 + (c - '0'); // 19 digits overflow at most once, into the negative
    }
    if (decimal.charAt(0) == '0') {
      throw new IllegalArgumentException("user id must be positive without leading zeros");
    }
    if (value < 0) {
      throw new IllegalArgumentException("user id must be at most 9223372036854775807");
    }
    return new UserId(value);
  }

  /** The shard that holds the user. */
  public Shard shard() {
    return new Shard(UserIdLayout.shard(value));
  }

  /** The gene of the username it was minted for, 0 to 255. */
  public int gene() {
    return UserIdLayout.gene(value);
  }

  /** The machine number of the generator that minted it, 0 to 255. */
  public int machine() {
    return UserIdLayout.machine(value);
  }

  /** The sequence field, 0 to 255; its low three bits belong to the gene. */
  public int sequence() {
    return UserIdLayout.sequence(value);
  }

  /** When it was minted, to the millisecond; up to 10 ms ahead of the clock under load. */
  public Instant issuedAt() {
    return UserIdLayout.instant(UserIdLayout.timestamp(value));
  }

  @Override
  public int compareTo(UserId other) {
    return Long.compare(value, other.value);
  }

  /** Decimal. */
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
