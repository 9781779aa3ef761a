package io.usercenter.id;

import java.time.Instant;

/**
 * The bits of a user id.
 *
 * <pre>
 *   63                    21 20       13 12        5 4     0
 *  | ms since 2018-01-01    |  machine  | sequence  | shard |     43 | 8 | 8 | 5
 *                                            |  gene (8)    |
 * </pre>
 *
 * <p>The gene is the low eight bits: the shard and, in the low three bits of the sequence, what 64,
 * 128 or 256 shards will need. The top bit stays 0 until 2157-05-15T07:35:11.104Z, so ids are
 * positive and sort by time as signed longs; later timestamps are refused.
 */
public final class UserIdLayout {
  /** Timestamp 0. */
  public static final Instant EPOCH = Instant.parse("2018-01-01T00:00:00Z");

  /** The last timestamp whose ids are positive: 42 bits, 2157-05-15T07:35:11.103Z. */
  public static final long MAX_TIMESTAMP = (1L << 42) - 1;

  /** How many machine numbers there are. */
  public static final int MACHINES = 256;

  /** How many genes there are, and so how many lanes a generator has. */
  public static final int GENES = 256;

  /** How many ids of one gene a machine can mint in a millisecond. */
  static final int IDS_PER_LANE_AND_MILLISECOND = 32;

  private static final int MACHINE_SHIFT = 13;
  private static final int SEQUENCE_SHIFT = 5;
  private static final int TIMESTAMP_SHIFT = 21;
  private static final int GENE_BITS = 8;
  private static final int TURN_BITS = 5;
  private static final long EPOCH_MILLIS = EPOCH.toEpochMilli();

  private UserIdLayout() {}

  /** What no id that is minted then or later is smaller than; 1 before {@link #EPOCH}. */
  public static long firstIdAt(Instant at) {
    long timestamp = timestampOfEpochMilli(at.toEpochMilli());
    return timestamp <= 0 ? 1 : Math.min(timestamp, MAX_TIMESTAMP) << TIMESTAMP_SHIFT;
  }

  /**
   * The id of a lane's slot. A slot is {@code timestamp << 5 | turn}: the timestamp in ms since
   * {@link #EPOCH} and the upper five bits of the sequence, so a lane counts through its ids by
   * adding one. The caller has checked the ranges; this is the hot path.
   */
  static long id(long slot, int machine, int gene) {
    return ((slot >> TURN_BITS) << TIMESTAMP_SHIFT)
        | ((long) machine << MACHINE_SHIFT)
        | ((slot & (IDS_PER_LANE_AND_MILLISECOND - 1)) << GENE_BITS)
        | gene;
  }

  /** The first slot of a millisecond since {@link #EPOCH}. */
  static long firstSlot(long timestamp) {
    return timestamp << TURN_BITS;
  }

  /** The millisecond since {@link #EPOCH} that a slot lies in. */
  static long timestampOfSlot(long slot) {
    return slot >> TURN_BITS;
  }

  static int gene(long id) {
    return (int) id & (GENES - 1);
  }

  static int shard(long id) {
    return (int) id & (Shard.COUNT - 1);
  }

  static int sequence(long id) {
    return (int) (id >> SEQUENCE_SHIFT) & 255;
  }

  static int machine(long id) {
    return (int) (id >> MACHINE_SHIFT) & (MACHINES - 1);
  }

  static long timestamp(long id) {
    return id >> TIMESTAMP_SHIFT;
  }

  static Instant instant(long timestamp) {
    return Instant.ofEpochMilli(EPOCH_MILLIS + timestamp);
  }

  /** Milliseconds since {@link #EPOCH}; negative before it. */
  static long timestampOfEpochMilli(long epochMilli) {
    return epochMilli - EPOCH_MILLIS;
  }

  /**
   * Refuses what is not a gene.
   *
   * @throws IllegalArgumentException if it is not 0 to 255
   */
  static int requireGene(int gene) {
    if (gene < 0 || gene >= GENES) {
      throw new IllegalArgumentException("gene must be 0 to 255, was " + gene);
    }
    return gene;
  }

  /**
   * Refuses what is not a machine number.
   *
   * @throws IllegalArgumentException if it is not 0 to 255
   */
  static int requireMachine(int machine) {
    if (machine < 0 || machine >= MACHINES) {
      throw new IllegalArgumentException("machine number must be 0 to 255, was " + machine);
    }
    return machine;
  }
}
