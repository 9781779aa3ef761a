package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Eight refreshes at once with one token, over two instances, again and again: one successor each
 * time, and no session is lost. The full count, {@code -Drefresh.rounds=10000}, is {@code ./uc
 * bench refresh}.
 */
class RefreshStormTest {
  private static final int ROUNDS = Integer.getInteger("refresh.rounds", 40);
  private static final int AT_ONCE = 8;
  private static final int PLAYERS = 8;

  @Test
  void eightAtOnceGetOneSuccessorEachTime() throws Exception {
    MovedClock clock = new MovedClock();
    try (RedisServer redis = Backends.newRedis();
        Usercenter one = instance(clock, redis);
        Usercenter two = instance(clock, redis)) {
      List<Client> doors = List.of(one.players(), two.players());
      List<Answer> sessions = new ArrayList<>();
      for (int i = 0; i < PLAYERS; i++) {
        sessions.add(doors.get(i % 2).register(Names.fresh()).expect(201));
      }
      long started = System.nanoTime();
      long cpu = cpuNanos();
      for (int round = 0; round < ROUNDS; round++) {
        int player = round % PLAYERS;
        String token = sessions.get(player).text("/refreshToken");
        List<Answer> answers =
            Parallel.run(AT_ONCE, i -> doors.get(i % 2).refresh(token).expect(200));
        Set<String> successors =
            answers.stream().map(a -> a.text("/refreshToken")).collect(Collectors.toSet());
        assertThat(successors).as("round %d", round).hasSize(1).doesNotContain(token);
        sessions.set(player, answers.get(round % AT_ONCE));
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      Client server = one.gameServer("*");
      for (Answer session : sessions) {
        assertThat(active(server, session)).isTrue();
        doors.getFirst().refresh(session.text("/refreshToken")).expect(200);
      }
      Gauge waiting = one.bean(MeterRegistry.class).get("uc.sessions.rotations.waiting").gauge();
      Eventually.holds("all are written", Duration.ofSeconds(20), () -> waiting.value() == 0);
      System.out.printf(
          "refreshes: %d times %d at once over 2 instances, one successor each time, %d of %d"
              + " sessions alive; %.0f a second, %.0f for each second of processor time of"
              + " instances and clients%n",
          ROUNDS,
          AT_ONCE,
          sessions.size(),
          PLAYERS,
          ROUNDS * AT_ONCE / seconds,
          ROUNDS * AT_ONCE / cpuSeconds);
      aLateReplayEndsItsSessionAndNoOther(clock, doors.getLast(), server, sessions);
    }
  }

  private static void aLateReplayEndsItsSessionAndNoOther(
      MovedClock clock, Client door, Client server, List<Answer> sessions) {
    Answer robbed = sessions.getFirst(); // its token was traded in just now
    clock.ahead(Duration.ofSeconds(31));
    assertThat(
            door.refresh(robbed.text("/refreshToken"))
                .expectProblem(401, "SESSION_ENDED")
                .text("/reason"))
        .isEqualTo("THEFT");
    Eventually.holds(
        "the event is in the feed",
        Duration.ofSeconds(10),
        () -> server.get("/server/v1/revocations").body().contains("\"THEFT\""));
    assertThat(active(server, robbed)).isFalse();
    for (Answer other : sessions.subList(1, sessions.size())) {
      assertThat(active(server, other)).isTrue();
    }
  }

  private static boolean active(Client server, Answer session) {
    return server
        .introspect(session.text("/accessToken"))
        .expect(200)
        .json()
        .at("/active")
        .booleanValue();
  }

  private static Usercenter instance(MovedClock clock, RedisServer redis) {
    String mysql = Backends.mysql().address();
    return Usercenter.start(clock, mysql, mysql, redis);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
