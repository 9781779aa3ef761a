package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No id twice among real processes: eight JVMs mint ids of all genes with windows of a second from
 * eight machine numbers in a real MySQL, and are killed, stopped for longer than the window,
 * closed, misled by their wall clocks and left without MySQL. Then every id they wrote down is
 * compared with every other one.
 *
 * <p>What a process had minted and not yet written when it was killed cannot be judged: at most one
 * id or one batch of each thread. More ids: {@code ./uc sim id-processes --ids 50000000}.
 */
class UserIdProcessesTest {
  private static final long IDS = Long.getLong("ids", 4_000_000);
  private static final int PROCESSES = 8;

  /** None to spare, so a number whose window has passed is soon another process's. */
  private static final int NUMBERS = PROCESSES;

  private static final int ROUNDS = 3;

  @Test
  void noIdTwiceAmongRealProcesses(@TempDir Path folder) throws Exception {
    long began = System.nanoTime();
    try (MySqlServer server = Backends.newMySql();
        World world = new World(server, folder)) {
      world.play();
      world.report(Duration.ofNanos(System.nanoTime() - began));
    }
    MintedIds ids = MintedIds.in(folder);
    System.out.printf(
        "%,d ids compared: %d twice, %d overlaps, %d falls; %d leases, %d of them of a number that"
            + " another lease had before, %d replaced one within a life; %d ids between leases%n",
        ids.ids(),
        ids.duplicates(),
        ids.overlaps(),
        ids.falls(),
        ids.leases(),
        ids.handedOn(),
        ids.replaced(),
        ids.uncertain());
    assertThat(ids.findings()).isEmpty();
    assertThat(ids.ids()).isGreaterThanOrEqualTo(IDS);
    assertThat(ids.handedOn()).as("numbers that changed hands").isPositive();
    assertThat(ids.lanes()).hasSize(PROCESSES);
    ids.lanes()
        .forEach(
            (process, genes) ->
                assertThat(genes.cardinality()).as("lanes of " + process).isEqualTo(256));
  }

  /** The processes, their MySQL, and what is done to them; one thread does it. */
  private static final class World implements AutoCloseable {
    private static final Duration BETWEEN_FAULTS = Duration.ofMillis(700);
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);

    private final MySqlServer server;
    private final MysqlDataSource admin;
    private final Path folder;
    private final WallClocks clocks;
    private final Random random = new Random();
    private final ScheduledExecutorService chaos = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService repair = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Integer> faults = new TreeMap<>();
    private final Deque<Fault> round = new ArrayDeque<>();
    private final Queue<Future<?>> repairs = new ConcurrentLinkedQueue<>();
    private final List<Slot> slots = new ArrayList<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private long saidAt = System.nanoTime();

    @FunctionalInterface
    private interface Fault {
      void inject() throws IOException;
    }

    World(MySqlServer server, Path folder) throws Exception {
      this.server = server;
      this.folder = folder;
      this.clocks = WallClocks.best(folder);
      MysqlDataSource patient = AdminDatabase.createIn(server);
      try (Connection connection = patient.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("DELETE FROM id_machine WHERE machine >= " + NUMBERS);
      }
      admin = AdminDatabase.withTimeout(patient, MintingProcess.SETTINGS.storeTimeout());
      for (int i = 0; i < PROCESSES; i++) {
        clocks.set(i, Duration.ZERO);
        slots.add(new Slot(i));
      }
    }

    void play() throws Exception {
      Future<?> running =
          chaos.scheduleWithFixedDelay(
              this::nextFault, 1_000, BETWEEN_FAULTS.toMillis(), TimeUnit.MILLISECONDS);
      await()
          .forever()
          .pollInterval(Duration.ofMillis(200))
          .until(() -> running.isDone() || (rounds.get() >= ROUNDS && minted() >= IDS));
      if (running.isDone()) {
        running.get(); // throws what went wrong
      }
      running.cancel(false);
      chaos.submit(() -> {}).get(); // the fault under way
      for (Future<?> one : repairs) {
        one.get();
      }
      List<Long> before = new ArrayList<>();
      for (Slot slot : slots) {
        clocks.set(slot.number, Duration.ZERO);
        before.add(slot.minted());
      }
      await("everybody mints again")
          .atMost(Duration.ofMinutes(1))
          .until(() -> slots.stream().allMatch(s -> s.minted() > before.get(s.number)));
      for (Slot slot : slots) {
        slot.requireAlive();
        slot.process.stop(Duration.ofSeconds(20));
      }
    }

    private void nextFault() {
      slots.forEach(Slot::requireAlive);
      try {
        if (round.isEmpty()) {
          List<Fault> all =
              Arrays.asList(
                  this::kill,
                  this::closeOne,
                  this::standStill,
                  this::standStill,
                  this::stepWallClock,
                  this::stepWallClock,
                  this::killMySql);
          Collections.shuffle(all, random);
          round.addAll(all);
        }
        round.remove().inject();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      if (round.isEmpty()) {
        rounds.incrementAndGet();
      }
    }

    private void kill() throws IOException {
      count("kill -9 and restart");
      Slot slot = any();
      slot.process.kill9();
      slot.start();
    }

    private void closeOne() throws IOException {
      count("clean restart while minting");
      Slot slot = any();
      slot.process.stop(Duration.ofSeconds(20));
      slot.start();
    }

    /** Another one restarts meanwhile: it is looking for a number when this one's is over. */
    private void standStill() throws IOException {
      count("SIGSTOP for longer than the window");
      ChildProcess process = any().process;
      process.pause();
      later(Duration.ofMillis(random.nextInt(1_500, 5_000)), process::resume);
      kill();
    }

    private void stepWallClock() throws IOException {
      count("wall clock step");
      int hours = Math.toIntExact(Duration.ofHours(6).toSeconds());
      clocks.set(any().number, Duration.ofSeconds(random.nextInt(-hours, hours)));
    }

    private void killMySql() {
      if (server.isRunning()) {
        count("MySQL kill -9 and restart");
        server.kill9();
        later(Duration.ofMillis(random.nextInt(2_000)), server::restart);
      }
    }

    private Slot any() {
      return slots.get(random.nextInt(slots.size()));
    }

    private void count(String fault) {
      faults.merge(fault, 1, Integer::sum);
    }

    private void later(Duration delay, Runnable action) {
      repairs.add(repair.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    private long minted() throws IOException {
      long minted = total()[0];
      if (System.nanoTime() - saidAt > SAY_EVERY.toNanos()) {
        saidAt = System.nanoTime();
        System.out.printf("  %,d ids of %,d, %d rounds of faults%n", minted, IDS, rounds.get());
      }
      return minted;
    }

    private long[] total() throws IOException {
      long[] total = new long[2];
      for (Path file : MintedIds.files(folder)) {
        long[] counts = IdFile.counts(file);
        total[0] += counts[0];
        total[1] += counts[1];
      }
      return total;
    }

    void report(Duration took) throws IOException {
      System.out.printf(
          "%d processes, %d lives, %s, %d s; wall clocks: %s; %,d refusals, all over in the end%n",
          PROCESSES,
          slots.stream().mapToInt(slot -> slot.lives).sum(),
          server.version(),
          took.toSeconds(),
          clocks.name(),
          total()[1]);
      faults.forEach((kind, count) -> System.out.printf("  %6d x %s%n", count, kind));
    }

    @Override
    public void close() {
      chaos.shutdownNow();
      repair.shutdownNow();
      slots.forEach(slot -> slot.process.kill9());
    }

    /** One computer: a process on it, again and again. */
    private final class Slot {
      private final int number;
      private int lives;
      private ChildProcess process;

      Slot(int number) throws IOException {
        this.number = number;
        this.process = launch();
      }

      void start() throws IOException {
        process = launch();
      }

      private ChildProcess launch() throws IOException {
        List<String> command = new ArrayList<>(clocks.before(number));
        command.addAll(
            List.of(
                ThisJvm.java(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ThisJvm.classPath(),
                MintingProcess.class.getName(),
                folder.toString(),
                number + "." + lives,
                String.valueOf(admin.getUrl()),
                String.valueOf(admin.getUser()),
                // The faults take their time, so the ids must not come faster.
                Long.toString(Math.max(25_000, IDS / PROCESSES / 90)),
                clocks.argument(number)));
        String name = number + "." + lives++;
        return ChildProcess.start(
            "process " + name,
            command,
            Map.of(),
            folder,
            folder.resolve(name + ".log"),
            Duration.ZERO);
      }

      void requireAlive() {
        if (!process.isAlive()) {
          throw new AssertionError(
              process.name() + " ended by itself: " + String.join("\n", process.lastLines(20)));
        }
      }

      /** How many ids the life of now has minted. */
      long minted() {
        long minted = 0;
        try {
          String life = number + "." + (lives - 1) + ".";
          for (Path file : MintedIds.files(folder)) {
            if (file.getFileName().toString().startsWith(life)) {
              minted += IdFile.counts(file)[0];
            }
          }
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        return minted;
      }
    }
  }
}
