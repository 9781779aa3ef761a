package io.usercenter.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counters in this process. There is an upper bound to how many are kept; only what was admitted is
 * kept, so nobody can push others out faster than the counters let him.
 */
final class LocalCounters implements Counters {
  private static final int MOST = 100_000;

  private final InstantSource clock;
  private final GuessSettings settings;

  /** When each quota is whole again. */
  private final Cache<String, Long> quotas = Caffeine.newBuilder().maximumSize(MOST).build();

  /** The same for guesses, apart, so that a flood of requests pushes no guesses out. */
  private final Cache<String, Long> counters = Caffeine.newBuilder().maximumSize(MOST).build();

  private final Cache<String, Pair> pairs = Caffeine.newBuilder().maximumSize(MOST).build();
  private final Cache<String, Long> forgiven = Caffeine.newBuilder().maximumSize(MOST).build();
  private final ReentrantLock guesses = new ReentrantLock();

  LocalCounters(InstantSource clock, GuessSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  @Override
  public Optional<Taken> take(String key, Quota quota) {
    AtomicReference<Taken> taken = new AtomicReference<>();
    quotas
        .asMap()
        .compute(
            key,
            (_, stored) -> {
              long now = now();
              long before = wholeBefore(stored, now, quota.spanMicros());
              long whole = before + quota.intervalMicros();
              boolean admitted = whole - now <= quota.spanMicros();
              taken.set(Taken.of(admitted, quota, now, whole));
              return admitted ? whole : before;
            });
    return Optional.ofNullable(taken.get());
  }

  @Override
  public Optional<Reservation> reserve(GuessKeys keys) {
    guesses.lock();
    try {
      return Optional.of(reserveAlone(keys));
    } finally {
      guesses.unlock();
    }
  }

  private Reservation reserveAlone(GuessKeys keys) {
    long now = now();
    Pair pair = pairOf(keys, now);
    long wait = settings.notBeforeMicros(pair.wrong(), pair.at()) - now;
    By by = By.PAIR;
    Map<String, Long> wholes = new HashMap<>();
    for (GuessKeys.Counter counter : charged(keys, pair.known())) {
      Quota quota = counter.quota();
      long most = ((long) quota.capacity() + counter.more()) * quota.intervalMicros();
      Long before =
          counters
              .asMap()
              .computeIfPresent(counter.key(), (_, stored) -> wholeBefore(stored, now, most));
      long whole = (before == null ? now : before) + quota.intervalMicros();
      long over = whole - now - (pair.wrong() == 0 ? most : quota.spanMicros());
      if (over > Math.max(wait, 0)) {
        wait = over;
        by = counter.by();
      }
      wholes.put(counter.key(), whole);
    }
    if (wait > 0) {
      return new Reservation.Refused(by, Duration.ofNanos(wait * 1000));
    }
    pairs.put(keys.pair(), new Pair(pair.wrong() + 1, now, pair.knownUntil()));
    counters.putAll(wholes);
    return new Reservation.Reserved(pair.known());
  }

  @Override
  public void settle(GuessKeys keys, Reservation.Reserved reserved, Settlement settlement) {
    guesses.lock();
    try {
      long now = now();
      Pair pair = pairOf(keys, now);
      pairs.put(
          keys.pair(),
          switch (settlement) {
            case RIGHT -> new Pair(0, 0, now + Quota.micros(settings.knownFor()));
            case NOT_JUDGED ->
                new Pair(Math.max(0, pair.wrong() - 1), pair.at(), pair.knownUntil());
          });
      for (GuessKeys.Counter counter : charged(keys, reserved.known())) {
        counters
            .asMap()
            .computeIfPresent(
                counter.key(), (_, whole) -> whole - counter.quota().intervalMicros());
      }
    } finally {
      guesses.unlock();
    }
  }

  private List<GuessKeys.Counter> charged(GuessKeys keys, boolean known) {
    return known ? List.of() : keys.counters(settings);
  }

  @Override
  public boolean forgive(String account) {
    guesses.lock();
    try {
      counters.invalidate(account);
      forgiven.put(account, now());
      return true;
    } finally {
      guesses.unlock();
    }
  }

  private Pair pairOf(GuessKeys keys, long now) {
    Pair stored = pairs.getIfPresent(keys.pair());
    if (stored == null) {
      return new Pair(0, 0, 0);
    }
    Long forgivenAt = forgiven.getIfPresent(keys.account());
    boolean forgotten =
        now - stored.at() > Quota.micros(settings.forgetAfter())
            || (forgivenAt != null && stored.at() <= forgivenAt);
    boolean known = stored.knownUntil() > now;
    Pair pair =
        new Pair(
            forgotten ? 0 : stored.wrong(),
            Math.min(stored.at(), now),
            known ? stored.knownUntil() : 0);
    pairs.put(keys.pair(), pair);
    return pair;
  }

  /** After a clock was set back a quota is whole one span from now, and not when it had been. */
  private static long wholeBefore(@Nullable Long stored, long now, long span) {
    return stored == null ? now : Math.clamp(stored, now, now + span);
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  /**
   * An account in a network.
   *
   * @param wrong guesses since the last right one
   * @param at of the last of them, in microseconds since 1970
   * @param knownUntil 0 when the account is not known there
   */
  private record Pair(int wrong, long at, long knownUntil) {
    boolean known() {
      return knownUntil > 0;
    }
  }
}
