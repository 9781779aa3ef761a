package io.usercenter.id;

/**
 * A machine number and the window of timestamps that is this process's alone. The window's end only
 * moves up, and never beyond what the store has confirmed.
 */
final class Lease {
  private final int machine;
  private final String token;
  private final long from;
  private final Lanes lanes;
  private volatile long limitSlot;

  Lease(int machine, String token, long from, long until, Lanes lanes) {
    this.machine = UserIdLayout.requireMachine(machine);
    this.token = token;
    this.from = from;
    this.lanes = lanes;
    this.limitSlot = limitSlot(until);
  }

  /** What there is before the first lease: nothing can be minted. */
  static Lease none() {
    return new Lease(0, "", 1, 1, new Lanes(1));
  }

  private static long limitSlot(long until) {
    return UserIdLayout.firstSlot(Math.min(until, UserIdLayout.MAX_TIMESTAMP + 1));
  }

  int machine() {
    return machine;
  }

  String token() {
    return token;
  }

  Lanes lanes() {
    return lanes;
  }

  /** The first slot that is not ours. */
  long limitSlot() {
    return limitSlot;
  }

  /** The first timestamp that is not ours. */
  long until() {
    return UserIdLayout.timestampOfSlot(limitSlot);
  }

  /** Called by one thread, with what the store has confirmed. */
  void extendTo(long until) {
    limitSlot = Math.max(limitSlot, limitSlot(until));
  }

  /** Ends all lanes, once. Returns the first timestamp that was not used. */
  long seal() {
    long unused = from;
    for (int gene = 0; gene < UserIdLayout.GENES; gene++) {
      unused = Math.max(unused, UserIdLayout.timestampOfSlot(lanes.seal(gene)) + 1);
    }
    return unused;
  }
}
