package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.TcpProxy;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * How long after an operator has sent a ban the player's token is still accepted: by three
 * instances over HTTP and by twenty verifiers that game servers embed. Then what is accepted after
 * Redis lost its memory, after everything restarted, and by a verifier whose cable is cut. No part
 * of the tests: its name is not that of a test, so it runs when asked for by {@code
 * -Dtest=RevocationBench} only.
 */
class RevocationBench {
  private static final int INSTANCES = 3;
  private static final int VERIFIERS = 20;
  private static final int BANS = Integer.getInteger("revocation.bans", 120);
  private static final Duration MAX_STALENESS = Duration.ofSeconds(20);
  private static final Duration CUT = Duration.ofSeconds(Integer.getInteger("revocation.cut", 60));
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final RedisServer redis = Backends.newRedis();
  private final List<Usercenter> instances = new ArrayList<>();
  private final List<TcpProxy> cables = new ArrayList<>();
  private final List<TokenVerifier> verifiers = new ArrayList<>();
  private final List<Client> servers = new ArrayList<>();
  private final List<String> good = new ArrayList<>();
  private final List<String> revoked = new ArrayList<>();
  private long checks;
  private long wronglyAccepted;
  private long wronglyRefused;

  @Test
  void banToRefusal() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      startInstances();
      for (int i = 0; i < VERIFIERS; i++) {
        cables.add(TcpProxy.to(instances.get(i % INSTANCES).players().port()));
        verifiers.add(verifier(cables.getLast()));
      }
      for (int i = 0; i < 10; i++) {
        good.add(player().text("/accessToken"));
      }
      measure(threads);
      afterFlush();
      afterRestart();
      behindACutCable();
      assertThat(wronglyAccepted).as("revoked tokens accepted").isZero();
      assertThat(wronglyRefused).as("good tokens refused").isZero();
    } finally {
      verifiers.forEach(TokenVerifier::close);
      for (TcpProxy cable : cables) {
        cable.close();
      }
      instances.forEach(Usercenter::close);
      redis.close();
    }
  }

  private void startInstances() {
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(Usercenter.start(Backends.mysql(), redis));
    }
    servers.clear();
    instances.forEach(instance -> servers.add(instance.gameServer("*")));
  }

  private TokenVerifier verifier(TcpProxy cable) throws InterruptedException {
    TokenVerifier verifier =
        GameServers.verifier(instances.getFirst())
            .address("http://" + cable.address())
            .maxStaleness(MAX_STALENESS)
            .build();
    assertThat(verifier.awaitReady(Duration.ofSeconds(60))).isTrue();
    return verifier;
  }

  private Answer player() {
    return instances.getFirst().players().register(Names.fresh()).expect(201);
  }

  private void ban(Client operator, Answer player) {
    operator
        .post(
            "/admin/v1/bans",
            Map.of("userId", player.text("/account/userId"), "reasonCode", "CHEATING"))
        .expect(201);
    revoked.add(player.text("/accessToken"));
  }

  private void measure(ExecutorService threads) throws Exception {
    List<Client> operators = instances.stream().map(Usercenter::operator).toList();
    List<Long> embedded = new ArrayList<>();
    List<Long> overHttp = new ArrayList<>();
    for (int i = 0; i < BANS; i++) {
      Answer player = player();
      String token = player.text("/accessToken");
      verifiers.forEach(v -> assertThat(accepts(v, token)).isTrue());
      servers.forEach(s -> assertThat(active(s, token)).isTrue());
      Client operator = operators.get(i % INSTANCES);
      long sent = System.nanoTime();
      List<Future<Long>> refusals = new ArrayList<>();
      for (TokenVerifier verifier : verifiers) {
        refusals.add(threads.submit(() -> whenNot(sent, () -> accepts(verifier, token))));
      }
      List<Future<Long>> answers = new ArrayList<>();
      for (Client server : servers) {
        answers.add(threads.submit(() -> whenNot(sent, () -> active(server, token))));
      }
      ban(operator, player);
      for (Future<Long> refusal : refusals) {
        embedded.add(refusal.get());
      }
      for (Future<Long> answer : answers) {
        overHttp.add(answer.get());
      }
    }
    print("embedded in " + VERIFIERS + " game servers", embedded);
    print("over HTTP at " + INSTANCES + " instances", overHttp);
    assertThat(at(embedded, 0.99)).isLessThan(1000);
    assertThat(at(overHttp, 0.99)).isLessThan(1000);
  }

  /** How many nanoseconds after this moment it does not hold any more. */
  private static long whenNot(long since, BooleanSupplier holds) {
    while (holds.getAsBoolean()) {
      if (System.nanoTime() - since > Duration.ofSeconds(60).toNanos()) {
        throw new AssertionError("a banned player is accepted after a minute");
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    return System.nanoTime() - since;
  }

  private static void print(String where, List<Long> nanos) {
    System.out.printf(
        "ban -> refused, %s: p50 %.0f ms, p99 %.0f ms, worst %.0f ms, %d times%n",
        where, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 1), nanos.size());
  }

  private static double at(List<Long> nanos, double share) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
  }

  private void afterFlush() throws Exception {
    redis.flush();
    try (TokenVerifier fresh = verifier(cables.getFirst())) {
      look("after FLUSHALL", with(fresh));
    }
  }

  private void afterRestart() throws Exception {
    instances.forEach(Usercenter::close);
    instances.clear();
    redis.flush();
    startInstances();
    for (int i = 0; i < VERIFIERS; i++) {
      cables.get(i).lay(instances.get(i % INSTANCES).players().port());
    }
    // Until they have news again they refuse everybody, and never accept who is revoked.
    whenNot(System.nanoTime(), () -> verifiers.stream().anyMatch(this::behind));
    try (TokenVerifier fresh = verifier(cables.getFirst())) {
      look("after a restart of everything with an empty Redis", with(fresh));
    }
  }

  private boolean behind(TokenVerifier verifier) {
    judge(revoked.stream().filter(token -> accepts(verifier, token)).count(), 0);
    return !accepts(verifier, good.getFirst());
  }

  private List<TokenVerifier> with(TokenVerifier fresh) {
    List<TokenVerifier> all = new ArrayList<>(verifiers);
    all.add(fresh);
    return all;
  }

  /** All revoked and all good tokens, everywhere, for a while. */
  private void look(String when, List<TokenVerifier> at) {
    long accepted = wronglyAccepted;
    long refused = wronglyRefused;
    checks = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < LOOK.toNanos()) {
      for (TokenVerifier verifier : at) {
        judge(revoked.stream().filter(token -> accepts(verifier, token)).count(), 0);
        judge(0, good.stream().filter(token -> !accepts(verifier, token)).count());
        checks += revoked.size() + good.size();
      }
      Client server = servers.get((int) (checks % INSTANCES));
      String token = revoked.get((int) (checks % revoked.size()));
      judge(active(server, token) ? 1 : 0, 0);
    }
    System.out.printf(
        "%s: %d checks of %d revoked and %d good tokens, %d wrongly accepted, %d wrongly refused%n",
        when,
        checks,
        revoked.size(),
        good.size(),
        wronglyAccepted - accepted,
        wronglyRefused - refused);
  }

  private void judge(long acceptedWrongly, long refusedWrongly) {
    wronglyAccepted += acceptedWrongly;
    wronglyRefused += refusedWrongly;
  }

  private void behindACutCable() {
    TcpProxy cable = cables.getLast();
    TokenVerifier verifier = verifiers.getLast();
    Answer player = player();
    String token = player.text("/accessToken");
    String other = good.getFirst();
    assertThat(accepts(verifier, token)).isTrue();
    cable.cut();
    long cutAt = System.nanoTime();
    ban(instances.getFirst().operator(), player);
    long lastAccepted = 0;
    long staleRefusals = 0;
    while (System.nanoTime() - cutAt < CUT.toNanos()) {
      Verification result = verifier.verify(token);
      if (result instanceof Verification.Verified) {
        lastAccepted = System.nanoTime() - cutAt;
      } else if (result.equals(new Verification.Rejected(RejectionReason.NEWS_TOO_OLD))) {
        staleRefusals++;
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    double seconds = lastAccepted / 1e9;
    cable.mend();
    long mendedAt = System.nanoTime();
    double back = whenNot(mendedAt, () -> !accepts(verifier, other)) / 1e9;
    judge(accepts(verifier, token) ? 1 : 0, 0);
    System.out.printf(
        "cut off for %d s with a maxStaleness of %d s: the banned player was accepted for %.1f s,"
            + " then refused %d times for old news; mended, good tokens are accepted after %.1f s,"
            + " the banned one is %s%n",
        CUT.toSeconds(),
        MAX_STALENESS.toSeconds(),
        seconds,
        staleRefusals,
        back,
        verifier.verify(token));
    assertThat(seconds).isLessThanOrEqualTo(MAX_STALENESS.toSeconds() + 0.1);
    assertThat(staleRefusals).isPositive();
  }

  private static boolean active(Client server, String token) {
    return server.introspect(token).expect(200).json().at("/active").booleanValue();
  }

  private static boolean accepts(TokenVerifier verifier, String token) {
    return verifier.verify(token) instanceof Verification.Verified;
  }
}
