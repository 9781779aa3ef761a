package io.usercenter.session;

import io.usercenter.id.Shard;
import io.usercenter.token.News;
import io.usercenter.token.RevocationPage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest revocations of one generation of the stream, in its order. One thread adds, any thread
 * reads. A reader that comes from a place before what is kept, or of another generation, is told to
 * start over.
 */
final class RevocationWindow {
  private static final int PAGE = 1000;
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

  private final String generation;
  private final Duration keep;
  private final ConcurrentNavigableMap<StreamPlace, News> known = new ConcurrentSkipListMap<>();
  private volatile StreamPlace last = StreamPlace.START;

  /**
   * @param generation of the stream; its entries will be added from the first on
   * @param keep for how long: longer than any access token lives
   */
  RevocationWindow(String generation, Duration keep) {
    this.generation = generation;
    this.keep = keep;
  }

  String generation() {
    return generation;
  }

  /** How a reader is told of a place: {@code <generation>.<place>}. */
  String text(StreamPlace place) {
    return generation + "." + place;
  }

  private Optional<StreamPlace> parse(String text) {
    return text.startsWith(generation + ".")
        ? StreamPlace.parse(text.substring(generation.length() + 1))
        : Optional.empty();
  }

  /** The place of the newest entry. */
  StreamPlace last() {
    return last;
  }

  /** Adds an entry, or passes over its place when there is nothing to keep. */
  void add(StreamPlace place, Optional<News> entry) {
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
    Optional<StreamPlace> place = parse(after);
    return place.isEmpty()
        || mayHaveMissed(place.get(), now)
        || !known.tailMap(place.get(), false).isEmpty();
  }

  /**
   * What came after a place.
   *
   * @param after a {@code next} of an earlier page; anything else starts over
   * @param unheard shards that the page has to name as missing
   */
  RevocationPage page(String after, Instant now, Set<Shard> unheard) {
    Optional<StreamPlace> place = parse(after).filter(p -> !mayHaveMissed(p, now));
    StreamPlace from = place.orElse(StreamPlace.START);
    StreamPlace newest = last; // read before the entries: what comes meanwhile is told next time
    List<News> news = new ArrayList<>();
    StreamPlace next = newest.isBefore(from) ? from : newest;
    for (Map.Entry<StreamPlace, News> entry : known.tailMap(from, false).entrySet()) {
      if (news.size() == PAGE) {
        return new RevocationPage(text(next), place.isEmpty(), true, news, unheard);
      }
      news.add(entry.getValue());
      next = entry.getKey();
    }
    return new RevocationPage(text(next), place.isEmpty(), false, news, unheard);
  }

  /**
   * Entries after this place may be forgotten here already, or it is none that the stream can have.
   */
  private boolean mayHaveMissed(StreamPlace from, Instant now) {
    boolean forgotten = from.isBefore(oldestKept(now)) && from.isBefore(last);
    return forgotten || from.ms() > now.plus(CLOCK_DIFFERENCE).toEpochMilli();
  }

  private StreamPlace oldestKept(Instant now) {
    return new StreamPlace(now.minus(keep).toEpochMilli(), 0);
  }
}
