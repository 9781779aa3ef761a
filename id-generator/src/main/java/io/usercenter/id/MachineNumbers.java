package io.usercenter.id;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Leases a machine number and a window of timestamps. What is leased is not time but timestamps:
 * the holder never uses one at or above the end that the store has confirmed, and the next holder
 * starts at or above the end it has read. So two holders share no timestamp, whatever any clock
 * says and however late any message arrives.
 *
 * <p>Clocks decide only which rows look free: those whose window has passed.
 */
final class MachineNumbers {
  /** After so many rows were snatched away, a fresh look is better. */
  private static final int CLAIMS_PER_LOOK = 8;

  /** A clock step of more than this is taken only after the window was moved ahead of it. */
  private static final long STEP = 1_000;

  private final MachineStore store;
  private final AnchoredClock clock;
  private final RandomGenerator random;
  private final String process;
  private final long window;
  private @Nullable Claim unanswered;

  MachineNumbers(
      MachineStore store,
      AnchoredClock clock,
      RandomGenerator random,
      String process,
      UserIdSettings settings) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.process = process;
    this.window = settings.window().toMillis();
  }

  Acquisition acquire() throws StoreUnavailableException {
    Claim repeated = unanswered;
    if (repeated != null && repeated.until() > clock.now() && granted(repeated)) {
      return new Granted(repeated.grant());
    }
    unanswered = null;
    long sent = clock.startOfQuestion();
    MachineStore.View view = store.read();
    clock.follow(clock.vote(view.now(), sent));
    long now = clock.now();
    List<MachineStore.Row> free = new ArrayList<>();
    for (MachineStore.Row row : view.rows()) {
      if (row.reservedUntil() < now) {
        free.add(row);
      }
    }
    if (free.isEmpty()) {
      return new Exhausted(MachineCensus.of(view, now, "").held());
    }
    for (int i = 0; i < CLAIMS_PER_LOOK && !free.isEmpty(); i++) {
      MachineStore.Row row = free.remove(random.nextInt(free.size()));
      Claim claim = new Claim(row, newToken(), now + window);
      if (granted(claim)) {
        return new Granted(claim.grant());
      }
    }
    return new Contended();
  }

  /** A claim whose answer got lost is kept, to be repeated before another row is taken. */
  private boolean granted(Claim claim) throws StoreUnavailableException {
    unanswered = claim;
    boolean granted = store.claim(claim.asRead(), claim.token(), process, claim.until());
    unanswered = null;
    return granted;
  }

  /** Moves the window up. False: another process has the number now. */
  boolean extend(Lease lease) throws StoreUnavailableException {
    long sent = clock.startOfQuestion();
    long asked = clock.now() + window;
    MachineStore.Extension answer = store.extend(lease.machine(), lease.token(), asked);
    AnchoredClock.Opinion voted = clock.vote(answer.now(), sent);
    long covered = voted.millis() + window;
    if (answer.held()) {
      lease.extendTo(answer.until());
      if (covered - answer.until() > STEP) {
        answer = store.extend(lease.machine(), lease.token(), covered);
      }
    }
    clock.follow(voted);
    if (answer.held()) {
      lease.extendTo(answer.until());
    }
    return answer.held();
  }

  void release(Lease lease, long unused) throws StoreUnavailableException {
    store.release(lease.machine(), lease.token(), unused);
  }

  private String newToken() {
    return String.format("%016x%016x", random.nextLong(), random.nextLong());
  }

  /** What became of an attempt. */
  sealed interface Acquisition {}

  record Granted(Grant grant) implements Acquisition {}

  record Exhausted(List<MachineHolder> holders) implements Acquisition {}

  /** Others were faster; there was room. */
  record Contended() implements Acquisition {}

  private record Claim(MachineStore.Row asRead, String token, long until) {
    Grant grant() {
      return new Grant(asRead.machine(), token, Math.max(1, asRead.reservedUntil()), until);
    }
  }
}
