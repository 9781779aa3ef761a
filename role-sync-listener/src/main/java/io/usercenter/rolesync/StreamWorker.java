package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardVisits;
import io.usercenter.trace.TraceParent;
import io.usercenter.trace.Traces;
import io.usercenter.trace.Work;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.client.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off one stream, one batch after the other, until it is told to stop. Whatever fails, it
 * keeps the entries it was given and tries them again: it ends only when it is told to.
 *
 * <p>While its own shard is away it reads nothing more. While only others are away (the locators of
 * some roles, the admin database) it goes on and holds what it cannot finish, up to a limit.
 */
final class StreamWorker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(StreamWorker.class);

  /** How a worker is. */
  enum State {
    /** Has not heard from Redis yet. */
    STARTING,
    /** Reads and applies. */
    WORKING,
    /** The shard of its users is away; its entries wait in Redis. */
    SHARD_AWAY,
    /** An operator has stopped it; its entries wait in Redis. */
    PAUSED,
    /** Redis does not answer. */
    REDIS_AWAY,
    /** Was told to stop. */
    STOPPED,
    /** Died of a bug; the process should be restarted. */
    DEAD
  }

  private final RoleStream stream;
  private final RoleBatches batches;
  private final StreamPauses pauses;
  private final RoleSyncProperties settings;
  private final RoleSyncMeters meters;
  private final Semaphore turns;
  private final StopSignal stop;
  private final Traces traces;
  private final LongSupplier nanoTime;

  private final Map<StreamMessageId, StreamEntry> held = new LinkedHashMap<>();
  private boolean grouped;

  /** After which entry to look for some that were given and are not held; null: not at all. */
  private @Nullable StreamMessageId lostAfter;

  private long retryAt;
  private long takeOverAt;

  private volatile State state = State.STARTING;
  private volatile String reason = "";
  private volatile int heldCount;

  /**
   * @param turns how many workers may apply at the same time
   * @param nanoTime as {@link System#nanoTime}
   */
  StreamWorker(
      RoleStream stream,
      RoleBatches batches,
      StreamPauses pauses,
      RoleSyncProperties settings,
      RoleSyncMeters meters,
      Semaphore turns,
      StopSignal stop,
      Traces traces,
      LongSupplier nanoTime) {
    this.stream = stream;
    this.batches = batches;
    this.pauses = pauses;
    this.settings = settings;
    this.meters = meters;
    this.turns = turns;
    this.stop = stop;
    this.traces = traces;
    this.nanoTime = nanoTime;
    this.takeOverAt = nanoTime.getAsLong();
  }

  Shard shard() {
    return stream.shard();
  }

  State state() {
    return state;
  }

  /** Why it does not work; empty when it does. Without secrets. */
  String reason() {
    return reason;
  }

  /** How many entries it keeps for another try. */
  int heldCount() {
    return heldCount;
  }

  @Override
  public void run() {
    try {
      while (!stop.given()) {
        stop.waitFor(safeRound());
      }
      enter(State.STOPPED, leave());
    } catch (InterruptedException e) {
      enter(State.STOPPED, "interrupted; its entries will be taken over");
    } catch (Throwable e) {
      log.error("the worker of stream {} died", shard(), e);
      enter(State.DEAD, e.toString());
      throw e;
    }
  }

  /** Why it could not; empty when all is well. */
  private String leave() {
    try {
      if (grouped) {
        stream.leave();
      }
      return "";
    } catch (RuntimeException e) {
      return "could not leave the group: " + e.getMessage();
    }
  }

  /** Returns how long to wait before the next round. */
  private Duration safeRound() throws InterruptedException {
    try {
      return round();
    } catch (RuntimeException e) {
      RedisException failure = RoleStream.failureOfRedis(e).orElse(null);
      if (failure != null) {
        grouped &= !RoleStream.saysNoGroup(failure);
        lostAfter = RoleStream.START;
        enter(State.REDIS_AWAY, String.valueOf(failure.getMessage()));
      } else {
        // A bug, or a database that answers nonsense: what was read is held, nothing is lost.
        log.error("stream {}: a batch failed and will be tried again", shard(), e);
      }
      return settings.retryDelay();
    }
  }

  private Duration round() throws InterruptedException {
    if (!grouped) {
      stream.ensureGroup();
      grouped = true;
      enter(State.WORKING, "");
    }
    String paused = pauses.reason(shard());
    if (paused != null) {
      enter(State.PAUSED, paused);
      return settings.retryDelay();
    }
    if (state == State.PAUSED) {
      enter(State.WORKING, "");
    }
    if (!held.isEmpty() && isDue(retryAt)) {
      retryHeld();
    }
    if (state == State.SHARD_AWAY || held.size() >= settings.maxHeld()) {
      return settings.retryDelay();
    }
    if (lostAfter != null) {
      List<StreamEntry> given = stream.readGiven(lostAfter, settings.batchSize());
      lostAfter = given.size() < settings.batchSize() ? null : given.getLast().id();
      process(given);
      return Duration.ZERO;
    }
    if (isDue(takeOverAt)) {
      List<StreamEntry> taken = stream.takeOver(settings.takeoverAfter(), settings.batchSize());
      if (!taken.isEmpty()) {
        log.info("stream {}: took over {} entries of a consumer that died", shard(), taken.size());
        meters.countTakenOver(taken.size());
        process(taken);
        return Duration.ZERO;
      }
      takeOverAt = nanoTime.getAsLong() + settings.takeoverAfter().toNanos() / 2;
      if (stream.given() > held.size()) { // some that are not there any more
        lostAfter = RoleStream.START;
        return Duration.ZERO;
      }
    }
    List<StreamEntry> entries = stream.readNew(settings.batchSize());
    enter(State.WORKING, "");
    process(entries);
    return pauseAfter(entries.size());
  }

  /**
   * What comes meanwhile is applied together, as many small batches cost far more than a few: the
   * busier the stream, the longer the pause, until batches are full.
   */
  private Duration pauseAfter(int entries) {
    if (entries == settings.batchSize()) {
      return Duration.ZERO;
    }
    double busy = Math.clamp(4.0 * entries / settings.batchSize(), 0.2, 1);
    return Duration.ofNanos((long) (busy * settings.gatherFor().toNanos()));
  }

  private void retryHeld() throws InterruptedException {
    List<StreamEntry> all = List.copyOf(held.values());
    for (int from = 0; from < all.size() && !stop.given(); from += settings.batchSize()) {
      process(all.subList(from, Math.min(from + settings.batchSize(), all.size())));
      if (state == State.SHARD_AWAY) {
        return;
      }
    }
  }

  /** From here on the entries are held, until Redis has confirmed that they are done. */
  private void process(List<StreamEntry> entries) throws InterruptedException {
    if (entries.isEmpty()) {
      return;
    }
    entries.forEach(entry -> held.put(entry.id(), entry));
    heldCount = held.size();
    retryAt = nanoTime.getAsLong() + settings.retryDelay().toNanos();
    turns.acquire();
    try (Work work = traces.on() ? begin(entries) : null;
        ShardVisits _ = ShardVisits.open(work)) {
      long start = nanoTime.getAsLong();
      RoleBatches.Result result = batches.apply(shard(), entries);
      stream.finish(result.done());
      result.done().forEach(entry -> held.remove(entry.id()));
      meters.batch(entries.size(), nanoTime.getAsLong() - start);
      consider(result.obstacle());
    } finally {
      turns.release();
      heldCount = held.size();
      retryAt = nanoTime.getAsLong() + settings.retryDelay().toNanos();
    }
  }

  /** The span of a batch, when what caused some of it is traced; tells of no player. */
  private @Nullable Work begin(List<StreamEntry> entries) {
    Set<TraceParent> causes = new LinkedHashSet<>();
    for (StreamEntry entry : entries) {
      TraceParent cause = TraceParent.parse(entry.trace());
      if (cause != null && cause.sampled()) {
        causes.add(cause);
      }
    }
    Work work = traces.messages("apply role events", causes);
    if (work != null) {
      work.put("messaging.system", "redis");
      work.put("messaging.batch.message_count", entries.size());
      work.put("usercenter.shard", shard().number());
    }
    return work;
  }

  private void consider(RoleBatches.@Nullable Obstacle obstacle) {
    if (obstacle != null && shard().equals(obstacle.shard())) {
      enter(State.SHARD_AWAY, String.valueOf(obstacle.cause().getMessage()));
    } else {
      enter(State.WORKING, "");
    }
  }

  private void enter(State next, String why) {
    State before = state;
    state = next;
    reason = why;
    if (before == next) {
      return;
    }
    if (next == State.SHARD_AWAY) {
      log.warn("stream {} waits: {}", shard(), why);
    } else if (next == State.PAUSED || before == State.PAUSED) {
      log.info("stream {}: {}, was {} {}", shard(), next, before, why);
    } else if (before == State.SHARD_AWAY) {
      log.info("stream {} goes on, its shard is back", shard());
    } else {
      log.debug("stream {}: {}, was {}: {}", shard(), next, before, why);
    }
  }

  private boolean isDue(long at) {
    return nanoTime.getAsLong() - at >= 0;
  }
}
