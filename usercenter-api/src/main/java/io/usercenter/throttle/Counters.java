package io.usercenter.throttle;

import java.time.Duration;
import java.util.Optional;

/**
 * Counts that are looked at and changed in one step, so that of any number of callers at once
 * exactly as many pass as may. Methods that answer say nothing when the counts cannot be reached.
 */
interface Counters {
  /** What refused. */
  enum By {
    /** The account and the network together. */
    PAIR,
    NETWORK,
    ACCOUNT,
    DEVICE
  }

  /**
   * What became of a quota.
   *
   * @param admitted whether there was one left to take
   * @param remaining how many are left
   * @param retryAfter when there will be one; zero when admitted
   * @param untilFull when all will be there
   */
  record Taken(boolean admitted, int remaining, Duration retryAfter, Duration untilFull) {
    /**
     * The generic cell rate algorithm: all there is to remember is when the quota will be whole.
     *
     * @param wholeAtMicros with this one taken
     */
    static Taken of(boolean admitted, Quota quota, long nowMicros, long wholeAtMicros) {
      long interval = quota.intervalMicros();
      long room = quota.spanMicros() - (wholeAtMicros - nowMicros);
      return new Taken(
          admitted,
          admitted ? (int) (room / interval) : 0,
          micros(admitted ? 0 : -room),
          micros(admitted ? wholeAtMicros - nowMicros : wholeAtMicros - nowMicros - interval));
    }
  }

  /** What became of a guess. */
  sealed interface Reservation {
    /**
     * It may be made, and is counted as wrong until it is settled.
     *
     * @param known the account logged in from that network before, so only the pair is counted
     */
    record Reserved(boolean known) implements Reservation {}

    /** It may not be made, and is not counted. */
    record Refused(By by, Duration retryAfter) implements Reservation {}
  }

  /** How a guess ended that was not wrong. */
  enum Settlement {
    /** It was right: the pair is known from now on, and its wrong guesses are forgotten. */
    RIGHT,
    /** It was never judged, because something failed. */
    NOT_JUDGED
  }

  /** Takes one of a quota, if there is one left. */
  Optional<Taken> take(String key, Quota quota);

  /** Counts a guess as wrong before it is made, if it may be made. */
  Optional<Reservation> reserve(GuessKeys keys);

  /** Takes the count of a guess back. */
  void settle(GuessKeys keys, Reservation.Reserved reserved, Settlement settlement);

  /**
   * Forgets the wrong guesses at an account, from wherever they came. What networks and devices did
   * stays counted.
   *
   * @param account {@link GuessKeys#account}
   * @return false when the counts cannot be reached
   */
  boolean forgive(String account);

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }
}
