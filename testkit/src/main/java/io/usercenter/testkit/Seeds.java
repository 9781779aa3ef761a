package io.usercenter.testkit;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs a check over many seeds and says which one failed.
 *
 * <p>{@code -Dseeds=N} runs N seeds instead of the number in the test; {@code -Dseed=S} runs only
 * S, to replay a failure.
 */
public final class Seeds {
  /** A check that draws everything it varies from one seed. */
  @FunctionalInterface
  public interface Check {
    /** Fails by throwing. */
    void run(long seed) throws Throwable;
  }

  private Seeds() {}

  /**
   * Runs the check with {@code count} consecutive seeds from a new random base, which is printed.
   *
   * @throws AssertionError at the first failure, naming its seed, with the failure as cause
   */
  public static void forEach(int count, Check check) {
    Long only = Long.getLong("seed");
    if (only != null) {
      forEach(only, 1, check);
    } else {
      forEach(
          ThreadLocalRandom.current().nextInt(1 << 30), Integer.getInteger("seeds", count), check);
    }
  }

  static void forEach(long base, int count, Check check) {
    System.out.printf("%d seeds from %d%n", count, base);
    for (long seed = base; seed < base + count; seed++) {
      try {
        check.run(seed);
      } catch (Throwable failure) {
        throw new AssertionError(
            "seed %d failed, replay it with -Dseed=%d: %s".formatted(seed, seed, failure), failure);
      }
    }
  }
}
