package io.usercenter.password;

/**
 * The cost of an Argon2id hash (RFC 9106 section 3.1), within what this service is willing to spend
 * on one login.
 *
 * @param memoryKib KiB, at least 8 for each lane, at most {@value #MAX_MEMORY_KIB}
 * @param iterations passes over that memory, 1 to {@value #MAX_ITERATIONS}; both together at most
 *     {@value #MAX_KIB_PASSES} KiB written
 * @param parallelism lanes, 1 to {@value #MAX_PARALLELISM}; new hashes have one
 */
public record Argon2Cost(int memoryKib, int iterations, int parallelism) {
  /** 256 MiB. */
  public static final int MAX_MEMORY_KIB = 262_144;

  /** Passes. */
  public static final int MAX_ITERATIONS = 64;

  /** About half a second. */
  public static final int MAX_KIB_PASSES = 1_048_576;

  static final int MAX_PARALLELISM = 16;

  /**
   * @throws IllegalArgumentException saying which bound is exceeded
   */
  public Argon2Cost {
    require("m", memoryKib, 8L * Math.max(parallelism, 1), MAX_MEMORY_KIB);
    require("t", iterations, 1, MAX_ITERATIONS);
    require("p", parallelism, 1, MAX_PARALLELISM);
    require("m*t", (long) memoryKib * iterations, 8, MAX_KIB_PASSES);
  }

  private static void require(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "Argon2id %s=%d is not %d to %d".formatted(name, value, least, most));
    }
  }

  /** What one hash of this cost takes. */
  public HashWork work() {
    return new HashWork(HashFormat.ARGON2ID, (double) memoryKib * iterations);
  }

  /** As in a PHC string: {@code m=19456,t=2,p=1}. */
  @Override
  public String toString() {
    return "m=%d,t=%d,p=%d".formatted(memoryKib, iterations, parallelism);
  }
}
