package io.usercenter.session;

import io.usercenter.id.Shard;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries revocations from the shards into the stream, and all of the last token life again when
 * the stream has lost them. Any number of instances do so at once: an entry that comes twice is
 * harmless, and none is left out, because
 *
 * <ul>
 *   <li>a shard counts as told only in the same step with the last of its rows, and only in the
 *       generation in which it was missing before they were read;
 *   <li>what was committed after they were read is announced after that, into that generation or a
 *       later one, where the shard is missing again;
 *   <li>or into one before: by an instance that had not noticed yet that another Redis is the
 *       master, and whose entry that one never gets. Each instance remembers what it announced, and
 *       announces it again as soon as it sees another generation.
 * </ul>
 *
 * <p>Of one thread.
 */
final class Announcer {
  private static final int BATCH = 500;

  /**
   * More than an instance announces within minutes; what is older has been read from the shards.
   */
  private static final int REMEMBERED = 20_000;

  private static final Logger log = LoggerFactory.getLogger(Announcer.class);

  private final OutboxRows rows;
  private final RevocationStream stream;
  private final InstantSource clock;
  private final Duration keep;
  private final Random random;

  /** The generation that was seen last. */
  private @Nullable String seen;

  /** The newest of what this instance announced. */
  private final Deque<Announced> announced = new ArrayDeque<>();

  /**
   * What is in the stream of this generation, and waits in its shard as that could not note it: one
   * that only reads would have it announced at each look.
   */
  private final Map<Shard, Set<OutboxRows.Row>> unmarked = new HashMap<>();

  /**
   * @param keep how long a revocation is told: longer than any access token lives
   * @param random for the order of the shards, so that instances share the work
   */
  Announcer(
      OutboxRows rows, RevocationStream stream, InstantSource clock, Duration keep, Random random) {
    this.rows = rows;
    this.stream = stream;
    this.clock = clock;
    this.keep = keep;
    this.random = random;
  }

  /** Announces what waits in a shard. */
  void announce(Shard shard) {
    try {
      List<OutboxRows.Row> waiting;
      do {
        waiting = rows.waiting(shard, BATCH);
        List<OutboxRows.Row> news = new ArrayList<>(waiting);
        news.removeAll(Objects.requireNonNullElse(unmarked.remove(shard), Set.of()));
        if (waiting.isEmpty() || (!news.isEmpty() && !stream.append(facts(news)))) {
          return;
        }
        remember(news);
        unmarked.put(shard, Set.copyOf(waiting));
        rows.announced(shard, waiting, clock.instant());
        unmarked.remove(shard);
      } while (waiting.size() == BATCH);
    } catch (SQLException e) {
      log.warn("revocations of shard {} wait to be announced: {}", shard, e.getMessage());
    }
  }

  /** Tells the stream again what it has lost of these shards. */
  void tellAgain(Collection<Shard> shards) {
    List<Shard> shuffled = new ArrayList<>(shards);
    Collections.shuffle(shuffled, random);
    for (Shard shard : shuffled) {
      // Asked for each: another instance may be at it too.
      Optional<RevocationStream.Told> told = stream.told();
      if (told.isEmpty()) {
        return;
      }
      announceAgain(told.get().generation());
      if (told.get().shards().containsAll(shards)) {
        return;
      }
      if (!told.get().shards().contains(shard)) {
        tellAgain(shard, told.get().generation());
      }
    }
  }

  private void remember(List<OutboxRows.Row> rows) {
    Instant now = clock.instant();
    facts(rows).forEach(fact -> announced.addLast(new Announced(now, fact)));
    Instant oldest = now.minus(keep);
    while (announced.size() > REMEMBERED
        || (!announced.isEmpty() && announced.getFirst().at().isBefore(oldest))) {
      announced.removeFirst();
    }
  }

  private void announceAgain(String generation) {
    if (generation.equals(seen)) {
      return;
    }
    unmarked.clear(); // which may have gone into the one before
    List<String> facts = announced.stream().map(Announced::fact).toList();
    for (int from = 0; from < facts.size(); from += BATCH) {
      if (!stream.append(facts.subList(from, Math.min(from + BATCH, facts.size())))) {
        return; // the next time
      }
    }
    seen = generation;
  }

  private void tellAgain(Shard shard, String generation) {
    Instant from = clock.instant().minus(keep);
    int count = 0;
    long last = 0;
    try {
      List<OutboxRows.Row> page;
      do {
        page = rows.decidedSince(shard, from, last, BATCH);
        if (!stream.appendAgain(generation, shard, facts(page), page.size() < BATCH)) {
          return;
        }
        count += page.size();
        last = page.isEmpty() ? last : page.getLast().seq();
      } while (page.size() == BATCH);
      if (count > 0) {
        log.info(
            "Redis did not know {} revocations of shard {}; they are told again", count, shard);
      }
    } catch (SQLException e) {
      log.warn("revocations of shard {} wait to be told again: {}", shard, e.getMessage());
    }
  }

  /** Removes from a shard what no token can be refused for any more. */
  void forgetOld(Shard shard) {
    try {
      rows.forget(shard, clock.instant().minus(keep));
    } catch (SQLException e) {
      log.warn("old revocations stay in the outbox of shard {}: {}", shard, e.getMessage());
    }
  }

  private static List<String> facts(List<OutboxRows.Row> rows) {
    return rows.stream().map(OutboxRows.Row::fact).toList();
  }

  private record Announced(Instant at, String fact) {}
}
