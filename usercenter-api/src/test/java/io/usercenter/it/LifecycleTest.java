package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.Ports;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a balancer relies on: readiness is 200 while an instance can serve and at no other time, and
 * an instance that is told to stop answers what it has begun.
 */
class LifecycleTest {
  private static final Duration LONG = Duration.ofSeconds(90);

  private static final int CALLERS = 16;

  private static MySqlServer mysql;

  @BeforeAll
  static void start() {
    mysql = Backends.newMySql(MySqlSettings.standard().relaxed());
  }

  @AfterAll
  static void stop() {
    mysql.close();
  }

  @Test
  void itIsReadyWhenItsDatabasesAreAndNotBefore() throws Exception {
    try (MySqlServer empty = Backends.newMySql(MySqlSettings.standard().relaxed())) {
      isReadyWhenItsDatabasesAre(empty);
    }
  }

  private static void isReadyWhenItsDatabasesAre(MySqlServer empty) throws Exception {
    int internal = Ports.free();
    Client inside = new Client("http://127.0.0.1:" + internal);
    CompletableFuture<Usercenter> starting;
    try (Connection another = connect(empty);
        Statement lock = another.createStatement()) {
      // As if another instance were migrating the last shard.
      lock.execute("SELECT GET_LOCK('migrate usercenter_31', 1)");
      starting =
          CompletableFuture.supplyAsync(
              () ->
                  Usercenter.start(
                      empty, Backends.redis(), "usercenter.http.internal-port=" + internal));
      Eventually.holds("it waits for that migration", LONG, () -> waiting(another) > 0);
      assertThat(isReady(inside)).isFalse();
    }
    try (Usercenter service = starting.get()) {
      assertThat(isReady(inside)).isTrue();
      service.players().register(Names.fresh()).expect(201);
    }
    assertThat(isReady(inside)).isFalse();
  }

  @Test
  void itIsNotReadyWhileEveryShardIsAwayAndHealsByItself() {
    try (Usercenter service = Usercenter.start(mysql, Backends.redis())) {
      assertThat(isReady(service.inside())).isTrue();
      mysql.kill9();
      Eventually.holds("it is not ready", LONG, () -> !isReady(service.inside()));
      service.inside().get("/actuator/health/liveness").expect(200); // no restart would help
      mysql.restart();
      Eventually.holds("it is ready again", LONG, () -> isReady(service.inside()));
    }
  }

  @Test
  void aStopAnswersWhatHasBegunAndTakesNothingNew() throws Exception {
    Usercenter service =
        Usercenter.start(mysql, Backends.redis(), "usercenter.database.socket-timeout=1m");
    try {
      Client players = service.players();
      Client inside = service.inside();
      String name = Names.fresh();
      players.register(name).expect(201);
      CompletableFuture<Answer> login;
      CompletableFuture<Void> stopping;
      try (Connection another = connect(mysql);
          Statement lock = another.createStatement()) {
        another.setAutoCommit(false);
        String shard = Shards.database(Names.shardOf(name));
        lock.executeQuery("SELECT 1 FROM " + shard + ".user FOR UPDATE").close();
        login = CompletableFuture.supplyAsync(() -> players.login(name));
        Eventually.holds("the login waits for the row", LONG, () -> waitingForRows(another) > 0);

        stopping = CompletableFuture.runAsync(service::close);
        Eventually.holds("new requests are refused", LONG, () -> !answers(players));
        assertThat(isReady(inside)).isFalse();
        assertThat(login).isNotDone();
        assertThat(stopping).isNotDone();
      }
      assertThat(login.get().expect(200).text("/accessToken")).isNotEmpty();
      stopping.get();
    } finally {
      service.close();
    }
  }

  @Test
  void aStopEndsNoConnectionOnWhichARequestIsOnItsWay() throws Exception {
    Usercenter service = Usercenter.start(mysql, Backends.redis(), "usercenter.http.drain=2s");
    List<Future<String>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch calling = new CountDownLatch(CALLERS);
      for (int i = 0; i < CALLERS; i++) {
        Client players = service.players();
        callers.add(
            threads.submit(
                () -> {
                  players.get("/.well-known/jwks.json").expect(200);
                  calling.countDown();
                  return callUntilTheEnd(players);
                }));
      }
      calling.await();
      service.close();
    } finally {
      service.close();
    }
    for (Future<String> caller : callers) {
      assertThat(caller.get()).isEqualTo("told");
    }
  }

  /**
   * Whether an answer said that it was the last one on its connection, or what happened instead.
   */
  private static String callUntilTheEnd(Client players) {
    try {
      while (true) {
        Answer answer = players.get("/.well-known/jwks.json").expect(200);
        if (answer.header("Connection").equals("close")) {
          return "told";
        }
      }
    } catch (UncheckedIOException e) {
      return String.valueOf(e.getCause());
    }
  }

  private static Connection connect(MySqlServer to) throws SQLException {
    return DriverManager.getConnection(to.jdbcUrl("mysql"), to.user(), to.password());
  }

  private static long waiting(Connection connection) {
    return number(
        connection,
        "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User lock'",
        1);
  }

  private static long waitingForRows(Connection connection) {
    // Not innodb_trx: what it shows is that of the last look, when that was a moment ago.
    return number(connection, "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'", 2);
  }

  private static long number(Connection connection, String sql, int column) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(column);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isReady(Client inside) {
    try {
      return inside.get("/actuator/health/readiness").status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static boolean answers(Client players) {
    try {
      players.get("/.well-known/jwks.json");
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
