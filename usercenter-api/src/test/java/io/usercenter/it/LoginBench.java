package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.password.Argon2Cost;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a login costs beside its hash, and what a storm of logins does to the checking of tokens:
 * ratios of figures taken in one run, with service, clients, MySQL and Redis on one machine. No
 * part of the tests: its name is not that of a test, so it runs when asked for by {@code
 * -Dtest=LoginBench} only, best on a machine that does nothing else.
 */
class LoginBench {
  /** Whether the service has the first processor to itself, and all else shares the others. */
  private static final boolean APART = Boolean.getBoolean("login.apart");

  /** All processors but the first, as taskset(1) takes them. */
  private static final String OTHERS = "1-" + (Runtime.getRuntime().availableProcessors() - 1);

  private static final Duration EACH = Duration.ofSeconds(15);

  /** Longer than starting a game server, warming it up, and its checks. */
  private static final Duration STORMY = EACH.multipliedBy(2);

  private static final Duration SOME_CHECKS = Duration.ofSeconds(4);
  private static final int ACCOUNTS = 64;
  private static final int STORM = 10;

  /** Rounds of warming up. */
  private static final int MOST_ROUNDS = 16;

  /** The share of a round's time that compilers may take when it has been warmed up enough. */
  private static final double STILL_COMPILING = 0.02;

  /** The default, and about what {@code ./uc doctor --target 50} finds. */
  private static final List<Argon2Cost> COSTS =
      List.of(new Argon2Cost(19_456, 2, 1), new Argon2Cost(65_536, 2, 1));

  private static final CompilationMXBean COMPILATION = ManagementFactory.getCompilationMXBean();

  @Test
  void loginsAndTokenChecks() throws Exception {
    if (APART) {
      pin(ProcessHandle.current(), "0");
    }
    // All of the code but the hash is the same when hashes cost little, and is compiled sooner.
    try (Usercenter service = start(new Argon2Cost(1024, 1, 1))) {
      compile(service, service.gameServer("*"), registered(service));
    }
    for (Argon2Cost cost : COSTS) {
      try (Usercenter service = start(cost)) {
        List<String> names = registered(service);
        Client gameServer = service.gameServer("*"); // now: in a storm its operator is turned away
        compile(service, gameServer, names); // a context of its own has proxies of its own
        measure(service, gameServer, names, cost);
      }
    }
  }

  /** Does all that is measured until hardly anything is left to compile. */
  private static void compile(Usercenter service, Client gameServer, List<String> names)
      throws Exception {
    String token = tokenOf(service, names);
    for (int round = 1; round <= MOST_ROUNDS; round++) {
      long begun = System.nanoTime();
      long before = COMPILATION.getTotalCompilationTime();
      double logins = warmUp(service, gameServer, names, token);
      double compiling =
          (COMPILATION.getTotalCompilationTime() - before) * 1e6 / (System.nanoTime() - begun);
      System.out.printf("warming up: %.1f logins/s, compiling %.3f%n", logins, compiling);
      if (compiling < STILL_COMPILING) {
        return;
      }
    }
  }

  /** As if MySQL, Redis and the callers were on another machine: taskset(1), all threads. */
  private static void pin(ProcessHandle process, String processors) throws Exception {
    assertThat(
            new ProcessBuilder("taskset", "-apc", processors, Long.toString(process.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isZero();
  }

  private static void pinOthers() throws Exception {
    for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
      pin(child, OTHERS);
    }
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static Usercenter start(Argon2Cost cost) throws Exception {
    Usercenter service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "usercenter.passwords.memory-kib=" + cost.memoryKib(),
            "usercenter.passwords.iterations=" + cost.iterations(),
            "usercenter.passwords.priority=" + (APART ? "idle" : "low"),
            "usercenter.passwords.max-wait=2s",
            "usercenter.guesses.free=1000",
            "usercenter.limits.player=1000000/1m instance",
            "usercenter.http.server-timing=false");
    if (APART) {
      pinOthers();
    }
    return service;
  }

  /** Their names. */
  private static List<String> registered(Usercenter service) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      names.add(Names.fresh());
      service.players().register(names.get(i)).expect(201);
    }
    return names;
  }

  /** Does all that is measured; gives the logins per second. */
  private static double warmUp(
      Usercenter service, Client gameServer, List<String> names, String token) throws Exception {
    double logins = comeAgain(service, names).inPerSecond();
    var _ = Checks.of(gameServer, token, SOME_CHECKS);
    OtherJvm storm = storm(service, names, EACH, STORM * logins);
    var _ = Checks.of(gameServer, token, SOME_CHECKS);
    var _ = Logins.of(storm);
    return logins;
  }

  private static OtherJvm storm(
      Usercenter service, List<String> names, Duration time, double perSecond) throws IOException {
    return start(service, names, "10", time, "per-second", perSecond);
  }

  private static String tokenOf(Usercenter service, List<String> names) {
    return service.players().login(names.getFirst()).expect(200).text("/accessToken");
  }

  private static void measure(
      Usercenter service, Client gameServer, List<String> names, Argon2Cost argon2)
      throws Exception {
    String token = tokenOf(service, names);
    Cost before = Cost.now();
    double rawBefore = RawHashes.perSecond(argon2, EACH);
    double hash = Cost.now().since(before).all() / (rawBefore * EACH.toSeconds());
    before = Cost.now();
    long compiled = COMPILATION.getTotalCompilationTime();
    Logins logins = comeAgain(service, names);
    Cost cost = Cost.now().since(before).per((double) logins.in());
    double compiling = (COMPILATION.getTotalCompilationTime() - compiled) / (double) logins.in();
    double raw = (rawBefore + RawHashes.perSecond(argon2, EACH)) / 2;
    System.out.printf(
        "raw Argon2id of %d KiB %.1f/s, logins %.1f/s, ratio %.3f%n",
        argon2.memoryKib(), raw, logins.inPerSecond(), logins.inPerSecond() / raw);
    System.out.printf(
        "processor time of a login %.1f ms: %.1f its hash, %.1f the rest of the service, %.1f"
            + " MySQL, %.1f Redis; the hash is %.3f of it; compilers took up to %.1f of it%n",
        cost.all(),
        hash,
        cost.service() - hash,
        cost.mysql(),
        cost.redis(),
        hash / cost.all(),
        compiling);

    Checks idle = Checks.of(gameServer, token, EACH);
    double asked = STORM * logins.inPerSecond();
    OtherJvm storm = storm(service, names, STORMY, asked);
    Checks stormy = Checks.of(gameServer, token, EACH);
    Logins stormed = Logins.of(storm);
    System.out.printf(
        "token check p50 idle %.2f ms, in the storm %.2f ms; p99 idle %.2f ms, in the storm %.2f"
            + " ms, ratio %.2f; %.0f logins/s asked for, %d in, %d turned away, %d failed; %d MB of"
            + " hashes at once%n",
        idle.median() / 1e6,
        stormy.median() / 1e6,
        idle.p99() / 1e6,
        stormy.p99() / 1e6,
        (double) stormy.p99() / idle.p99(),
        asked,
        stormed.in(),
        stormed.turnedAway(),
        stormed.failed(),
        processors() * argon2.memoryKib() / 1024);
    assertThat(stormed.failed()).isZero();
  }

  /** Enough callers to keep all processors busy, who come again when they were answered. */
  private static Logins comeAgain(Usercenter service, List<String> names) throws Exception {
    return Logins.of(start(service, names, "0", EACH, "callers", 4 * processors()));
  }

  /** What the other process saw. */
  private record Logins(long in, long turnedAway, long failed) {
    static Logins of(OtherJvm callers) throws Exception {
      long[] counts = callers.counts();
      return new Logins(counts[0], counts[1], counts[2]);
    }

    double inPerSecond() {
      return in / (double) EACH.toSeconds();
    }
  }

  /** Callers of another machine take no processor time from the service: {@code nice} them. */
  private static OtherJvm start(
      Usercenter service, List<String> names, String nice, Duration time, String mode, double many)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                service.players().base().toString(),
                Long.toString(time.toSeconds()),
                mode,
                Double.toString(many)));
    arguments.addAll(names);
    return OtherJvm.start(soonCompiled(List.of("nice", "-n", nice)), LoginCallers.class, arguments);
  }

  /**
   * A JVM elsewhere that soon has no compiler beside it any more.
   *
   * @param priority a command that gives it one
   */
  private static List<String> soonCompiled(List<String> priority) {
    List<String> command =
        new ArrayList<>(APART ? List.of("taskset", "-c", OTHERS) : List.<String>of());
    command.addAll(priority);
    command.addAll(List.of(ThisJvm.java(), "-XX:TieredStopAtLevel=1"));
    return command;
  }

  /** Ahead of all that shares its processor only here, where the system lets it: chrt(1). */
  private static List<String> ahead() throws Exception {
    List<String> realTime = List.of("chrt", "-f", "1");
    List<String> trial = new ArrayList<>(realTime);
    trial.add("true");
    boolean may = new ProcessBuilder(trial).inheritIO().start().waitFor() == 0;
    return may ? realTime : List.of("nice", "-n", "-5");
  }

  /** What a game server saw that checks a token again and again, in ns. */
  private record Checks(long median, long p99) {
    static Checks of(Client gameServer, String token, Duration time) throws Exception {
      long[] seen =
          OtherJvm.start(
                  soonCompiled(ahead()),
                  CheckCaller.class,
                  List.of(
                      gameServer.base(),
                      Long.toString(time.toSeconds()),
                      gameServer.authorization(),
                      token))
              .counts();
      return new Checks(seen[0], seen[1]);
    }
  }
}
