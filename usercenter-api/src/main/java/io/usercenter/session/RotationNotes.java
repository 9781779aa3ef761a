package io.usercenter.session;

import static java.util.stream.Collectors.groupingBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.Shards;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Rotations that were answered and are not yet written: many become one statement of their shard a
 * second later, so that refreshing does not cost a durable write each (ADR 17). One that gets lost
 * with its process is not missed: the next token proves it.
 */
final class RotationNotes implements DisposableBean {
  /** How long a note waits at most before a shard takes no more of them. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration SETTLE = Duration.ofSeconds(5);

  /** For each shard, and as many that are being written; about 150 bytes each. */
  private static final int MOST = 10_000;

  private static final Logger log = LoggerFactory.getLogger(RotationNotes.class);

  private final Rows rows;
  private final InstantSource clock;
  private final Map<Shard, OfShard> shards = new TreeMap<>();
  private final Collection<List<OfShard>> servers;
  private final Counter written;

  /**
   * None yet.
   *
   * @param server on which a shard lies
   */
  RotationNotes(Rows rows, Function<Shard, ?> server, InstantSource clock, MeterRegistry meters) {
    this.rows = rows;
    this.clock = clock;
    Map<Object, ReentrantLock> locks = new HashMap<>();
    for (Shard shard : Shards.all()) {
      ReentrantLock writing = locks.computeIfAbsent(server.apply(shard), _ -> new ReentrantLock());
      shards.put(shard, new OfShard(shard, writing));
    }
    this.servers = shards.values().stream().collect(groupingBy(notes -> notes.writing)).values();
    this.written =
        Counter.builder("uc.sessions.rotations.written")
            .description("refreshes that were written after they were answered")
            .register(meters);
    Gauge.builder("uc.sessions.rotations.waiting", this, RotationNotes::waiting)
        .description("refreshes that were answered and are not yet written")
        .register(meters);
  }

  /** The table that they end in. */
  @FunctionalInterface
  interface Rows {
    /**
     * Writes each note whose session is still at its generation and has not ended.
     *
     * @param notes of one shard, in the order of their rows
     * @return how many did not get lost
     */
    int write(Shard shard, List<Note> notes);
  }

  /**
   * One generation that was traded in for the next.
   *
   * @param generation the one that was good, which its row still had
   */
  record Note(UserId userId, long sessionId, int generation, Instant at, Instant expiresAt) {
    private Key key() {
      return new Key(userId, sessionId);
    }
  }

  /**
   * Takes a note.
   *
   * @return false when too many wait, or one for too long: then the row has to be written now
   */
  boolean add(Note note) {
    return of(note.userId().shard()).add(note);
  }

  /** How many wait. */
  int waiting() {
    return shards.values().stream().mapToInt(OfShard::waiting).sum();
  }

  /**
   * One server beside the other, so that one that hangs holds up no other, and one shard of it
   * after the other, so that requests have its connections.
   */
  @Scheduled(fixedDelay = 1000)
  void writeAll() {
    servers.stream()
        .filter(server -> server.stream().anyMatch(notes -> notes.waiting() > 0))
        .forEach(server -> inBackground(() -> write(server, Duration.ZERO)));
  }

  private static void inBackground(Runnable writing) {
    Thread.ofVirtual().name("rotations").start(writing);
  }

  private static void write(List<OfShard> server, Duration patience) {
    server.forEach(notes -> notes.write(patience));
  }

  /** Returns when those of one shard are written, or could not be for five seconds. */
  void settle(Shard shard) {
    of(shard).write(SETTLE);
  }

  private OfShard of(Shard shard) {
    return Objects.requireNonNull(shards.get(shard));
  }

  /** Writes what waits, for five seconds at most: what is lost is not missed. */
  @Override
  public void destroy() throws InterruptedException {
    CountDownLatch left = new CountDownLatch(servers.size());
    for (List<OfShard> server : servers) {
      inBackground(
          () -> {
            write(server, SETTLE);
            left.countDown();
          });
    }
    if (!left.await(SETTLE.toSeconds(), TimeUnit.SECONDS)) {
      log.warn("{} refreshes are not written: their shards took too long", waiting());
    }
  }

  private record Key(UserId userId, long sessionId) {}

  private final class OfShard {
    private final Shard shard;
    private final ReentrantLock writing;
    private Map<Key, Note> waiting = new HashMap<>();
    private Map<Key, Note> underWay = Map.of();
    private @Nullable Instant waitingSince;
    private @Nullable Instant underWaySince;
    private boolean failing;

    /**
     * One shard.
     *
     * @param writing held by who writes to its server
     */
    OfShard(Shard shard, ReentrantLock writing) {
      this.shard = shard;
      this.writing = writing;
    }

    synchronized int waiting() {
      return waiting.size() + underWay.size();
    }

    synchronized boolean add(Note note) {
      if (has(note, waiting) || has(note, underWay)) {
        return true; // who asks again with the same token gets the same answer
      }
      Instant oldest = underWaySince != null ? underWaySince : waitingSince;
      if (waiting.size() >= MOST
          || (oldest != null && oldest.plus(PATIENCE).isBefore(clock.instant()))) {
        return false;
      }
      if (waitingSince == null) {
        waitingSince = note.at();
      }
      keep(note);
      return true;
    }

    private static boolean has(Note note, Map<Key, Note> notes) {
      Note known = notes.get(note.key());
      return known != null && known.generation() == note.generation();
    }

    private void keep(Note note) {
      waiting.merge(
          note.key(), note, BinaryOperator.maxBy(Comparator.comparingInt(Note::generation)));
    }

    /**
     * Writes what waits.
     *
     * @param patience how long to wait for whoever writes to its server
     */
    void write(Duration patience) {
      if (waiting() == 0) {
        return; // whatever is written to the other shards of the server
      }
      try {
        if (!writing.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        List<Note> notes = take();
        if (!notes.isEmpty()) {
          write(notes);
        }
      } finally {
        writing.unlock();
      }
    }

    private void write(List<Note> notes) {
      boolean done = false;
      try {
        written.increment(rows.write(shard, notes));
        done = true;
        if (failing) {
          log.info("shard {}: refreshes are written again", shard);
        }
        failing = false;
      } catch (RuntimeException e) { // they wait for the next round, and newer ones with them
        if (!failing) {
          log.warn("shard {}: {} refreshes are not written yet: {}", shard, notes.size(), e);
        }
        failing = true;
      } finally {
        end(done);
      }
    }

    private synchronized List<Note> take() {
      underWay = waiting;
      underWaySince = waitingSince;
      waiting = new HashMap<>();
      waitingSince = null;
      return underWay.values().stream()
          .sorted(Comparator.comparing(Note::userId).thenComparingLong(Note::sessionId))
          .toList();
    }

    private synchronized void end(boolean done) {
      if (!done) {
        waitingSince = underWaySince;
        underWay.values().forEach(this::keep);
      }
      underWay = Map.of();
      underWaySince = null;
    }
  }
}
