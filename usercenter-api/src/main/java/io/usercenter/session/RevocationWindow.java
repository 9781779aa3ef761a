package io.usercenter.session;

import io.usercenter.token.News;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationPage;
import io.usercenter.token.WithdrawnKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest revocations in the order of the stream. One thread adds, any thread reads. A reader
 * that comes from a place before what is kept is told to start over.
 */
final class RevocationWindow {
  private static final int PAGE = 1000;
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

  private final Duration keep;
  private final ConcurrentNavigableMap<Place, News> known = new ConcurrentSkipListMap<>();
  private volatile Place last;

  /**
   * @param keep for how long: longer than any access token lives
   * @param now entries from {@code keep} before this moment on will be added
   */
  RevocationWindow(Duration keep, Instant now) {
    this.keep = keep;
    this.last = oldestKept(now);
  }

  /** The place of the newest entry. */
  Place last() {
    return last;
  }

  /** Adds an entry, or passes over its place when there is nothing to keep. */
  void add(Place place, Optional<News> entry) {
    entry.ifPresent(news -> known.put(place, news));
    last = place;
  }

  /** Drops what is older than any access token. */
  void forgetOld(Instant now) {
    known.headMap(oldestKept(now), false).clear();
  }

  /**
   * Whether there is news after the place where a reader stopped; always, when he must start over.
   */
  boolean hasNews(String after, Instant now) {
    Optional<Place> place = Place.parse(after);
    return place.isEmpty()
        || mayHaveMissed(place.get(), now)
        || !known.tailMap(place.get(), false).isEmpty();
  }

  /**
   * What came after a place.
   *
   * @param after a {@code next} of an earlier page; anything else starts over
   */
  RevocationPage page(String after, Instant now) {
    Optional<Place> place = Place.parse(after).filter(p -> !mayHaveMissed(p, now));
    Place from = place.orElse(Place.START);
    Place newest = last; // read before the entries: what comes meanwhile is told next time
    List<Revocation> revocations = new ArrayList<>();
    List<WithdrawnKey> keys = new ArrayList<>();
    Place next = newest.isBefore(from) ? from : newest;
    for (Map.Entry<Place, News> entry : known.tailMap(from, false).entrySet()) {
      if (revocations.size() + keys.size() == PAGE) {
        return new RevocationPage(next.toString(), place.isEmpty(), true, revocations, keys);
      }
      switch (entry.getValue()) {
        case Revocation revocation -> revocations.add(revocation);
        case WithdrawnKey key -> keys.add(key);
      }
      next = entry.getKey();
    }
    return new RevocationPage(next.toString(), place.isEmpty(), false, revocations, keys);
  }

  /**
   * Entries after this place may be forgotten here already, or it is none that the stream can have.
   */
  private boolean mayHaveMissed(Place from, Instant now) {
    boolean forgotten = from.isBefore(oldestKept(now)) && from.isBefore(last);
    return forgotten || from.ms() > now.plus(CLOCK_DIFFERENCE).toEpochMilli();
  }

  private Place oldestKept(Instant now) {
    return new Place(now.minus(keep).toEpochMilli(), 0);
  }

  /**
   * A place in the stream: the id of its entry there.
   *
   * @param ms of Redis' clock
   * @param n within that millisecond
   */
  record Place(long ms, long n) implements Comparable<Place> {
    static final Place START = new Place(0, 0);

    static Optional<Place> parse(String text) {
      int dash = text.indexOf('-');
      if (dash < 0) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Place(
                Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1))));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    boolean isBefore(Place other) {
      return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Place other) {
      int byMs = Long.compare(ms, other.ms);
      return byMs != 0 ? byMs : Long.compare(n, other.n);
    }

    @Override
    public String toString() {
      return ms + "-" + n;
    }
  }
}
