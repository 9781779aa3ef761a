package io.usercenter.id;

import static io.usercenter.id.UserIdLayout.firstSlot;
import static io.usercenter.id.UserIdLayout.timestampOfSlot;

import io.usercenter.id.UserIdUnavailableException.Code;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Mints user ids. Ids of one gene rise strictly, whatever the clock does; 32 of them fit into a
 * millisecond, 8,192 of all genes. Thread safe; nothing is allocated per id by {@link #nextValue}.
 *
 * <p>Safety: a slot is taken from its lane by compare-and-set, and only below the limit that the
 * store confirmed for this lease's token. No clock is part of the argument, so a thread may be
 * paused between any two steps for any time.
 */
public final class UserIdGenerator {
  private final AnchoredClock clock;
  private final LongSupplier nanoTime;
  private final LongConsumer park;
  private final long maxLead;
  private final long patience;
  private final LongAdder refused = new LongAdder();
  private final LongAdder parked = new LongAdder();
  private final LongAdder saturated = new LongAdder();
  private volatile Lease lease = Lease.none();
  private volatile @Nullable Trouble trouble =
      new Trouble(Code.ID_STORE_UNAVAILABLE, "no machine number was leased yet");

  UserIdGenerator(
      AnchoredClock clock, LongSupplier nanoTime, LongConsumer park, UserIdSettings settings) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.park = park;
    this.maxLead = settings.maxLead().toMillis();
    this.patience = settings.patience().toNanos();
  }

  /**
   * The next id of a gene. Waits while the gene's lane is full, up to the patience of the settings.
   *
   * @param gene 0 to 255
   * @throws UserIdUnavailableException if there is none now; its code says why
   */
  public UserId next(int gene) {
    return new UserId(nextValue(gene));
  }

  /** {@link #next} without the object around it. */
  public long nextValue(int gene) {
    UserIdLayout.requireGene(gene);
    Lease current = lease;
    Lanes lanes = current.lanes();
    long now = clock.now();
    long last = lanes.last(gene);
    long slot = Lanes.successor(last, now);
    if (slot < current.limitSlot()
        && timestampOfSlot(slot) - now <= maxLead
        && lanes.advance(gene, last, slot)) {
      return UserIdLayout.id(slot, current.machine(), gene);
    }
    long[] one = new long[1];
    fill(gene, one);
    return one[0];
  }

  /**
   * Many ids of one gene, for imports: as {@link #next} for each element, rising, in steps of what
   * the lane has room for. The patience counts from one step to the next.
   */
  public void fill(int gene, long[] ids) {
    UserIdLayout.requireGene(gene);
    long waitingSince = nanoTime.getAsLong();
    int filled = 0;
    while (filled < ids.length) {
      Lease current = lease;
      Lanes lanes = current.lanes();
      long now = clock.now();
      long last = lanes.last(gene);
      long slot = Lanes.successor(last, now);
      long end = Math.min(current.limitSlot(), firstSlot(now + maxLead + 1));
      long count = Math.min(end - slot, ids.length - filled);
      if (count <= 0) {
        awaitRoom(current, slot, waitingSince);
      } else if (lanes.advance(gene, last, slot + count - 1)) {
        for (int i = 0; i < count; i++) {
          ids[filled++] = UserIdLayout.id(slot + i, current.machine(), gene);
        }
        waitingSince = nanoTime.getAsLong();
      }
    }
  }

  private void awaitRoom(Lease current, long slot, long waitingSince) {
    if (slot >= current.limitSlot()) {
      if (current == lease) {
        refused.increment();
        Trouble reason = reason(current, slot);
        throw new UserIdUnavailableException(reason.code, reason.message);
      }
      return; // another lease has come meanwhile
    }
    if (nanoTime.getAsLong() - waitingSince > patience) {
      refused.increment();
      saturated.increment();
      throw new UserIdUnavailableException(
          Code.ID_LANE_SATURATED,
          "the lane was full for "
              + patience / 1_000_000
              + " ms; one gene has 32 ids in a millisecond");
    }
    parked.increment();
    park.accept(clock.untilNextMillisecond());
  }

  /** What {@link #next} would be refused with now; null: nothing. */
  @Nullable Trouble refusal() {
    Lease current = lease;
    long slot = Lanes.successor(current.lanes().last(0), clock.now());
    return slot < current.limitSlot() ? null : reason(current, slot);
  }

  private Trouble reason(Lease current, long slot) {
    Trouble reason = trouble;
    if (reason != null) {
      return reason;
    }
    if (timestampOfSlot(slot) > UserIdLayout.MAX_TIMESTAMP) {
      return new Trouble(
          Code.ID_TIMESTAMP_OVERFLOW,
          "the clock shows "
              + UserIdLayout.instant(clock.now())
              + ", ids end at "
              + UserIdLayout.instant(UserIdLayout.MAX_TIMESTAMP));
    }
    return new Trouble(
        Code.ID_LEASE_EXPIRED,
        "the window of machine number "
            + current.machine()
            + " ended at "
            + UserIdLayout.instant(current.until())
            + " and could not be renewed");
  }

  Lease lease() {
    return lease;
  }

  /** What refusals will say from now on; null: that the window has ended. */
  void trouble(@Nullable Trouble reason) {
    trouble = reason;
  }

  /** Goes on with another machine number, above the ids that each gene has. */
  void follow(Grant grant) {
    Lanes lanes = new Lanes(grant.from(), lease.lanes());
    install(new Lease(grant.machine(), grant.token(), grant.from(), grant.until(), lanes));
  }

  void install(Lease next) {
    lease = next;
    trouble = null;
  }

  /** How far the fullest lane is ahead of the clock, in ms; 0 if none is. */
  long lead() {
    Lanes lanes = lease.lanes();
    long now = clock.now();
    long most = 0;
    for (int gene = 0; gene < UserIdLayout.GENES; gene++) {
      long last = lanes.last(gene);
      if (last != Lanes.SEALED) {
        most = Math.max(most, timestampOfSlot(last) - now);
      }
    }
    return most;
  }

  long refused() {
    return refused.sum();
  }

  long parked() {
    return parked.sum();
  }

  long saturated() {
    return saturated.sum();
  }

  record Trouble(Code code, String message) {}
}
