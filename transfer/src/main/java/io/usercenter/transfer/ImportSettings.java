package io.usercenter.transfer;

import java.time.Duration;
import java.util.Set;

/**
 * How an import goes about it.
 *
 * @param rowsPerTransaction accounts in one transaction of one shard; 1 to 1000
 * @param parallel transactions at a time, so as many connections, and one more at least for the
 *     characters; 1 to 32
 * @param maxRejects when there are more, the import stops: it is the wrong file, or a wrong mapping
 * @param patience how long a shard that is away is waited for before the import stops
 * @param ignored fields that may be in the file and are not looked at
 */
public record ImportSettings(
    int rowsPerTransaction, int parallel, long maxRejects, Duration patience, Set<String> ignored) {
  private static final int MOST_ROWS = 1_000;
  private static final int MOST_PARALLEL = 32;

  public ImportSettings {
    ignored = Set.copyOf(ignored);
    require("rowsPerTransaction", rowsPerTransaction, 1, MOST_ROWS);
    require("parallel", parallel, 1, MOST_PARALLEL);
    require("maxRejects", maxRejects, 0, Long.MAX_VALUE);
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience must not be negative, was " + patience);
    }
  }

  private static void require(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, was %d".formatted(name, least, most, value));
    }
  }
}
