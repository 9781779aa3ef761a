package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.shard.ShardHealth.Status;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two real servers hold 16 shards each, and one of them is killed, frozen, started late or holds
 * the wrong data. The shards of the other one go on, the answer for the dead ones is quick and
 * precise, and everything heals by itself.
 */
class InstanceFailureTest {
  private static final Shard LOW = new Shard(3);
  private static final Shard HIGH = new Shard(19);

  /** Generous: the machine may be busy. Quick means: far below any timeout. */
  private static final Duration QUICK = Duration.ofMillis(250);

  private final Fleet fleet = Fleet.of(GeneFunction.CRC32);

  @AfterEach
  void mend() {
    for (MySqlServer server : fleet.servers) {
      if (!server.isRunning()) {
        server.restart();
      }
    }
  }

  private static void awaitUp(ShardPools pools) {
    await().atMost(Duration.ofSeconds(20)).until(() -> pools.health().allUp());
  }

  private static void awaitDown(ShardPools pools, Shard shard) {
    await().atMost(Duration.ofSeconds(10)).until(() -> !pools.health().of(shard).up());
  }

  private static void select(Connection connection, UserId id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT * FROM user WHERE user_id = ?")) {
      select.setLong(1, id.value());
      select.execute();
    }
  }

  private void select(ShardedDataSource sharded, Shard shard) throws SQLException {
    try (Connection connection = sharded.getConnection()) {
      select(connection, fleet.id(shard));
    }
  }

  private static void tries(ThrowableAssert.ThrowingCallable work) {
    assertThat(catchThrowable(work))
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isNull(),
            thrown -> assertThat(thrown).isInstanceOf(SQLException.class));
  }

  private static Duration took(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** The quickest of three tries, so that a busy machine cannot be taken for a slow answer. */
  private void failsQuickly(ShardedDataSource sharded, Shard shard) {
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < 3; i++) {
      Duration took =
          took(
              () -> {
                Throwable thrown = catchThrowable(() -> select(sharded, shard));
                assertThat(DatabaseUnavailableException.in(thrown))
                    .get()
                    .isInstanceOfSatisfying(
                        ShardUnavailableException.class,
                        unavailable -> {
                          assertThat(unavailable.shard()).isEqualTo(shard);
                          assertThat(unavailable.retryAfter())
                              .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                          assertThat(unavailable.getSQLState()).startsWith("08");
                        });
              });
      best = took.compareTo(best) < 0 ? took : best;
    }
    assertThat(best).isLessThan(QUICK);
  }

  @Test
  void aKilledServerTakesOnlyItsShardsAndComesBackByItself() throws SQLException {
    try (ShardPools pools = fleet.open();
        ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
      select(sharded, HIGH);
      fleet.high().kill9();
      awaitDown(pools, HIGH);
      failsQuickly(sharded, HIGH);
      select(sharded, LOW);
      assertThat(pools.health().notUp()).hasSize(16);
      assertThat(pools.health().of(HIGH))
          .satisfies(
              condition -> {
                assertThat(condition.status()).isEqualTo(Status.DOWN);
                // The connection that died, or the first attempt after it.
                assertThat(condition.reason()).containsAnyOf("refused", "reset");
                assertThat(condition.instance().toString()).isEqualTo(fleet.high().address());
              });
      assertThat(pools.usage())
          .noneMatch(pool -> pool.instance().toString().equals(fleet.high().address()));

      fleet.high().restart();
      awaitUp(pools);
      select(sharded, HIGH);
    }
  }

  @Test
  void aServerThatCameBackBetweenTwoLooksIsNoticedByNobody() throws SQLException {
    DatabaseSettings lazy = slowToLook(fleet.settings());
    try (ShardPools pools = fleet.open(lazy, null);
        ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
      select(sharded, HIGH);
      fleet.high().kill9();
      fleet.high().restart();
      // Another shard of the server: the database is selected anew, and that shows the dead ones.
      for (int shard = 20; shard < 24; shard++) {
        select(sharded, new Shard(shard));
      }
    }
  }

  private static DatabaseSettings slowToLook(DatabaseSettings settings) {
    return new DatabaseSettings(
        settings.topology(),
        settings.admin(),
        settings.user(),
        settings.password(),
        settings.connectionsPerInstance(),
        settings.scatterConnectionsPerInstance(),
        settings.adminConnections(),
        settings.connectTimeout(),
        settings.borrowTimeout(),
        settings.socketTimeout(),
        Duration.ofSeconds(30));
  }

  @Test
  void aFrozenServerHoldsNobodyForLong() throws Exception {
    try (ShardPools pools = fleet.open();
        ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
      select(sharded, HIGH);
      fleet.high().pause();
      try {
        List<Duration> held = new ArrayList<>();
        while (pools.health().of(HIGH).up()) {
          held.add(took(() -> tries(() -> select(sharded, HIGH))));
          select(sharded, LOW);
        }
        // Two pings of 500 ms each time out before the verdict; the socket timeout is 2 s.
        assertThat(held).allSatisfy(each -> assertThat(each).isLessThan(Duration.ofSeconds(5)));
        failsQuickly(sharded, HIGH);
        select(sharded, LOW);
      } finally {
        fleet.high().resume();
      }
      awaitUp(pools);
      select(sharded, HIGH);
    }
  }

  @Test
  void aStatementInFlightIsCutWhenTheServerFreezes() throws Exception {
    try (ShardPools pools = fleet.open();
        Connection connection = pools.of(HIGH).getConnection();
        Statement statement = connection.createStatement()) {
      fleet.high().pause();
      try {
        assertThat(
                took(
                    () ->
                        assertThatThrownBy(() -> statement.execute("SELECT SLEEP(60)"))
                            .isInstanceOf(SQLException.class)))
            .isLessThan(Duration.ofSeconds(6));
      } finally {
        fleet.high().resume();
      }
      awaitUp(pools);
    }
  }

  @Test
  void startsWithTheInstanceOfShardZeroDown() throws SQLException {
    fleet.low().kill9();
    try (ShardPools pools = fleet.open();
        ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
      select(sharded, HIGH);
      failsQuickly(sharded, LOW);
      failsQuickly(sharded, new Shard(0));
      assertThat(pools.health().admin().status()).isEqualTo(Status.DOWN);
      assertThatThrownBy(() -> pools.admin().getConnection())
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("usercenter_admin is unavailable");

      fleet.low().restart();
      awaitUp(pools);
      select(sharded, LOW);
      select(sharded, new Shard(0));
      pools.admin().getConnection().close();
    }
  }

  @Test
  void startsWithEverythingDown() throws SQLException {
    fleet.low().kill9();
    fleet.high().kill9();
    try (ShardPools pools = fleet.open();
        ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
      assertThatThrownBy(sharded::getConnection)
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessage("no shard is up");
      assertThat(ShardWarmUp.run(sharded, pools, fleet.shards, Duration.ofSeconds(5))).isZero();
      fleet.high().restart();
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(pools.health().of(HIGH).up()).isTrue());
      select(sharded, HIGH);
      failsQuickly(sharded, LOW);
      fleet.low().restart();
      awaitUp(pools);
      select(sharded, LOW);
    }
  }

  @Test
  void anotherGeneFunctionIsRefused() {
    Shards lastByte = new Shards(GeneFunction.LAST_BYTE);
    try (ShardPools pools =
        ShardPools.open(fleet.settings(), lastByte, null, InstantSource.system())) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> pools.health().of(HIGH).status() == Status.REFUSED);
      assertThat(pools.health().of(HIGH).reason())
          .isEqualTo("it was filled by gene function crc32, this process uses last-byte");
      assertThatThrownBy(() -> pools.of(HIGH).getConnection())
          .isInstanceOf(ShardUnavailableException.class)
          .hasMessageContaining("it was filled by gene function crc32");
      assertThat(pools.health().admin().up()).isTrue();
    }
  }

  @Test
  void aDatabaseThatIsAnotherShardIsRefused() throws SQLException {
    Fleet.execute(fleet.high(), "CREATE DATABASE usercenter_05");
    for (String table : List.of("shard_meta", "flyway_schema_history")) {
      Fleet.execute(
          fleet.high(),
          "CREATE TABLE usercenter_05.%1$s AS SELECT * FROM usercenter_19.%1$s".formatted(table));
    }
    ShardTopology moved =
        ShardTopology.parse(
            "%1$s=0-4,%2$s=5,%1$s=6-15,%2$s=16-31"
                .formatted(fleet.low().address(), fleet.high().address()));
    try (ShardPools pools = fleet.open(Fleet.settings(moved, 2), null)) {
      assertThat(pools.health().notUp())
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.shard()).isEqualTo(new Shard(5));
                assertThat(row.condition().status()).isEqualTo(Status.REFUSED);
                assertThat(row.condition().reason())
                    .isEqualTo("its shard_meta says that it is shard 19");
              });
    } finally {
      Fleet.execute(fleet.high(), "DROP DATABASE usercenter_05");
    }
  }

  @Test
  void aDatabaseThatIsMissingTakesOnlyItsShardUntilItIsThere() throws SQLException {
    ShardTopology swapped =
        ShardTopology.parse(
            "%1$s=0-18,%2$s=19-31".formatted(fleet.low().address(), fleet.high().address()));
    Shard missing = new Shard(17);
    try (ShardPools pools = fleet.open(Fleet.settings(swapped, 2), null);
        ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
      assertThat(pools.health().notUp()).hasSize(3);
      assertThat(pools.health().of(missing).reason())
          .isEqualTo("there is no database usercenter_17");
      failsQuickly(sharded, missing);
      select(sharded, LOW);

      Fleet.execute(fleet.low(), "CREATE DATABASE usercenter_17");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> pools.health().of(missing).reason().equals("it was never migrated"));
    } finally {
      Fleet.execute(fleet.low(), "DROP DATABASE usercenter_17");
    }
  }

  @Test
  void aDatabaseThatCannotBeReadTakesOnlyItsShard() throws SQLException {
    Shard damaged = new Shard(20);
    Fleet.execute(fleet.high(), "RENAME TABLE usercenter_20.shard_meta TO usercenter_20.kept");
    Fleet.execute(fleet.high(), "CREATE VIEW usercenter_20.shard_meta AS SELECT 1 AS nonsense");
    try (ShardPools pools = fleet.open()) {
      assertThat(pools.health().notUp())
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.shard()).isEqualTo(damaged);
                assertThat(row.condition().status()).isEqualTo(Status.REFUSED);
                assertThat(row.condition().reason())
                    .startsWith("it cannot be read: Unknown column")
                    .endsWith("(MySQL error 1054)");
              });
    } finally {
      Fleet.execute(fleet.high(), "DROP VIEW usercenter_20.shard_meta");
      Fleet.execute(fleet.high(), "RENAME TABLE usercenter_20.kept TO usercenter_20.shard_meta");
    }
  }

  @Test
  void aGrantThatIsTakenAwayTakesOnlyItsShardAndNoConnection() throws SQLException {
    Shard forbidden = new Shard(20);
    for (MySqlServer server : fleet.servers) {
      Fleet.execute(server, "CREATE USER limited");
    }
    Fleet.execute(fleet.low(), "GRANT ALL ON *.* TO limited");
    for (int shard = 16; shard < 32; shard++) {
      Fleet.execute(fleet.high(), "GRANT ALL ON usercenter_" + shard + ".* TO limited");
    }
    try (ShardPools pools = fleet.open(asUser("limited", fleet.topology()), null)) {
      assertThat(pools.health().allUp()).isTrue();
      long connection = connectionId(pools, HIGH);

      Fleet.execute(fleet.high(), "REVOKE ALL ON usercenter_20.* FROM limited");
      assertThatThrownBy(() -> pools.of(forbidden).getConnection())
          .isInstanceOf(ShardUnavailableException.class)
          .hasMessageContaining("Access denied");
      assertThat(connectionId(pools, HIGH)).isEqualTo(connection);
      assertThat(pools.health().notUp())
          .singleElement()
          .satisfies(row -> assertThat(row.condition().status()).isEqualTo(Status.REFUSED));

      Fleet.execute(fleet.high(), "GRANT ALL ON usercenter_20.* TO limited");
      awaitUp(pools);
    } finally {
      for (MySqlServer server : fleet.servers) {
        Fleet.execute(server, "DROP USER limited");
      }
    }
  }

  /** With one connection for all shards of an instance. */
  private static DatabaseSettings asUser(String user, ShardTopology topology) {
    DatabaseSettings root = Fleet.settings(topology, 1);
    return new DatabaseSettings(
        root.topology(),
        root.admin(),
        user,
        root.password(),
        root.connectionsPerInstance(),
        root.scatterConnectionsPerInstance(),
        root.adminConnections(),
        root.connectTimeout(),
        root.borrowTimeout(),
        root.socketTimeout(),
        root.probeInterval());
  }

  /** A host that is lost says nothing more, and TCP tells the server so after hours. */
  @Test
  void whoIsNotHeardOfLosesWhatHeHasLocked() throws SQLException {
    String lock = "SELECT * FROM usercenter_19.shard_meta FOR UPDATE";
    try (ShardPools pools = fleet.open(Fleet.settings(fleet.topology(), 1), null)) {
      for (DataSource pool : List.of(pools.of(HIGH), pools.scatter(HIGH), pools.admin())) {
        try (Connection connection = pool.getConnection()) {
          assertThat(number(connection, "SELECT @@SESSION.wait_timeout")).isEqualTo(90);
        }
      }
      try (Connection lost = pools.of(HIGH).getConnection();
          Statement statement = lost.createStatement()) {
        statement.execute("SET SESSION wait_timeout = 1");
        lost.setAutoCommit(false);
        statement.execute(lock);
        Fleet.execute(fleet.high(), lock); // waits for it
        assertThatThrownBy(() -> statement.execute(lock)).isInstanceOf(SQLException.class);
      }
      try (Connection next = pools.of(HIGH).getConnection()) {
        assertThat(number(next, "SELECT @@SESSION.wait_timeout")).isEqualTo(90);
      }
    }
  }

  private static long connectionId(ShardPools pools, Shard shard) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      return number(connection, "SELECT CONNECTION_ID()");
    }
  }

  private static long number(Connection connection, String select) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void whatWasDownAtTheStartOrVanishedIsMigratedWhenItsServerIsThere() throws SQLException {
    try (MySqlServer mine = Fleet.newServer()) {
      mine.stop();
      DatabaseSettings settings = Fleet.settings(ShardTopology.parse(mine.address()), 2);
      ShardMigrations migrations = new ShardMigrations(settings, fleet.shards);
      ShardMigrations.Report report = migrations.migrateAll((_, _, _, _) -> {});
      assertThat(report.failed()).hasSize(33);
      try (ShardPools pools = fleet.open(settings, migrations);
          ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards)) {
        assertThat(pools.health().notUp()).hasSize(32);
        mine.restart();
        await().atMost(Duration.ofSeconds(90)).until(() -> pools.health().allUp());
        Username name = fleet.name(HIGH);
        try (Connection connection = sharded.getConnection()) {
          Fleet.register(connection, fleet.id(name), name);
        }

        Fleet.execute(mine, "DROP DATABASE usercenter_07");
        Shard gone = new Shard(7);
        assertThatThrownBy(() -> pools.of(gone).getConnection())
            .isInstanceOf(ShardUnavailableException.class)
            .hasMessageContaining("there is no database usercenter_07");
        assertThat(pools.health().notUp()).extracting(ShardHealth.Row::shard).containsExactly(gone);
        awaitUp(pools);
        pools.of(gone).getConnection().close();
      }
    }
  }

  @Test
  void aSchemaThatIsTooOldIsRefusedByWhoMayNotMigrate() throws SQLException {
    Fleet.execute(
        fleet.high(),
        "UPDATE usercenter_30.flyway_schema_history SET version = '0' WHERE version = '1'");
    try (ShardPools pools = fleet.open()) {
      assertThat(pools.health().notUp())
          .singleElement()
          .satisfies(
              row ->
                  assertThat(row.condition().reason())
                      .isEqualTo("its schema is older than this program: version 1 is missing"));
    } finally {
      Fleet.execute(
          fleet.high(),
          "UPDATE usercenter_30.flyway_schema_history SET version = '1' WHERE version = '0'");
    }
  }

  @Test
  void aPoolThatIsExhaustedSaysSoAndOperatorsAndPlayersDoNotStarveEachOther() throws Exception {
    DatabaseSettings one = Fleet.settings(fleet.topology(), 1);
    try (ShardPools pools = fleet.open(one, null)) {
      try (Connection held = pools.of(HIGH).getConnection()) {
        assertThat(held.getCatalog()).isEqualTo("usercenter_19");
        assertThatThrownBy(() -> pools.of(HIGH).getConnection())
            .isInstanceOf(ShardUnavailableException.class)
            .hasMessageContaining("no connection was free within 2000 ms: 1 in use");
        assertThat(new ShardScatter(pools).ask((_, _) -> "ok").answers()).hasSize(32);
      }
      try (Connection first = pools.scatter(HIGH).getConnection();
          Connection second = pools.scatter(HIGH).getConnection()) {
        assertThat(first.getCatalog()).isEqualTo(second.getCatalog());
        pools.of(HIGH).getConnection().close();
      }
      assertThat(pools.health().allUp()).isTrue();
    }
  }

  @Test
  void aScatterNamesTheShardsThatAreMissing() throws Exception {
    try (ShardPools pools = fleet.open()) {
      fleet.high().kill9();
      awaitDown(pools, HIGH);
      ShardScatter.Gathered<String> gathered = new ShardScatter(pools).ask((_, _) -> "ok");
      assertThat(gathered.answers()).hasSize(16).containsKey(LOW);
      assertThat(gathered.missing()).hasSize(16).containsKey(HIGH);
    }
  }

  @Test
  void closedPoolsLendNothing() throws SQLException {
    ShardPools pools = fleet.open();
    ShardedDataSource sharded = ShardedDataSource.create(pools, fleet.shards);
    select(sharded, LOW);
    sharded.close();
    pools.close();
    assertThatThrownBy(() -> pools.of(LOW).getConnection())
        .isInstanceOf(ShardUnavailableException.class)
        .hasMessageContaining("closed");
    assertThat(pools.usage()).isEmpty();
    await().atMost(Duration.ofSeconds(10)).until(() -> connections(fleet.low()) <= 1);
  }

  private static int connections(MySqlServer server) throws SQLException {
    try (Connection connection =
            java.sql.DriverManager.getConnection(server.jdbcUrl(), "root", "");
        Statement statement = connection.createStatement();
        java.sql.ResultSet row = statement.executeQuery("SHOW STATUS LIKE 'Threads_connected'")) {
      row.next();
      return row.getInt(2);
    }
  }
}
