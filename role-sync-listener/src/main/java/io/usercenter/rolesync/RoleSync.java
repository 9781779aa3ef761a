package io.usercenter.rolesync;

import io.usercenter.role.RoleEventStreams;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts a worker for each stream, says how it goes, and lets them finish at the end. */
final class RoleSync implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RoleSync.class);

  private final List<StreamWorker> workers;
  private final Upkeep upkeep;
  private final StreamLag lag;
  private final RoleSyncMeters meters;
  private final RoleSyncProperties settings;
  private final StopSignal stop;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("role-sync-", 0).factory());
  private volatile boolean running;

  RoleSync(
      List<StreamWorker> workers,
      Upkeep upkeep,
      StreamLag lag,
      RoleSyncMeters meters,
      RoleSyncProperties settings,
      StopSignal stop) {
    this.workers = List.copyOf(workers);
    this.upkeep = upkeep;
    this.lag = lag;
    this.meters = meters;
    this.settings = settings;
    this.stop = stop;
  }

  List<StreamWorker> workers() {
    return workers;
  }

  @Override
  public void start() {
    running = true;
    workers.forEach(threads::execute);
    threads.execute(upkeep::run);
    threads.execute(this::report);
  }

  /** Nothing more is read; what is being applied is applied and acknowledged. */
  @Override
  public void stop() {
    stop.give();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(settings.drainWithin().toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn(
            "batches still running after {}: giving up; they will be taken over and applied again",
            settings.drainWithin());
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    running = false;
    log.info("role sync stopped, counts since the start: {}", meters.counts());
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void report() {
    RoleSyncMeters.Counts before = RoleSyncMeters.Counts.NONE;
    Set<StreamWorker.State> waitingBefore = Set.of();
    try {
      while (!stop.given()) {
        try {
          List<RoleEventStreams.Lag> lags = lag.measure();
          RoleSyncMeters.Counts now = meters.counts();
          RoleSyncMeters.Counts since = now.since(before);
          Map<StreamWorker.State, String> waiting = waiting();
          if (!since.equals(RoleSyncMeters.Counts.NONE)
              || !waiting.keySet().equals(waitingBefore)) {
            log.info(
                "role events applied={} superseded={} parked={} rejected={} postponed={}"
                    + " lagEntries={} lagSeconds={} waiting={}",
                since.applied(),
                since.superseded(),
                since.parked(),
                since.rejected(),
                since.postponed(),
                lags.stream().mapToLong(RoleEventStreams.Lag::entries).sum(),
                lags.stream().mapToLong(l -> l.age().toSeconds()).max().orElse(0),
                waiting);
          }
          before = now;
          waitingBefore = waiting.keySet();
        } catch (RuntimeException e) {
          log.error("a report failed, the next one will be tried", e);
        }
        stop.waitFor(settings.reportEvery());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many streams do not go on, and why one of them does not. */
  private Map<StreamWorker.State, String> waiting() {
    Map<StreamWorker.State, String> waiting = new EnumMap<>(StreamWorker.State.class);
    for (StreamWorker.State state : StreamWorker.State.values()) {
      List<StreamWorker> in = workers.stream().filter(worker -> worker.state() == state).toList();
      if (state != StreamWorker.State.WORKING && !in.isEmpty()) {
        waiting.put(
            state,
            in.size()
                + " streams, stream "
                + in.getFirst().shard()
                + ": "
                + in.getFirst().reason());
      }
    }
    return waiting;
  }
}
