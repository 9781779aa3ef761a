package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.password.Argon2;
import io.usercenter.password.Argon2Cost;
import io.usercenter.testkit.Backends;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * What a login costs beside its hash, and what a storm of logins does to the checking of tokens:
 * ratios of figures taken in one run, with service, clients, MySQL and Redis on one machine. No
 * part of the tests: its name is not that of a test, so it runs when asked for by {@code
 * -Dtest=LoginBench} only, best on a machine that does nothing else.
 */
class LoginBench {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final Duration EACH = Duration.ofSeconds(15);
  private static final int ACCOUNTS = 64;
  private static final int STORM = 10;
  private static final int WARM_UP_ROUNDS = 4;
  private static final Argon2Cost COST = new Argon2Cost(19_456, 2, 1);

  @Test
  void loginsAndTokenChecks() throws Exception {
    // All of the code but the hash is the same when hashes cost little, and is compiled sooner.
    try (Usercenter service = start(new Argon2Cost(1024, 1, 1))) {
      warmUp(service, WARM_UP_ROUNDS);
    }
    try (Usercenter service = start(COST)) {
      measure(service, warmUp(service, 2));
    }
  }

  private static Usercenter start(Argon2Cost cost) {
    return Usercenter.start(
        Backends.mysql(),
        Backends.redis(),
        "usercenter.passwords.memory-kib=" + cost.memoryKib(),
        "usercenter.passwords.iterations=" + cost.iterations(),
        "usercenter.passwords.max-wait=2s",
        "usercenter.guesses.free=1000",
        "usercenter.limits.player=1000000/1m instance",
        "usercenter.http.server-timing=false");
  }

  /** The names of accounts that have logged in. */
  private static List<String> warmUp(Usercenter service, int rounds) throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      names.add(Names.fresh());
      service.players().register(names.get(i)).expect(201);
    }
    String token = tokenOf(service, names);
    for (int round = 0; round < rounds; round++) {
      System.out.printf(
          "warming up: %.1f logins/s%n", perSecond(4 * PROCESSORS, logins(service, names)));
      checks(service.gameServer("*"), token, Duration.ofSeconds(5));
    }
    return names;
  }

  private static String tokenOf(Usercenter service, List<String> names) {
    return service.players().login(names.getFirst()).expect(200).text("/accessToken");
  }

  private static IntPredicate logins(Usercenter service, List<String> names) {
    Client players = service.players();
    return i -> players.login(names.get(i % ACCOUNTS)).status() == 200;
  }

  private static void measure(Usercenter service, List<String> names) throws Exception {
    Client gameServer = service.gameServer("*");
    String token = tokenOf(service, names);
    IntPredicate login = logins(service, names);
    double rawBefore = perSecond(PROCESSORS, hash());
    double logins = perSecond(4 * PROCESSORS, login);
    double raw = (rawBefore + perSecond(PROCESSORS, hash())) / 2;
    System.out.printf(
        "raw Argon2id %.1f/s, logins %.1f/s, ratio %.3f%n", raw, logins, logins / raw);

    List<Long> idle = checks(gameServer, token, EACH);
    LongAdder in = new LongAdder();
    LongAdder turnedAway = new LongAdder();
    List<Long> stormy;
    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicInteger number = new AtomicInteger();
      var _ =
          clock.scheduleAtFixedRate(
              () ->
                  callers.execute(
                      () -> (login.test(number.getAndIncrement()) ? in : turnedAway).increment()),
              0,
              (long) (1e9 / (STORM * logins)),
              TimeUnit.NANOSECONDS);
      stormy = checks(gameServer, token, EACH);
      clock.shutdownNow();
    }
    System.out.printf(
        "token check p50 idle %.2f ms, in the storm %.2f ms; p99 idle %.2f ms, in the storm %.2f"
            + " ms, ratio %.2f; %.0f logins/s asked for, %d in, %d turned away; %d MB of hashes"
            + " at once%n",
        at(idle, 0.5),
        at(stormy, 0.5),
        at(idle, 0.99),
        at(stormy, 0.99),
        at(stormy, 0.99) / at(idle, 0.99),
        STORM * logins,
        in.sum(),
        turnedAway.sum(),
        PROCESSORS * COST.memoryKib() / 1024);
  }

  private static IntPredicate hash() {
    Argon2 argon2 = Argon2.fastest();
    byte[] password = Client.PASSWORD.getBytes(StandardCharsets.UTF_8);
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    return i -> argon2.hash(password, salt, COST, 32).length == 32;
  }

  /** How often a second, by so many callers that each ask again when they were answered. */
  private static double perSecond(int callers, IntPredicate call) throws Exception {
    LongAdder done = new LongAdder();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        int first = caller;
        all.add(
            threads.submit(
                () -> {
                  for (int i = first; System.nanoTime() - start < EACH.toNanos(); i += callers) {
                    assertThat(call.test(i)).isTrue();
                    done.increment();
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    return done.sum() * 1e9 / (System.nanoTime() - start);
  }

  /** A game server that checks a token again and again: how long each took, in ns. */
  private static List<Long> checks(Client gameServer, String token, Duration time) {
    List<Long> nanos = new ArrayList<>();
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      long before = System.nanoTime();
      gameServer
          .postText(
              "/server/v1/tokens:introspect", "application/x-www-form-urlencoded", "token=" + token)
          .expect(200);
      nanos.add(System.nanoTime() - before);
    }
    Collections.sort(nanos);
    return nanos;
  }

  private static double at(List<Long> sorted, double share) {
    return sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
  }
}
