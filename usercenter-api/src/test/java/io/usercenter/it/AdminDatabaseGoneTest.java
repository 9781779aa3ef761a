package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.LeasedUserIds;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The MySQL with the admin database is killed or stands still while players register on another
 * one. As long as the window of ids lasts nobody notices; afterwards only registrations are
 * refused, until it is back.
 */
class AdminDatabaseGoneTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int WRITERS = 3;

  private static MySqlServer admin;
  private static MySqlServer shards;
  private static Usercenter service;
  private static LeasedUserIds ids;

  private final Map<String, String> userIdByName = new ConcurrentHashMap<>();
  private final Queue<Answer> refused = new ConcurrentLinkedQueue<>();
  private final Queue<Answer> withinWindow = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean go = new AtomicBoolean(true);
  private final AtomicBoolean away = new AtomicBoolean();

  /** How the server goes away, and comes back. */
  enum Outage {
    KILLED {
      @Override
      void begin() {
        admin.kill9();
      }

      @Override
      void end() {
        admin.restart();
      }
    },
    STANDS_STILL {
      @Override
      void begin() {
        admin.pause();
      }

      @Override
      void end() {
        admin.resume();
      }
    };

    abstract void begin();

    abstract void end();
  }

  @BeforeAll
  static void start() {
    admin = Backends.newMySql();
    shards = Backends.newMySql();
    service =
        Usercenter.start(
            shards.address(),
            admin.address(),
            Backends.redis(),
            "usercenter.ids.window=12s",
            "usercenter.ids.renewal=3s",
            "usercenter.database.socket-timeout=2s");
    ids = service.bean(LeasedUserIds.class);
  }

  @AfterAll
  static void stop() {
    service.close();
    shards.close();
    admin.close();
  }

  @ParameterizedTest
  @EnumSource
  void registrationsGoOnForTheWindowAndEverythingElseForEver(Outage outage) throws Exception {
    Client players = service.players();
    Client server = service.gameServer("*");
    String known = Names.fresh();
    Answer login = players.register(known).expect(201);
    assertActive(server, login);
    String keys = "/server/v1/ticket-keys?serverId=s1";
    String delivered = server.get(keys).expect(200).body();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(threads.submit(this::registerPlayers));
      }
      awaitMore("players register", 20);

      outage.begin();
      try {
        away.set(true);
        Eventually.holds("it is noticed", LONG, () -> ids.status().lastFailure() != null);
        awaitMore("players register on", 20);
        Eventually.holds("the window ends", LONG, () -> readiness().status() == 503);
        away.set(false);

        assertThat(readiness().text("/components/userIds/details/code"))
            .isEqualTo("ID_LEASE_EXPIRED");
        assertThat(
                service.inside().get("/actuator/health").text("/components/userIds/details/reason"))
            .startsWith("the window of machine number ");
        Answer late = players.register(Names.fresh()).expectProblem(503, "ID_LEASE_EXPIRED");
        assertThat(late.header("Retry-After")).isEqualTo("5");
        assertThat(late.body()).doesNotContain(admin.address()).doesNotContain("machine");
        Answer again = players.login(known).expect(200);
        assertActive(server, again);
        assertActive(server, login);
        players.refresh(login.text("/refreshToken")).expect(200);
        assertThat(server.get(keys).expect(200).body()).isEqualTo(delivered);
        players
            .bearer(again.text("/accessToken"))
            .post("/v1/tickets", Map.of("serverId", "s1"))
            .expect(200);
        players
            .bearer(again.text("/accessToken"))
            .post("/v1/tickets", Map.of("serverId", "s2"))
            .expectProblem(503, "ADMIN_DATABASE_UNAVAILABLE");
      } finally {
        away.set(false);
        outage.end();
      }
      Eventually.holds("it resumes by itself", LONG, () -> readiness().status() == 200);
      awaitMore("players register again", 20);
      go.set(false);
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(withinWindow).as("within the window").hasSizeGreaterThan(20);
    assertThat(withinWindow).allMatch(answer -> answer.status() == 201);
    assertThat(refused)
        .isNotEmpty()
        .allSatisfy(answer -> answer.expectProblem(503, "ID_LEASE_EXPIRED"));
    assertThat(userIdByName.values()).as("no id twice").doesNotHaveDuplicates();
    userIdByName.forEach(
        (name, userId) ->
            assertThat(players.login(name).expect(200).text("/account/userId"))
                .as("what was acknowledged is there: %s", name)
                .isEqualTo(userId));
  }

  private void registerPlayers() {
    Client players = service.players();
    while (go.get()) {
      String name = Names.fresh();
      boolean sentAway = away.get();
      Answer answer = players.register(name);
      if (answer.status() == 201) {
        userIdByName.put(name, answer.text("/account/userId"));
      } else {
        refused.add(answer);
      }
      // The window cannot have been renewed meanwhile, so it was there for the whole request.
      if (sentAway && ids.status().ready() && away.get()) {
        withinWindow.add(answer);
      }
    }
  }

  private void awaitMore(String what, int more) {
    int enough = userIdByName.size() + more;
    Eventually.holds(what, LONG, () -> userIdByName.size() >= enough);
  }

  private static void assertActive(Client server, Answer login) {
    Answer checked = server.introspect(login.text("/accessToken")).expect(200);
    assertThat(checked.json().at("/active").booleanValue()).as(checked.body()).isTrue();
  }

  private static Answer readiness() {
    return service.inside().get("/actuator/health/readiness");
  }
}
