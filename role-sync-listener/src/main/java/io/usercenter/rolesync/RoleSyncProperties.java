package io.usercenter.rolesync;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the streams are worked off. Memory is bounded by {@code 32 * (maxHeld + batchSize)} entries.
 *
 * @param batchSize entries read at once from a stream; 1 to 1000, default 200
 * @param parallelism batches applied at the same time; 1 to 32, default 8
 * @param maxHeld entries of a stream that wait for a shard that is away before no more are read
 *     from it; 1 to 10000, default 1000
 * @param gatherFor the longest pause before a stream is asked again that had less than a batch; 1
 *     ms to 10 s, default 500 ms. A stream in which little happens is asked five times as often.
 *     The longer, the fewer batches, each of which costs a commit.
 * @param retryDelay pause before what could not be applied is tried again, and before Redis is
 *     asked again; 10 ms to 1 min, default 1 s
 * @param takeoverAfter an entry that another consumer has held for so long is taken from it; 100 ms
 *     to 1 h, default 30 s. Shorter than a batch may take only costs double work.
 * @param drainWithin how long a batch that is being applied may go on after SIGTERM; up to 5 min,
 *     default 15 s
 * @param upkeepEvery how often parked characters are offered to players who have appeared, and how
 *     soon a paused stream stops; 10 ms to 1 min, default 2 s
 * @param parkFor how long characters wait for their player before they are rejected; 1 min to 90
 *     days, default 7 days
 * @param acceptUnsigned whether entries without a signature are believed; default false. For the
 *     time of an upgrade from senders that do not sign, no longer: whoever reaches Redis could
 *     write what he likes.
 * @param rememberedCharacters of how many characters to remember that they are in use, about 350
 *     bytes each: what changes them need not read them first; 0 to 10,000,000, default 50,000
 * @param reportEvery how often lag is measured and a line with counts is logged; 10 ms to 10 min,
 *     default 5 s
 */
@ConfigurationProperties(prefix = "usercenter.role-sync", ignoreUnknownFields = false)
record RoleSyncProperties(
    @DefaultValue("200") int batchSize,
    @DefaultValue("8") int parallelism,
    @DefaultValue("1000") int maxHeld,
    @DefaultValue("500ms") Duration gatherFor,
    @DefaultValue("1s") Duration retryDelay,
    @DefaultValue("30s") Duration takeoverAfter,
    @DefaultValue("15s") Duration drainWithin,
    @DefaultValue("2s") Duration upkeepEvery,
    @DefaultValue("7d") Duration parkFor,
    @DefaultValue("false") boolean acceptUnsigned,
    @DefaultValue("50000") int rememberedCharacters,
    @DefaultValue("5s") Duration reportEvery) {

  RoleSyncProperties {
    require("batch-size", batchSize, 1, 1_000);
    require("parallelism", parallelism, 1, 32);
    require("max-held", maxHeld, 1, 10_000);
    require("gather-for", gatherFor, Duration.ofMillis(1), Duration.ofSeconds(10));
    require("retry-delay", retryDelay, Duration.ofMillis(10), Duration.ofMinutes(1));
    require("takeover-after", takeoverAfter, Duration.ofMillis(100), Duration.ofHours(1));
    require("drain-within", drainWithin, Duration.ZERO, Duration.ofMinutes(5));
    require("upkeep-every", upkeepEvery, Duration.ofMillis(10), Duration.ofMinutes(1));
    require("park-for", parkFor, Duration.ofMinutes(1), Duration.ofDays(90));
    require("remembered-characters", rememberedCharacters, 0, 10_000_000);
    require("report-every", reportEvery, Duration.ofMillis(10), Duration.ofMinutes(10));
  }

  private static <T extends Comparable<T>> void require(String name, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "usercenter.role-sync.%s must be %s to %s, was %s".formatted(name, least, most, value));
    }
  }
}
