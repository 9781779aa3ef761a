package io.usercenter.id;

import io.usercenter.id.UserIdGenerator.Trouble;
import io.usercenter.id.UserIdUnavailableException.Code;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a generator supplied with a lease: one step at a time, by one thread. A step never fails;
 * it says when to come back.
 */
final class LeaseKeeper {
  private static final System.Logger LOG = System.getLogger(LeaseKeeper.class.getName());
  private static final long CONTENDED_NANOS = 20_000_000;

  private final MachineNumbers numbers;
  private final UserIdGenerator generator;
  private final RandomGenerator random;
  private final long renewalNanos;
  private final long retryNanos;
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean holding;
  private volatile @Nullable String lastFailure;
  private boolean complained; // once per trouble, not once per attempt

  LeaseKeeper(
      MachineNumbers numbers,
      UserIdGenerator generator,
      RandomGenerator random,
      UserIdSettings settings) {
    this.numbers = numbers;
    this.generator = generator;
    this.random = random;
    this.renewalNanos = settings.renewal().toNanos();
    this.retryNanos = settings.retry().toNanos();
  }

  /** Acquires or extends. Returns after how many nanoseconds to call again. */
  long step() {
    try {
      long wait = holding ? extend() : acquire();
      lastFailure = null;
      return wait;
    } catch (StoreUnavailableException e) {
      return failed(e);
    }
  }

  private long extend() throws StoreUnavailableException {
    Lease lease = generator.lease();
    if (numbers.extend(lease)) {
      complained = false;
      return renewalNanos;
    }
    holding = false;
    lost.incrementAndGet();
    generator.trouble(
        new Trouble(
            Code.ID_LEASE_LOST,
            "machine number "
                + lease.machine()
                + ", reserved until "
                + UserIdLayout.instant(lease.until())
                + ", went to another process"));
    complain("lost machine number " + lease.machine(), null);
    return 0;
  }

  private long acquire() throws StoreUnavailableException {
    MachineNumbers.Acquisition acquisition = numbers.acquire();
    if (acquisition instanceof MachineNumbers.Granted granted) {
      generator.follow(granted.grant());
      holding = true;
      LOG.log(
          System.Logger.Level.INFO,
          "leased machine number {0} until {1}",
          granted.grant().machine(),
          UserIdLayout.instant(granted.grant().until()));
      complained = false;
      return renewalNanos;
    }
    if (acquisition instanceof MachineNumbers.Exhausted exhausted) {
      String holders = MachineHolder.describe(exhausted.holders());
      generator.trouble(
          new Trouble(
              Code.ID_MACHINE_NUMBERS_EXHAUSTED,
              "all " + exhausted.holders().size() + " machine numbers are held: " + holders));
      complain("all machine numbers are held: " + holders, null);
      return jittered(retryNanos);
    }
    return jittered(CONTENDED_NANOS);
  }

  private long failed(StoreUnavailableException e) {
    lastFailure = e.getMessage();
    if (!holding && lost.get() == 0) {
      generator.trouble(
          new Trouble(
              Code.ID_STORE_UNAVAILABLE, "no machine number was leased yet: " + e.getMessage()));
    }
    complain(
        holding
            ? "window of machine number " + generator.lease().machine() + " not renewed; trying on"
            : "no machine number leased; trying on",
        e);
    return jittered(retryNanos);
  }

  private void complain(String message, @Nullable Throwable cause) {
    if (!complained) {
      complained = true;
      LOG.log(System.Logger.Level.WARNING, message, cause);
    }
  }

  /** Half to one and a half times as long, so that processes do not come in step. */
  private long jittered(long nanos) {
    return random.nextLong(nanos / 2, nanos + nanos / 2);
  }

  /** Gives the number back with the exact mark that was reached, so that it is free at once. */
  void release() {
    Lease lease = generator.lease();
    boolean held = holding;
    holding = false;
    generator.trouble(new Trouble(Code.ID_CLOSED, "the generator was closed"));
    long unused = lease.seal();
    if (held) {
      try {
        numbers.release(lease, unused);
      } catch (StoreUnavailableException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "machine number " + lease.machine() + " not released; it frees itself",
            e);
      }
    }
  }

  boolean holding() {
    return holding;
  }

  long lost() {
    return lost.get();
  }

  @Nullable String lastFailure() {
    return lastFailure;
  }
}
