package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * One instance is far from its databases: what it reads is old when it arrives. It must not believe
 * that for longer than what it reads at once.
 */
class SlowShardTest {
  private static final int PLAYERS = 16;
  private static final Duration PROMISED = Duration.ofSeconds(1);

  @Test
  void aBannedPlayerIsRefusedInTimeByAnInstanceThatReadsSlowly() throws Exception {
    try (TcpProxy way = TcpProxy.to(Backends.mysql().port());
        Usercenter near = Usercenter.start(Backends.mysql(), Backends.redis());
        Usercenter far =
            Usercenter.start(
                way.address(),
                way.address(),
                Backends.redis(),
                "usercenter.database.connections-per-instance=" + 2 * PLAYERS,
                "usercenter.database.connect-timeout=20s",
                "usercenter.database.borrow-timeout=20s")) {
      Client operator = near.operator();
      Client server = far.gameServer("*");
      List<Answer> logins =
          Parallel.run(PLAYERS, i -> near.players().register(Names.fresh()).expect(201));
      logins.forEach(login -> assertThat(isActive(server, login)).isTrue());
      way.delay(Duration.ofMillis(400));

      List<Long> latest =
          Parallel.run(PLAYERS, i -> lastAccepted(operator, server, logins.get(i), i));

      assertThat(latest)
          .as("ms from the answer to a ban to the last check begun that still accepted the player")
          .allSatisfy(ms -> assertThat(ms).isLessThan(PROMISED.toMillis()));
      way.mend();
    }
  }

  /** Checks without a pause, is banned at some moment, and goes on for a while. */
  private static long lastAccepted(Client operator, Client server, Answer login, int number) {
    long ban = System.nanoTime() + Duration.ofMillis(1_500 + 100L * number).toNanos();
    while (System.nanoTime() < ban) {
      assertThat(isActive(server, login)).isTrue();
    }
    // Something of before the ban is on its way meanwhile.
    Thread.Builder another = Thread.ofVirtual();
    Thread before = another.start(() -> isActive(server, login));
    Eventually.holds(
        "the check is under way",
        Duration.ofSeconds(10),
        () -> System.nanoTime() - ban > Duration.ofMillis(100L * (number % 12)).toNanos());
    operator
        .post(
            "/admin/v1/bans",
            Map.of("userId", login.text("/account/userId"), "reasonCode", "CHEATING"))
        .expect(201);
    long banned = System.nanoTime();
    long last = 0;
    while (System.nanoTime() - banned < Duration.ofSeconds(4).toNanos()) {
      long begun = System.nanoTime();
      if (isActive(server, login)) {
        last = Duration.ofNanos(begun - banned).toMillis();
      }
    }
    try {
      before.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return last;
  }

  private static boolean isActive(Client server, Answer login) {
    return server
        .introspect(login.text("/accessToken"))
        .expect(200)
        .json()
        .at("/active")
        .booleanValue();
  }
}
