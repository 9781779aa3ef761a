package io.usercenter.id;

/**
 * One of the 32 logical shards.
 *
 * @param number 0 to 31
 */
public record Shard(int number) implements Comparable<Shard> {
  /** How many shards there are. */
  public static final int COUNT = 32;

  public Shard {
    if (number < 0 || number >= COUNT) {
      throw new IllegalArgumentException("shard must be 0 to 31, was " + number);
    }
  }

  @Override
  public int compareTo(Shard other) {
    return Integer.compare(number, other.number);
  }

  /** Two digits, as in the names of the databases: {@code 07}. */
  @Override
  public String toString() {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
