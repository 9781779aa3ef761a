package io.usercenter.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Something that goes wrong for a while.
 *
 * @param title as the table says it
 * @param lasts for how long, the time of ending and starting processes aside
 * @param begin brings it about
 * @param end takes it away; what has to start again is told to
 * @param whole whether no request may fail but by a refused connection
 * @param forgets whether Redis may lose events that were accepted and not applied, which
 *     docs/role-sync.md does not promise to keep: the game server has them reconciled then
 */
record Fault(String title, Duration lasts, Step begin, Step end, boolean whole, boolean forgets) {
  /** A part of it. */
  interface Step {
    void on(Installation installation) throws Exception;
  }

  private static final Step NOTHING = installation -> {};
  private static final Duration FIVE = Duration.ofSeconds(5);
  private static final Duration TAKES_OVER_WITHIN = Duration.ofMinutes(1);
  private static final Duration TWO = Duration.ofSeconds(2);
  private static final Duration MAY_STILL_BE_ENDING = Duration.ofSeconds(1);

  private static Fault of(String title, Duration lasts, Step begin, Step end) {
    return new Fault(title, lasts, begin, end, false, false);
  }

  private static SingleRedis redis(Installation at) {
    if (at.redis() instanceof SingleRedis single) {
      return single;
    }
    throw new IllegalStateException("this fault is one of a single Redis");
  }

  /** Those of every build, in which {@code RoleSyncChaosTest} kills listeners besides. */
  static List<Fault> few() {
    return List.of(
        mysqlKilled(), mysqlSilent(TWO), redisForgets(), redisStopped(TWO), instanceKilled());
  }

  /** All that need nothing special. */
  static List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    all.add(mysqlKilled());
    all.add(
        of("MySQL: SIGSTOP for 5 s", FIVE, at -> at.mysql().pause(), at -> at.mysql().resume()));
    all.add(of("MySQL: cut for 5 s", FIVE, at -> at.toMySql().cut(), at -> at.toMySql().mend()));
    all.add(mysqlSilent(FIVE));
    all.add(
        of(
            "MySQL: 200 ms away for 10 s",
            FIVE.multipliedBy(2),
            at -> at.toMySql().delay(Duration.ofMillis(100)),
            at -> at.toMySql().mend()));
    all.add(
        of(
            "Redis: kill -9, restart",
            TWO,
            at -> redis(at).server().kill9(),
            at -> redis(at).server().restart()));
    all.add(redisForgets());
    all.add(redisStopped(FIVE));
    all.add(
        of("Redis: cut for 5 s", FIVE, at -> redis(at).way().cut(), at -> redis(at).way().mend()));
    all.add(
        of(
            "Redis: packets lost for 5 s",
            FIVE,
            at -> redis(at).way().swallow(),
            at -> redis(at).way().mend()));
    all.add(
        of(
            "Redis: 200 ms away for 10 s",
            FIVE.multipliedBy(2),
            at -> redis(at).way().delay(Duration.ofMillis(100)),
            at -> redis(at).way().mend()));
    all.add(instanceKilled());
    all.add(
        of(
            "instance of the service: SIGSTOP for 5 s",
            FIVE,
            at -> at.instances().getFirst().process().pause(),
            at -> at.instances().getFirst().process().resume()));
    all.add(listenerKilled());
    all.add(
        of(
            "listener: SIGSTOP for 5 s",
            FIVE,
            at -> at.listener().process().pause(),
            at -> at.listener().process().resume()));
    all.add(
        new Fault(
            "all instances restarted, one after the other (SIGTERM)",
            Duration.ZERO,
            at -> {
              for (Node instance : at.instances()) {
                instance.stop();
                instance.start();
                instance.awaitReady(at.http());
              }
            },
            NOTHING,
            true,
            false));
    return all;
  }

  /**
   * As a release is rolled out, or taken back.
   *
   * @param build the root of the repository with what takes over
   * @param together how long both builds work side by side, of the service and of the listener
   */
  static Fault replaced(String title, Path build, Map<String, String> settings, Duration together) {
    return new Fault(
        title,
        Duration.ZERO,
        at -> {
          for (Node instance : at.instances()) {
            instance.replaceBy(Jars.of(build, Installation.SERVICE), settings, at.http());
            Waiting.pass(together);
          }
          Path listener = Jars.of(build, Installation.LISTENER);
          Node beside = at.addListener(listener);
          Waiting.pass(together);
          at.listener().replaceBy(listener, Map.of(), at.http());
          beside.stop();
        },
        NOTHING,
        true,
        false);
  }

  /**
   * Not a byte is left where MySQL keeps its data. MySQL 8.0 ends itself when a rollback finds no
   * room; then it is started again, as by systemd or Kubernetes.
   *
   * @param disk a small file system that holds nothing else
   */
  static Fault diskFull(Path disk) {
    Path filler = disk.resolve("filler");
    return of(
        "MySQL: its disk full for 10 s (restart if it ended)",
        FIVE.multipliedBy(2),
        at -> fill(filler),
        at -> {
          Files.delete(filler);
          Waiting.pass(MAY_STILL_BE_ENDING);
          if (!at.mysql().isRunning()) {
            at.mysql().restart();
          }
        });
  }

  private static void fill(Path file) throws IOException {
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (Files.getFileStore(file).getUsableSpace() > 0) {
        out.write(page);
      }
    } catch (IOException e) {
      if (Files.getFileStore(file).getUsableSpace() > page.length) {
        throw e;
      }
    }
  }

  /** The master is killed; what the others took over it follows when it is back. */
  static Fault failover(String title) {
    return new Fault(
        title + ": the master killed, another one takes over",
        Duration.ZERO,
        at -> {
          FailingOver redis = failingOver(at);
          redis.master().kill9();
          Waiting.until("another one is master", TAKES_OVER_WITHIN, redis::isTakenOver);
        },
        at -> failingOver(at).master().restart(),
        false,
        true);
  }

  private static FailingOver failingOver(Installation at) {
    if (at.redis() instanceof FailingOver redis) {
      return redis;
    }
    throw new IllegalStateException("this fault is one of several Redis servers");
  }

  private static Fault mysqlKilled() {
    return of(
        "MySQL: kill -9, restart",
        Duration.ZERO,
        at -> at.mysql().kill9(),
        at -> at.mysql().restart());
  }

  private static Fault mysqlSilent(Duration lasts) {
    return of(
        "MySQL: packets lost for %d s".formatted(lasts.toSeconds()),
        lasts,
        at -> at.toMySql().swallow(),
        at -> at.toMySql().mend());
  }

  private static Fault redisForgets() {
    return new Fault(
        "Redis: kill -9, back empty",
        Duration.ZERO,
        at -> {
          redis(at).server().kill9();
          redis(at).forget();
        },
        at -> redis(at).server().restart(),
        false,
        true);
  }

  private static Fault redisStopped(Duration lasts) {
    return of(
        "Redis: SIGSTOP for %d s".formatted(lasts.toSeconds()),
        lasts,
        at -> redis(at).server().pause(),
        at -> redis(at).server().resume());
  }

  private static Fault instanceKilled() {
    return of(
        "instance of the service: kill -9, restart",
        TWO,
        at -> at.instances().getFirst().process().kill9(),
        at -> {
          at.instances().getFirst().start();
          at.instances().getFirst().awaitReady(at.http());
        });
  }

  private static Fault listenerKilled() {
    return of(
        "listener: kill -9, restart",
        TWO,
        at -> at.listener().process().kill9(),
        at -> {
          at.listener().start();
          at.listener().awaitReady(at.http());
        });
  }
}
