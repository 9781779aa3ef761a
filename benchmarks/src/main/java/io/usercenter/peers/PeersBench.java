package io.usercenter.peers;

import io.usercenter.password.Argon2;
import io.usercenter.password.Argon2Cost;
import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.ProcessUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * This service beside others, one after the other on this machine: what a processor second of the
 * service gets done, and of the service with its database. All have the same MySQL with durable
 * commits, the same Argon2id and the same Java; callers wait for their answers, sixteen at a time.
 * A table in Markdown on the standard output, progress on the other.
 */
public final class PeersBench {
  static final int USERS = 64;

  /** As many as are refreshed in a second: nobody refreshes much more often. */
  static final int SESSIONS = 32 * USERS;

  /** Of every user. */
  static final String PASSWORD = "correct horse battery staple";

  static final Argon2Cost COST = new Argon2Cost(7_168, 5, 1);
  static final MySqlSettings MYSQL = MySqlSettings.standard().withBufferPoolMb(256);

  private static final int CALLERS = 16;

  private final Duration warmUp;
  private final Duration each;

  private PeersBench(Duration each, Duration warmUp) {
    this.each = each;
    this.warmUp = warmUp;
  }

  /**
   * Measures and prints.
   *
   * @param arguments our jar; Keycloak's archive and its version; the jar with Spring Authorization
   *     Server; seconds for each figure; seconds of the same load before each, which tell of the
   *     compiler and do not count; a folder for logs and programs
   */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    PeersBench bench =
        new PeersBench(
            Duration.ofSeconds(Long.parseLong(arguments[4])),
            Duration.ofSeconds(Long.parseLong(arguments[5])));
    Path folder = Path.of(arguments[6]).toAbsolutePath();
    Files.createDirectories(folder);
    double raw = bench.rawPerProcessorSecond();
    List<Figures> all = new ArrayList<>();
    try (OurService ours = new OurService(Path.of(arguments[0]).toAbsolutePath(), folder)) {
      all.add(bench.measure(ours));
    }
    try (AccountService keycloak = Keycloak.start(Path.of(arguments[1]), arguments[2], folder)) {
      all.add(bench.measure(keycloak));
    }
    try (AccountService spring =
        SpringAuthorizationServer.start(Path.of(arguments[3]).toAbsolutePath(), folder)) {
      all.add(bench.measure(spring));
    }
    bench.print(raw, all);
  }

  static String name(int user) {
    return "player" + user;
  }

  /** What was measured of one service: by work, calls per processor second. */
  private record Figures(
      String title, Duration started, long residentMb, Map<AccountService.Work, Rate> rates) {}

  /**
   * How much is done in a second of processor time.
   *
   * @param service of the service
   * @param all of the service and its stores
   * @param perSecond in a second of time
   */
  private record Rate(double service, double all, double perSecond) {}

  private Figures measure(AccountService service) {
    Map<AccountService.Work, Rate> rates = new EnumMap<>(AccountService.Work.class);
    System.err.printf("%s: %d sessions ...%n", service.title(), SESSIONS);
    load(session -> service.run(AccountService.Work.LOGIN, session), null);
    for (AccountService.Work work :
        List.of(
            AccountService.Work.INTROSPECT,
            AccountService.Work.INTROSPECT_MANY,
            AccountService.Work.REFRESH,
            AccountService.Work.REFRESH_AND_TELL,
            AccountService.Work.LOGIN)) {
      if (service.does(work)) {
        System.err.printf("%s: %s ...%n", service.title(), work.title());
        load(session -> service.run(work, session), warmUp);
        rates.put(work, rate(service, work));
      }
    }
    return new Figures(service.title(), service.started(), residentMb(service.process()), rates);
  }

  private Rate rate(AccountService service, AccountService.Work work) {
    double before = seconds(service.process());
    double storesBefore = service.stores().stream().mapToDouble(PeersBench::seconds).sum();
    long calls = load(session -> service.run(work, session), each);
    double used = seconds(service.process()) - before;
    double stores = service.stores().stream().mapToDouble(PeersBench::seconds).sum() - storesBefore;
    double done = (double) calls * work.each();
    return new Rate(done / used, done / (used + stores), done / each.toMillis() * 1_000);
  }

  /**
   * Each caller has sessions of his own, and begins again with the first when he had all.
   *
   * @param time null: until each had all of them once
   */
  private static long load(IntConsumer call, @Nullable Duration time) {
    return load(CALLERS, call, time);
  }

  private static long load(int callers, IntConsumer call, @Nullable Duration time) {
    LongAdder calls = new LongAdder();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int caller = 0; caller < callers; caller++) {
        int first = caller;
        all.add(
            threads.submit(
                () -> {
                  long start = System.nanoTime();
                  int session = first;
                  while (time == null
                      ? session < SESSIONS
                      : System.nanoTime() - start < time.toNanos()) {
                    call.accept(session % SESSIONS);
                    calls.increment();
                    session += callers;
                  }
                }));
      }
    }
    for (Future<?> caller : all) {
      try {
        caller.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return calls.sum();
  }

  /** Hashes alone, one for each processor at once, in a second of processor time. */
  private double rawPerProcessorSecond() {
    Argon2 argon2 = Argon2.fastest();
    byte[] password = PASSWORD.getBytes(StandardCharsets.UTF_8);
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    double before = ProcessUse.processorTime().toNanos() / 1e9;
    long hashes =
        load(
            Runtime.getRuntime().availableProcessors(),
            _ -> argon2.hash(password, salt, COST, 32),
            each);
    return hashes / (ProcessUse.processorTime().toNanos() / 1e9 - before);
  }

  /** How this machine gives memory, which hashes in native code take anew each time. */
  private static String hugePages() {
    try {
      return Files.readString(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")).strip();
    } catch (IOException e) {
      return "not known (" + e.getMessage() + ")";
    }
  }

  private static double seconds(ChildProcess process) {
    return ProcessUse.processorTime(ProcessUse.of(process)).toNanos() / 1e9;
  }

  private static long residentMb(ChildProcess process) {
    return ProcessUse.of(process).mapToLong(ProcessUse::residentKib).sum() / 1024;
  }

  private void print(double raw, List<Figures> all) {
    System.out.printf(
        "each figure of %d s, after %d s of the same load%n", each.toSeconds(), warmUp.toSeconds());
    System.out.printf(
        "raw Argon2id (m=%d, t=%d, p=%d): %.1f per processor second; huge pages: %s%n%n",
        COST.memoryKib(), COST.iterations(), COST.parallelism(), raw, hugePages());
    System.out.println(
        "| | per second | per processor second of the service | with its database | times |");
    System.out.println("|---|---:|---:|---:|---:|");
    for (AccountService.Work work : AccountService.Work.values()) {
      for (Figures figures : all) {
        Rate rate = figures.rates().get(work);
        if (rate != null) {
          System.out.printf(
              "| %s, %s | %,.0f | %,.0f | %,.0f | %s |%n",
              work.title(),
              figures.title(),
              rate.perSecond(),
              rate.service(),
              rate.all(),
              times(all.getFirst(), figures, work));
        }
      }
    }
    for (Figures figures : all) {
      System.out.printf(
          "| start to ready, %s | %.1f s | | | %.2f |%n",
          figures.title(),
          figures.started().toMillis() / 1e3,
          (double) all.getFirst().started().toMillis() / figures.started().toMillis());
      System.out.printf(
          "| resident memory after that, %s | %,d MB | | | %.2f |%n",
          figures.title(),
          figures.residentMb(),
          (double) all.getFirst().residentMb() / figures.residentMb());
    }
  }

  /**
   * How many times as much ours does; what asks for many at once is compared with one at a time.
   */
  private static String times(Figures ours, Figures other, AccountService.Work work) {
    Rate peer = other.rates().get(work);
    Rate rate = ours.rates().get(work);
    if (other.title().equals(ours.title()) || peer == null || rate == null) {
      return "";
    }
    String times = "%.1f, %.1f".formatted(rate.service() / peer.service(), rate.all() / peer.all());
    Rate many = ours.rates().get(AccountService.Work.INTROSPECT_MANY);
    return work == AccountService.Work.INTROSPECT && many != null
        ? times + "; 64 at once %.0f".formatted(many.service() / peer.service())
        : times;
  }
}
