package io.usercenter.id;

import io.usercenter.id.UserIdUnavailableException.Code;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * The user ids of a process: a generator, and the lease of a machine number in table {@code
 * id_machine} of the admin database that one thread keeps up. Start one per process and close it
 * after the last id was asked for, so that the number is free at once.
 *
 * <pre>{@code
 * try (LeasedUserIds ids = LeasedUserIds.start(admin, UserIdSettings.standard(), "api-1")) {
 *   UserId id = ids.next(GeneFunction.CRC32.gene(username));
 * }
 * }</pre>
 */
public final class LeasedUserIds implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LeasedUserIds.class.getName());
  private static final int PROCESS_LENGTH = 128;

  private final MachineStore store;
  private final AnchoredClock clock;
  private final UserIdGenerator generator;
  private final LeaseKeeper keeper;
  private final Thread thread;
  private final long retryNanos;
  private final long closeMillis;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private long firstWait; // written before the thread starts

  LeasedUserIds(
      MachineStore store, UserIdSettings settings, String process, Surroundings surroundings) {
    this.store = store;
    this.clock =
        new AnchoredClock(surroundings.nanoTime(), surroundings.wall(), settings.clockTolerance());
    this.generator =
        new UserIdGenerator(clock, surroundings.nanoTime(), surroundings.park(), settings);
    MachineNumbers numbers =
        new MachineNumbers(store, clock, surroundings.random(), process, settings);
    this.keeper = new LeaseKeeper(numbers, generator, surroundings.random(), settings);
    this.retryNanos = settings.retry().toNanos();
    this.closeMillis = settings.storeTimeout().toMillis() * 2;
    this.thread = surroundings.threads().newThread(this::keep);
  }

  /**
   * Leases a machine number and keeps it. Comes back after one attempt, whether it has a number or
   * not: until it has, {@link #next} says why not, and {@link #status} is not ready.
   *
   * @param admin connections to the admin database; one is used at a time, rarely. It must give up
   *     by itself when it gets no connection, as pools do: a renewal that hangs costs the window
   * @param process names this process to operators, such as host and pid; 1 to 128 characters
   */
  public static LeasedUserIds start(DataSource admin, UserIdSettings settings, String process) {
    if (process.isBlank() || process.length() > PROCESS_LENGTH) {
      throw new IllegalArgumentException(
          "process name must have 1 to 128 characters, had " + process.length());
    }
    LeasedUserIds ids =
        new LeasedUserIds(
            new MySqlMachineStore(admin, settings.storeTimeout()),
            settings,
            process,
            Surroundings.real());
    ids.start();
    return ids;
  }

  void start() {
    firstWait = step();
    thread.start();
  }

  /**
   * The next id of a gene; see {@link UserIdGenerator#next}.
   *
   * @throws UserIdUnavailableException if there is none now; its code says why
   */
  public UserId next(int gene) {
    return generator.next(gene);
  }

  /** For imports and tight loops. It ends with this. */
  public UserIdGenerator generator() {
    return generator;
  }

  /** Waits for the first lease. False: it took longer. */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  public UserIdStatus status() {
    boolean holding = keeper.holding();
    Lease lease = generator.lease();
    UserIdGenerator.Trouble refusal = generator.refusal();
    return new UserIdStatus(
        refusal == null ? null : new UserIdStatus.Refusal(refusal.code(), refusal.message()),
        holding ? OptionalInt.of(lease.machine()) : OptionalInt.empty(),
        Duration.ofMillis(lease.until() - clock.now()),
        Duration.ofMillis(generator.lead()),
        generator.refused(),
        generator.parked(),
        generator.saturated(),
        keeper.lost(),
        clock.votesLost(),
        keeper.lastFailure());
  }

  /**
   * Who holds which machine number, of all processes. Asks the database.
   *
   * @throws UserIdUnavailableException with {@code ID_STORE_UNAVAILABLE} if it does not answer
   */
  public MachineCensus census() {
    try {
      MachineStore.View view = store.read();
      return MachineCensus.of(view, view.now(), generator.lease().token());
    } catch (StoreUnavailableException e) {
      throw new UserIdUnavailableException(
          Code.ID_STORE_UNAVAILABLE, "the holders cannot be read", e);
    }
  }

  /** Stops minting and gives the machine number back. */
  @Override
  public void close() {
    closing.countDown();
    boolean interrupted = false;
    try {
      thread.join(closeMillis);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    keeper.release();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    try {
      long wait = firstWait;
      while (!closing.await(wait, TimeUnit.NANOSECONDS)) {
        wait = step();
      }
    } catch (InterruptedException e) {
      // Whoever interrupts this thread wants it gone; the window then ends by itself.
      LOG.log(System.Logger.Level.WARNING, "renewal was interrupted");
    }
  }

  private long step() {
    long wait;
    try {
      wait = keeper.step();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "renewal failed", e);
      wait = retryNanos;
    }
    if (keeper.holding()) {
      ready.countDown();
    }
    return wait;
  }
}
