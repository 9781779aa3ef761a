package io.usercenter.throttle;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.SecretKey;

/**
 * Slows down who guesses. A guess is counted before it is judged, so that of any number at once
 * exactly as many are judged as may; a right one takes its count back. No account is ever locked:
 * what counts is who guesses at it, and from where.
 */
public final class Guesses {
  private final Counters shared;
  private final Counters own;
  private final LimitSettings networks;
  private final SecretKey key;
  private final MeterRegistry meters;

  /**
   * @param key for the names of the counters
   */
  Guesses(
      Counters shared, Counters own, LimitSettings networks, SecretKey key, MeterRegistry meters) {
    this.shared = shared;
    this.own = own;
    this.networks = networks;
    this.key = key;
    this.meters = meters;
  }

  /**
   * Judges an attempt, if it may be made now.
   *
   * @param judge finds who it is; empty when the secret is wrong. When it throws, the attempt is
   *     not counted.
   * @throws ApiException {@code TOO_MANY_ATTEMPTS} when it may not be made; nothing was judged
   */
  public <T> Optional<T> check(Attempt attempt, Supplier<Optional<T>> judge) {
    GuessKeys keys = keysOf(attempt);
    Optional<Counters.Reservation> reservation = shared.reserve(keys);
    Counters counters = reservation.isPresent() ? shared : own;
    String counted = reservation.isPresent() ? "shared" : "alone";
    return switch (reservation.or(() -> own.reserve(keys)).orElseThrow()) {
      case Counters.Reservation.Refused refused -> {
        count(attempt, counted, "refused", refused.by().name());
        throw new ApiException(
                ErrorCode.TOO_MANY_ATTEMPTS, "too many wrong guesses; this one was not looked at")
            .retryAfter(refused.retryAfter());
      }
      case Counters.Reservation.Reserved reserved -> {
        count(attempt, counted, "admitted", "none");
        yield judged(keys, reserved, counters, judge);
      }
    };
  }

  /**
   * Somebody has shown in another way who he is: his wrong guesses from there are forgotten as if
   * he had guessed right.
   */
  public void proven(Attempt attempt) {
    GuessKeys keys = keysOf(attempt);
    // As if the pair had been known: of the other counters nothing was taken.
    Counters.Reservation.Reserved nothing = new Counters.Reservation.Reserved(true);
    shared.settle(keys, nothing, Counters.Settlement.RIGHT);
    own.settle(keys, nothing, Counters.Settlement.RIGHT);
  }

  /**
   * Forgets all wrong guesses at an account.
   *
   * @param name as in {@link Attempt}
   * @return false when Redis is away; what this instance counted alone is forgotten
   */
  public boolean forgive(Attempt.Kind kind, String name) {
    String account = GuessKeys.account(kind, name, key);
    own.forgive(account);
    return shared.forgive(account);
  }

  private GuessKeys keysOf(Attempt attempt) {
    return GuessKeys.of(attempt, networks.networkOf(attempt.from()), key);
  }

  private static <T> Optional<T> judged(
      GuessKeys keys,
      Counters.Reservation.Reserved reserved,
      Counters counters,
      Supplier<Optional<T>> judge) {
    Optional<T> recognised;
    try {
      recognised = judge.get();
    } catch (RuntimeException e) {
      counters.settle(keys, reserved, Counters.Settlement.NOT_JUDGED);
      throw e;
    }
    if (recognised.isPresent()) {
      counters.settle(keys, reserved, Counters.Settlement.RIGHT);
    }
    return recognised;
  }

  private void count(Attempt attempt, String counted, String outcome, String by) {
    meters
        .counter(
            "uc.guesses",
            "kind",
            attempt.kind().name().toLowerCase(Locale.ROOT),
            "outcome",
            outcome,
            "by",
            by.toLowerCase(Locale.ROOT),
            "counted",
            counted)
        .increment();
  }
}
