package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.UserIdLayout;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.ProcessUse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * What operators wait for with few accounts and with many, over HTTP, in one run: service, client,
 * MySQL and Redis on one machine. No part of the tests: its name is not that of a test, so it runs
 * when asked for by {@code -Dtest=AdminBench -Dadmin.accounts=N} only. The databases go when it
 * ends, however it ends.
 */
class AdminBench {
  private static final int FEW = 100_000;
  private static final int MANY = Integer.getInteger("admin.accounts", 1_000_000);
  private static final int CALLS = 500;
  private static final int DASHBOARDS = 100;
  private static final int PAGES = 200;

  private final Random random = new Random(7);
  private final Map<String, Double> before = new LinkedHashMap<>();
  private boolean warmingUp = true;

  @Test
  void searchesListsAndDashboard() throws Exception {
    MySqlSettings settings =
        MySqlSettings.standard()
            .relaxed()
            .withBufferPoolMb(Integer.getInteger("admin.buffer-pool-mb", 1024))
            .withOption("--local-infile=1")
            .withOption("--innodb-flush-log-at-trx-commit=0")
            .withOption("--innodb-redo-log-capacity=1G")
            .withOption("--innodb-doublewrite=OFF");
    try (MySqlServer mysql = Backends.newMySql(settings);
        Usercenter service =
            Usercenter.start(
                mysql, Backends.redis(), "usercenter.limits.operator=1000000/1m instance")) {
      ManyAccounts accounts = new ManyAccounts(mysql, Instant.now(), MANY);
      Client operator = service.operator();
      Client ofOneServer = ofServer(service, operator, "s7");
      fill(accounts, Math.min(FEW, MANY));
      measure(mysql, operator, ofOneServer, accounts);
      before.clear();
      warmingUp = false;
      measure(mysql, operator, ofOneServer, accounts);
      if (MANY > FEW) {
        fill(accounts, MANY);
        measure(mysql, operator, ofOneServer, accounts);
      }
      plans(mysql, accounts);
      migration(mysql, accounts);
    }
  }

  /** Sees one account in a hundred, by its character. */
  private static Client ofServer(Usercenter service, Client operator, String server) {
    operator.post("/admin/v1/game-servers", Map.of("serverId", server, "name", server)).expect(201);
    String group =
        operator.post("/admin/v1/groups", Map.of("name", "clerks")).expect(201).text("/groupId");
    operator
        .post(
            "/admin/v1/groups/" + group + "/grants",
            Map.of(
                "permissions",
                List.of("ACCOUNT_LIST"),
                "servers",
                Map.of("serverIds", List.of(server)),
                "channels",
                "ALL"))
        .expect(201);
    Map<String, String> login = Map.of("name", "clerk", "password", Usercenter.OPERATOR_PASSWORD);
    operator
        .post(
            "/admin/v1/operators",
            Map.of(
                "name",
                "clerk",
                "password",
                Usercenter.OPERATOR_PASSWORD,
                "groups",
                List.of("clerks")))
        .expect(201);
    return service
        .inside()
        .bearer(service.inside().post("/admin/v1/sessions", login).expect(201).text("/token"));
  }

  /**
   * How one shard finds the first accounts of a rare channel: {@code docs/operators-queries.md}.
   */
  private static void plans(MySqlServer mysql, ManyAccounts accounts) throws Exception {
    try (Connection connection = shard(mysql);
        Statement statement = connection.createStatement();
        ResultSet plan =
            statement.executeQuery(
                """
                EXPLAIN ANALYZE
                SELECT u.user_id, u.username FROM (
                  SELECT user_id FROM user FORCE INDEX (user_channel)
                   WHERE channel = 'tv' AND user_id < 9223372036854775807 AND user_id >= 0
                   ORDER BY user_id DESC LIMIT 12) c
                LEFT JOIN user u ON u.user_id = c.user_id AND u.status IN ('ACTIVE') ORDER BY c.user_id DESC
                """)) {
      while (plan.next()) {
        plan.getString(1)
            .lines()
            .forEach(line -> System.out.printf("%d accounts: %s%n", accounts.made(), line));
      }
    }
  }

  /** What migration V16 costs a shard that is in use. */
  private static void migration(MySqlServer mysql, ManyAccounts accounts) throws Exception {
    long first = UserIdLayout.firstIdAt(Instant.now().plus(Duration.ofDays(1)));
    try (Connection connection = shard(mysql);
        Statement statement = connection.createStatement();
        ExecutorService others = Executors.newSingleThreadExecutor()) {
      long rows = number(statement, "SELECT COUNT(*) FROM user");
      statement.execute("ALTER TABLE user DROP KEY user_channel");
      CountDownLatch built = new CountDownLatch(1);
      Future<List<Long>> registrations = others.submit(() -> register(mysql, first, built));
      long begun = System.nanoTime();
      statement.execute(
          "ALTER TABLE user ADD KEY user_channel (channel), ALGORITHM = INPLACE, LOCK = NONE");
      double millis = (System.nanoTime() - begun) / 1e6;
      built.countDown();
      List<Long> nanos = registrations.get();
      statement.execute("DELETE FROM user WHERE user_id >= " + first);
      statement.execute("ANALYZE TABLE user");
      long pages =
          number(
              statement,
              "SELECT stat_value FROM mysql.innodb_index_stats WHERE database_name = DATABASE() AND"
                  + " table_name = 'user' AND index_name = 'user_channel' AND stat_name = 'size'");
      System.out.printf(
          "%d accounts: user_channel of a shard with %d rows: built in %.0f ms, %.1f MB; meanwhile"
              + " %d rows inserted, the slowest in %.1f ms%n",
          accounts.made(),
          rows,
          millis,
          pages * 16 / 1024.0,
          nanos.size(),
          nanos.isEmpty() ? 0 : Collections.max(nanos) / 1e6);
    }
  }

  private static List<Long> register(MySqlServer mysql, long first, CountDownLatch until)
      throws Exception {
    List<Long> nanos = new ArrayList<>();
    try (Connection connection = shard(mysql);
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO user (user_id, username, display_name, password_hash, status, auth_epoch,
                  channel, register_time, register_ip)
                VALUES (?, ?, '', '', 'ACTIVE', 0, 'appstore', UTC_TIMESTAMP(3), '192.0.2.1')
                """)) {
      while (until.getCount() > 0) {
        insert.setLong(1, first + ((long) nanos.size() << 13));
        insert.setString(2, "meanwhile" + nanos.size());
        long begun = System.nanoTime();
        insert.executeUpdate();
        nanos.add(System.nanoTime() - begun);
      }
    }
    return nanos;
  }

  private static Connection shard(MySqlServer mysql) throws SQLException {
    return DriverManager.getConnection(
        mysql.jdbcUrl(Shards.database(new Shard(0))), mysql.user(), mysql.password());
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void fill(ManyAccounts accounts, int count) throws Exception {
    int more = count - accounts.made();
    long begun = System.nanoTime();
    double perSecond = accounts.fillTo(count);
    System.out.printf(
        "filled: %d accounts more in %.0f s, %.0f rows/s%n",
        more, (System.nanoTime() - begun) / 1e9, perSecond);
  }

  private void measure(
      MySqlServer mysql, Client operator, Client ofOneServer, ManyAccounts accounts) {
    String label = accounts.made() + " accounts";
    exact(label, "username", operator, accounts, n -> "username=" + accounts.name(n), 1);
    exact(label, "user id", operator, accounts, n -> "userId=" + accounts.id(n), 1);
    exact(label, "role id", operator, accounts, n -> "roleId=" + accounts.roleId(n), 2);
    exact(
        label,
        "identity",
        operator,
        accounts,
        n -> "identity=email:" + accounts.address(n / 10),
        2);
    pages(label, "list, all", operator, "accounts:list?limit=100", "/accounts");
    pages(
        label,
        "list, large channel",
        operator,
        "accounts:list?limit=100&channel=appstore",
        "/accounts");
    pages(label, "list, rare channel", operator, "accounts:list?limit=100&channel=tv", "/accounts");
    pages(
        label,
        "list, leaving",
        operator,
        "accounts:list?limit=100&status=PENDING_DELETION",
        "/accounts");
    pages(
        label,
        "list, nobody: leaving in a rare channel",
        operator,
        "accounts:list?limit=100&status=PENDING_DELETION&channel=tv",
        "/accounts",
        false);
    pages(
        label, "list, operator of one server", ofOneServer, "accounts:list?limit=100", "/accounts");
    timed(
        label,
        "list, a day in the past",
        PAGES,
        _ -> {
          Instant from =
              accounts
                  .registered(random.nextInt(accounts.made()))
                  .truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
          operator
              .get(
                  "/admin/v1/accounts:list?limit=100&registeredFrom="
                      + from
                      + "&registeredTo="
                      + from.plus(Duration.ofDays(1)))
              .expect(200);
        });
    pages(
        label,
        "characters of a server",
        operator,
        "roles:byServer?limit=100&serverId=s7",
        "/roles");
    timed(label, "dashboard", DASHBOARDS, _ -> operator.get("/admin/v1/dashboard").expect(200));
    long believed = 0;
    for (var tile : operator.get("/admin/v1/dashboard").expect(200).json().at("/shards")) {
      believed += tile.at("/accounts").longValue();
    }
    Runtime.getRuntime().gc();
    System.out.printf(
        "%s: the dashboard believes in %.3f of them; heap of service and client %d MB, resident %d"
            + " MB, MySQL resident %d MB%n",
        label,
        believed / (double) accounts.made(),
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
        ProcessUse.residentKib(ProcessHandle.current()) >> 10,
        ProcessUse.residentKib(ProcessHandle.of(mysql.pid()).orElseThrow()) >> 10);
  }

  private void exact(
      String label,
      String by,
      Client operator,
      ManyAccounts accounts,
      java.util.function.IntFunction<String> query,
      int shards) {
    timed(
        label,
        "by " + by,
        CALLS,
        _ -> {
          int n = random.nextInt(accounts.made()) / 10 * 10;
          Answer found = operator.get("/admin/v1/accounts?" + query.apply(n)).expect(200);
          assertThat(UserId.parse(found.text("/accounts/0/userId"))).isEqualTo(accounts.id(n));
          assertThat(found.json().at("/lookup/shards").intValue()).isBetween(1, shards);
        });
  }

  private void pages(String label, String what, Client operator, String path, String rows) {
    pages(label, what, operator, path, rows, true);
  }

  /**
   * One page after the other, from the first, and again when there are no more.
   *
   * @param any whether there is anything to be found: looking in vain takes longest
   */
  private void pages(
      String label, String what, Client operator, String path, String rows, boolean any) {
    String[] after = {""};
    int[] seen = {0};
    timed(
        label,
        what,
        PAGES,
        _ -> {
          Answer page = operator.get("/admin/v1/" + path + after[0]).expect(200);
          assertThat(page.json().at("/missingShards")).isEmpty();
          seen[0] += page.json().at(rows).size();
          after[0] = page.json().at("/next").isString() ? "&after=" + page.text("/next") : "";
        });
    assertThat(seen[0] > 0).as(what).isEqualTo(any);
  }

  private void timed(String label, String what, int atMost, IntConsumer call) {
    int calls = warmingUp ? atMost / 5 : atMost;
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      long begun = System.nanoTime();
      call.accept(i);
      nanos.add(System.nanoTime() - begun);
    }
    Collections.sort(nanos);
    double p50 = nanos.get(calls / 2) / 1e6;
    double p99 = nanos.get((int) (0.99 * (calls - 1))) / 1e6;
    Double few = before.put(what, p99);
    Double fewMedian = before.put(what + " p50", p50);
    System.out.printf(
        "%s: %s: p50 %.1f ms, p99 %.1f ms%s%n",
        warmingUp ? "warming up" : label,
        what,
        p50,
        p99,
        few == null || fewMedian == null
            ? ""
            : ", ratio to the run before %.2f and %.2f".formatted(p50 / fewMedian, p99 / few));
  }
}
