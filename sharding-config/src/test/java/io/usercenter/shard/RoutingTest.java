package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every shape of statement that names its user goes to that user's shard and nowhere else, and what
 * names none is refused. Visits are counted where connections are lent, below ShardingSphere.
 */
@ParameterizedClass
@EnumSource(GeneFunction.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingTest {
  private static final String INSERT_ROLE =
      "INSERT INTO role (user_id, server_id, role_id, state, revision, updated_at)"
          + " VALUES (?, 's1', ?, 'ACTIVE', ?, UTC_TIMESTAMP(3))";

  @SuppressWarnings("NullAway.Init")
  private Fleet fleet;

  @SuppressWarnings("NullAway.Init")
  private ShardPools pools;

  @SuppressWarnings("NullAway.Init")
  private ShardedDataSource sharded;

  @SuppressWarnings("NullAway.Init")
  @Parameter
  private GeneFunction function;

  private int turn;
  private Shard shard;
  private Username name;
  private UserId id;

  @BeforeParameterizedClassInvocation
  void open() {
    fleet = Fleet.of(function);
    pools = fleet.open();
    sharded = ShardedDataSource.create(pools, fleet.shards);
  }

  @AfterParameterizedClassInvocation
  void close() throws SQLException {
    sharded.close();
    pools.close();
  }

  @BeforeEach
  void registerSomebody() throws SQLException {
    shard = new Shard(turn++ * 11 & 31);
    name = fleet.name(shard);
    id = fleet.id(name);
    Cost cost = cost(connection -> Fleet.register(connection, id, name));
    assertThat(cost).isEqualTo(new Cost(Set.of(shard), 1));
  }

  record Cost(Set<Shard> shards, int statements) {}

  @FunctionalInterface
  interface Work {
    void on(Connection connection) throws SQLException;
  }

  private Cost cost(Work work) throws SQLException {
    try (ShardVisits visits = ShardVisits.open()) {
      try (Connection connection = sharded.getConnection()) {
        work.on(connection);
      }
      return new Cost(visits.shards(), visits.statements());
    }
  }

  /**
   * Runs one statement and claims that it was one statement on this user's shard; the second time
   * by what was learned about it, if it is of a kind that can be run twice.
   */
  private void goesHome(String sql, Object... parameters) throws SQLException {
    assertThat(cost(connection -> run(connection, sql, parameters)))
        .as(sql)
        .isEqualTo(new Cost(Set.of(shard), 1));
    if (!sql.startsWith("INSERT")) {
      assertThat(cost(connection -> run(connection, sql, parameters)))
          .as(sql)
          .isEqualTo(new Cost(Set.of(shard), 1));
    }
  }

  /** Rows of a query, or affected rows. */
  private static int run(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      if (!statement.execute()) {
        return statement.getUpdateCount();
      }
      int rows = 0;
      try (ResultSet result = statement.getResultSet()) {
        while (result.next()) {
          rows++;
        }
      }
      return rows;
    }
  }

  private int rows(String sql, Object... parameters) throws SQLException {
    try (Connection connection = sharded.getConnection()) {
      return run(connection, sql, parameters);
    }
  }

  @Test
  void selectsById() throws SQLException {
    goesHome("SELECT * FROM user WHERE user_id = ?", id.value());
    goesHome("SELECT username FROM user WHERE user_id = " + id);
    goesHome("SELECT COUNT(*) FROM user u WHERE u.user_id = ? AND status = 'ACTIVE'", id.value());
    assertThat(rows("SELECT * FROM user WHERE user_id = ?", id.value())).isEqualTo(1);
  }

  @Test
  void anIdMayComeInAnyTypeThatHoldsIt() throws SQLException {
    for (Object key :
        List.of(
            id.value(),
            BigInteger.valueOf(id.value()),
            BigDecimal.valueOf(id.value()),
            id.toString())) {
      goesHome("SELECT * FROM user WHERE user_id = ?", key);
      assertThat(rows("SELECT * FROM user WHERE user_id = ?", key)).isEqualTo(1);
    }
    assertThat(
            cost(
                connection -> run(connection, "SELECT * FROM user WHERE user_id = ?", (Object) 33)))
        .isEqualTo(new Cost(Set.of(new Shard(1)), 1));
  }

  @Test
  void selectsByName() throws SQLException {
    goesHome("SELECT * FROM user WHERE username = ?", name.canonical());
    goesHome("SELECT user_id FROM user WHERE username = '" + name.canonical() + "' LIMIT 1");
    assertThat(rows("SELECT * FROM user WHERE username = ?", name.canonical())).isEqualTo(1);
  }

  @Test
  void selectsByBoth() throws SQLException {
    goesHome("SELECT * FROM user WHERE username = ? AND user_id = ?", name.canonical(), id.value());
  }

  @Test
  void locksARow() throws SQLException {
    goesHome("SELECT auth_epoch FROM user WHERE user_id = ? FOR UPDATE", id.value());
    goesHome("SELECT auth_epoch FROM user WHERE username = ? FOR UPDATE", name.canonical());
  }

  @Test
  void updatesAndDeletes() throws SQLException {
    goesHome("UPDATE user SET nickname = ? WHERE user_id = ?", "nick", id.value());
    goesHome("UPDATE user SET nickname = ? WHERE username = ?", "other", name.canonical());
    goesHome("DELETE FROM user WHERE user_id = ?", id.value());
    assertThat(rows("SELECT * FROM user WHERE user_id = ?", id.value())).isZero();
  }

  @Test
  void tablesThatOnlyKnowTheIdFollowIt() throws SQLException {
    goesHome(
        "INSERT INTO session (user_id, session_id, device_class, channel, generation, rotated_at,"
            + " created_at, created_ip, last_used_at, expires_at) VALUES (?, ?, 'pc', 'c', 1,"
            + " UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '::1', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
        id.value(),
        fleet.id(shard).value());
    goesHome("SELECT * FROM session WHERE user_id = ? AND session_id > ?", id.value(), 0L);
    goesHome(
        "INSERT INTO ban (user_id, ban_id, scope, reason_code, starts_at, created_by, created_at)"
            + " VALUES (?, ?, 'ACCOUNT', 'CHEAT', UTC_TIMESTAMP(3), 'admin', UTC_TIMESTAMP(3))",
        id.value(),
        fleet.id(shard).value());
    goesHome("SELECT * FROM ban WHERE user_id = ? AND lifted_at IS NULL", id.value());
    goesHome(
        "INSERT INTO outbox (user_id, kind, payload, created_at)"
            + " VALUES (?, 'REGISTERED', ?, UTC_TIMESTAMP(3))",
        id.value(),
        "{\"a\":1}");
    goesHome("DELETE FROM outbox WHERE user_id = ? AND seq = ?", id.value(), 1L);
    goesHome(
        "INSERT INTO idempotency"
            + " (user_id, key_hash, day, fingerprint, claim, claimed_until, created_at)"
            + " VALUES (?, '', ?, '', '', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
        id.value(),
        "2031-05-06");
    goesHome("SELECT * FROM idempotency WHERE user_id = ? FOR UPDATE", id.value());
    goesHome(INSERT_ROLE, id.value(), "r1", 1L);
    goesHome("SELECT * FROM role WHERE user_id = ? ORDER BY level DESC", id.value());
  }

  @Test
  void anUpsertSaysKeptNewOrChanged() throws SQLException {
    String upsert =
        INSERT_ROLE
            + " ON DUPLICATE KEY UPDATE"
            + " level = IF(VALUES(revision) > revision, VALUES(level), level),"
            + " revision = GREATEST(revision, VALUES(revision))";
    assertThat(rows(upsert, id.value(), "r1", 5L)).isEqualTo(1);
    assertThat(rows(upsert, id.value(), "r1", 6L)).isEqualTo(2);
    assertThat(rows(upsert, id.value(), "r1", 4L)).isZero();
    goesHome(upsert, id.value(), "r1", 7L);
  }

  @Test
  void anUpdateCountsRowsThatChanged() throws SQLException {
    String cas = "UPDATE user SET auth_epoch = auth_epoch + 1 WHERE user_id = ? AND auth_epoch = ?";
    assertThat(rows(cas, id.value(), 1)).isEqualTo(1);
    assertThat(rows(cas, id.value(), 1)).isZero();
    // So it never proves that a row exists.
    assertThat(rows("UPDATE user SET status = 'ACTIVE' WHERE user_id = ?", id.value())).isZero();
  }

  @Test
  void severalRowsOfOneUserTravelTogether() throws SQLException {
    goesHome(
        INSERT_ROLE + ", (?, 's1', ?, 'ACTIVE', ?, UTC_TIMESTAMP(3))",
        id.value(),
        "r1",
        1L,
        id.value(),
        "r2",
        1L);
    UserId neighbour = fleet.id(shard);
    goesHome("SELECT * FROM role WHERE user_id IN (?, ?)", id.value(), neighbour.value());
    goesHome("DELETE FROM role WHERE user_id IN (?, ?)", id.value(), neighbour.value());
  }

  @Test
  void joinsExistsAndUnionStayHome() throws SQLException {
    run(INSERT_ROLE, id.value(), "r1", 1L);
    String join = "SELECT u.username, r.level FROM user u JOIN role r ON r.user_id = u.user_id";
    goesHome(join + " WHERE u.user_id = ?", id.value());
    goesHome(join + " WHERE u.username = ?", name.canonical());
    assertThat(rows(join + " WHERE u.username = ?", name.canonical())).isEqualTo(1);
    goesHome(
        "SELECT u.user_id, s.session_id, b.ban_id FROM user u"
            + " LEFT JOIN session s ON s.user_id = u.user_id"
            + " LEFT JOIN ban b ON b.user_id = u.user_id WHERE u.user_id = ?",
        id.value());
    goesHome(
        "SELECT username FROM user u WHERE u.user_id = ?"
            + " AND EXISTS (SELECT 1 FROM role r WHERE r.user_id = ?)",
        id.value(),
        id.value());
    goesHome(
        "SELECT role_id FROM role WHERE user_id = ?"
            + " UNION ALL SELECT username FROM user WHERE user_id = ?",
        id.value(),
        id.value());
    goesHome(
        "INSERT INTO role (user_id, server_id, role_id, state, revision, updated_at)"
            + " SELECT user_id, 's2', role_id, state, revision, updated_at FROM role"
            + " WHERE user_id = ?",
        id.value());
  }

  private void run(String sql, Object... parameters) throws SQLException {
    rows(sql, parameters);
  }

  @Test
  void aTransactionOfSeveralStatementsIsOneVisit() throws SQLException {
    Cost cost =
        cost(
            connection -> {
              connection.setAutoCommit(false);
              run(connection, INSERT_ROLE, id.value(), "r1", 1L);
              run(connection, "UPDATE user SET nickname = 'x' WHERE user_id = ?", id.value());
              run(connection, "SELECT * FROM user WHERE username = ?", name.canonical());
              connection.commit();
            });
    assertThat(cost).isEqualTo(new Cost(Set.of(shard), 3));
    assertThat(rows("SELECT * FROM role WHERE user_id = ?", id.value())).isEqualTo(1);
  }

  @Test
  void aTransactionRollsBackAsOne() throws SQLException {
    cost(
        connection -> {
          connection.setAutoCommit(false);
          run(connection, INSERT_ROLE, id.value(), "r1", 1L);
          connection.rollback();
        });
    assertThat(rows("SELECT * FROM role WHERE user_id = ?", id.value())).isZero();
  }

  @Test
  void aDuplicateThatWasCaughtDoesNotSpoilTheTransaction() throws SQLException {
    cost(
        connection -> {
          connection.setAutoCommit(false);
          run(connection, INSERT_ROLE, id.value(), "r1", 1L);
          assertThatThrownBy(() -> run(connection, INSERT_ROLE, id.value(), "r1", 1L))
              .isInstanceOf(SQLIntegrityConstraintViolationException.class);
          connection.commit();
        });
    assertThat(rows("SELECT * FROM role WHERE user_id = ?", id.value())).isEqualTo(1);
  }

  @Test
  void aTransactionCannotReachASecondShard() throws SQLException {
    UserId elsewhere = fleet.id(new Shard(shard.number() ^ 1));
    try (Connection connection = sharded.getConnection()) {
      connection.setAutoCommit(false);
      run(connection, INSERT_ROLE, id.value(), "r1", 1L);
      assertThatThrownBy(() -> run(connection, INSERT_ROLE, elsewhere.value(), "r1", 1L))
          .hasStackTraceContaining("CrossShardTransactionException")
          .hasStackTraceContaining("a transaction on shard " + shard + " is open on this thread");
      connection.rollback();
    }
    assertThat(rows("SELECT * FROM role WHERE user_id = ?", id.value())).isZero();
    assertThat(rows("SELECT * FROM role WHERE user_id = ?", elsewhere.value())).isZero();
    assertThat(pools.usage()).allSatisfy(pool -> assertThat(pool.active()).isZero());
    // The thread is free again.
    cost(
        connection -> {
          connection.setAutoCommit(false);
          run(connection, INSERT_ROLE, elsewhere.value(), "r1", 1L);
          connection.commit();
        });
  }

  @Test
  void aStatementCannotReachTwoShards() {
    long elsewhere = fleet.id(new Shard(shard.number() ^ 1)).value();
    for (String sql :
        List.of(
            "UPDATE user SET nickname = 'x' WHERE user_id IN (%1$s, %2$s)",
            "DELETE FROM role WHERE user_id = %1$s OR user_id = %2$s",
            "INSERT INTO outbox (user_id, kind, payload, created_at)"
                + " VALUES (%1$s, 'a', '{}', NOW()), (%2$s, 'a', '{}', NOW())",
            "SELECT * FROM user WHERE user_id IN (%1$s, %2$s)",
            "SELECT role_id FROM role WHERE user_id = %1$s"
                + " UNION SELECT role_id FROM role WHERE user_id = %2$s")) {
      refused(sql.formatted(id, elsewhere), "the statement leads to 2 shards");
    }
  }

  /** Nothing was sent, and the reason is given. */
  private void refused(String sql, String reason) {
    try (ShardVisits visits = ShardVisits.open()) {
      assertThatThrownBy(() -> run(sql)).as(sql).hasStackTraceContaining(reason);
      assertThat(visits.statements()).as(sql).isZero();
      assertThat(visits.shards()).as(sql).isEmpty();
    }
  }

  @Test
  void anIdAndANameThatDisagreeAreRefused() {
    Username other = fleet.name(new Shard(shard.number() ^ 1));
    refused(
        "SELECT * FROM user WHERE user_id = %s AND username = '%s'"
            .formatted(id, other.canonical()),
        "the keys lead to different shards");
    assertThatThrownBy(() -> cost(connection -> Fleet.register(connection, id, other)))
        .hasStackTraceContaining("the keys lead to different shards");
  }

  @Test
  void aStatementThatNamesNobodyIsRefused() {
    for (String sql :
        List.of(
            "SELECT * FROM user",
            "SELECT * FROM user WHERE nickname = 'x'",
            "SELECT * FROM user WHERE username LIKE 'a%'",
            "SELECT COUNT(*) FROM role",
            "UPDATE user SET nickname = 'x'",
            "UPDATE session SET revoked_at = NULL WHERE session_id = 1",
            "DELETE FROM role",
            "DELETE FROM outbox WHERE seq < 10",
            "SELECT * FROM user WHERE user_id > 1",
            "SELECT * FROM user WHERE user_id BETWEEN 1 AND 9",
            "/* SHARDINGSPHERE_HINT: DISABLE_AUDIT_NAMES=one-shard */ SELECT * FROM user",
            "SELECT * FROM role_locator WHERE user_id = 1",
            "SELECT u.user_id FROM user u JOIN role r ON r.user_id = u.user_id")) {
      refused(sql, "the statement names no user and no role");
    }
  }

  @Test
  void aKeyThatCannotBeOneIsRefused() {
    assertThatThrownBy(() -> run("SELECT * FROM user WHERE user_id = ?", "abc"))
        .hasStackTraceContaining("user id");
    assertThatThrownBy(() -> run("SELECT * FROM user WHERE user_id = ?", new BigDecimal("1.5")))
        .isInstanceOf(Exception.class);
    assertThatThrownBy(() -> run("SELECT * FROM user WHERE username = ?", "NotCanonical"))
        .hasStackTraceContaining("canonical");
  }

  @Test
  void aTextIsLearnedOnceAndLeadsEachUserHome() throws SQLException {
    String sql = "SELECT * FROM user WHERE status = ? AND user_id = ?";
    Map<Integer, Object> parameters = Map.of(0, "ACTIVE", 1, id.value());
    assertThat(fleet.shards.geneFunction()).isEqualTo(function);
    assertThat(sharded.routes().shard(sql, parameters)).isEmpty();
    goesHome(sql, "ACTIVE", id.value());
    assertThat(sharded.routes().shard(sql, parameters)).contains(shard);
    goesHome(sql, "ACTIVE", id.value());
    assertThat(rows(sql, "ACTIVE", id.value())).isEqualTo(1);
    assertThat(rows(sql, "BANNED", id.value())).isZero();

    shard = new Shard(shard.number() ^ 1);
    id = fleet.id(shard);
    goesHome(sql, "ACTIVE", id.value());
  }

  @Test
  void whatIsOutOfTheOrdinaryIsNotLearned() throws SQLException {
    String literal = "SELECT nickname FROM user WHERE user_id = " + id + " AND status = ?";
    goesHome(literal, "ACTIVE");
    assertThat(sharded.routes().shard(literal, Map.of(0, "ACTIVE"))).isEmpty();
    String half = "SELECT nickname FROM user WHERE user_id IN (?, " + id + ")";
    goesHome(half, id.value());
    assertThat(sharded.routes().shard(half, Map.of(0, id.value()))).isEmpty();
    String refused = "SELECT nickname FROM user WHERE user_id = ? OR status = ?";
    assertThatThrownBy(() -> run(refused, id.value(), "ACTIVE"))
        .hasStackTraceContaining("the statement names no user and no role");
    assertThat(sharded.routes().shard(refused, Map.of(0, id.value(), 1, "ACTIVE"))).isEmpty();
    String failed = "INSERT INTO user (user_id, username) VALUES (?, ?)";
    assertThatThrownBy(() -> run(failed, id.value(), name.canonical()))
        .isInstanceOf(SQLException.class);
    assertThat(sharded.routes().shard(failed, Map.of(0, id.value(), 1, name.canonical())))
        .isEmpty();
  }

  @Test
  void whatWasLearnedLetsNothingPassThatWasRefused() throws SQLException {
    UserId neighbour = fleet.id(shard);
    Username other = fleet.name(new Shard(shard.number() ^ 1));
    long elsewhere = fleet.id(new Shard(shard.number() ^ 1)).value();
    String both = "UPDATE user SET nickname = ? WHERE user_id = ? AND username = ?";
    String list = "UPDATE user SET nickname = ? WHERE user_id IN (?, ?)";
    String either = "SELECT * FROM user WHERE user_id = ? OR user_id = ?";
    for (int round = 0; round < 3; round++) {
      goesHome(both, "a" + round, id.value(), name.canonical());
      goesHome(list, "b" + round, id.value(), neighbour.value());
      goesHome(either, id.value(), neighbour.value());
      refusedWith("the keys lead to different shards", both, "x", id.value(), other.canonical());
      refusedWith("the statement leads to 2 shards", list, "x", id.value(), elsewhere);
      refusedWith("the statement leads to 2 shards", either, id.value(), elsewhere);
      refusedWith("user id", either, id.value(), "abc");
      refusedWith("canonical", both, "x", id.value(), "NotCanonical");
    }
    assertThat(rows("SELECT * FROM user WHERE user_id = ? AND nickname = 'b2'", id.value()))
        .isEqualTo(1);
  }

  private void refusedWith(String reason, String sql, Object... parameters) {
    try (ShardVisits visits = ShardVisits.open()) {
      assertThatThrownBy(() -> run(sql, parameters)).as(sql).hasStackTraceContaining(reason);
      assertThat(visits.statements()).as(sql).isZero();
    }
  }

  @Test
  void aStatementMayBeExecutedAgainForSomebodyElse() throws SQLException {
    String sql = "SELECT user_id FROM user WHERE user_id = ?";
    UserId elsewhere = fleet.id(new Shard(shard.number() ^ 1));
    try (Connection connection = sharded.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(3);
      for (UserId each : List.of(id, elsewhere, id)) {
        statement.setLong(1, each.value());
        try (ResultSet row = statement.executeQuery()) {
          assertThat(row.next()).isEqualTo(each.equals(id));
        }
        assertThat(statement.getQueryTimeout()).isEqualTo(3);
      }
      statement.clearParameters();
      assertThatThrownBy(statement::executeQuery).isInstanceOf(Exception.class);
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(statement.isClosed()).isFalse();
    }
    assertThat(pools.usage()).allSatisfy(pool -> assertThat(pool.active()).isZero());
  }

  @Test
  void aBatchGoesHome() throws SQLException {
    Cost cost =
        cost(
            connection -> {
              try (PreparedStatement insert = connection.prepareStatement(INSERT_ROLE)) {
                for (int i = 0; i < 3; i++) {
                  insert.setLong(1, id.value());
                  insert.setString(2, "r" + i);
                  insert.setLong(3, 1);
                  insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(3);
              }
            });
    assertThat(cost.shards()).isEqualTo(Set.of(shard));
    assertThat(rows("SELECT * FROM role WHERE user_id = ?", id.value())).isEqualTo(3);
  }

  @Test
  void aRoleIdLeadsToItsLocator() throws SQLException {
    String roleId = fleet.roleId(shard);
    goesHome(
        "INSERT INTO role_locator (role_id, server_id, user_id, revision) VALUES (?, 's1', ?, 1)"
            + " ON DUPLICATE KEY UPDATE user_id = VALUES(user_id)",
        roleId,
        id.value());
    goesHome("SELECT user_id FROM role_locator WHERE role_id = ?", roleId);
    assertThat(rows("SELECT user_id FROM role_locator WHERE role_id = ?", roleId)).isEqualTo(1);
  }

  @Test
  void aShardRefusesRowsThatAreNotItsOwn() throws SQLException {
    Shard wrong = new Shard(shard.number() ^ 1);
    Username somebody = fleet.name(shard);
    try (Connection connection = pools.of(wrong).getConnection()) {
      assertThatThrownBy(() -> Fleet.register(connection, fleet.id(somebody), somebody))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("user_in_its_shard");
      assertThatThrownBy(() -> run(connection, INSERT_ROLE, id.value(), "r1", 1L))
          .hasMessageContaining("role_in_its_shard");
      assertThatThrownBy(
              () ->
                  run(
                      connection,
                      "INSERT INTO role_locator (role_id, server_id, user_id, revision)"
                          + " VALUES (?, 's1', 1, 1)",
                      fleet.roleId(shard)))
          .hasMessageContaining("role_locator_in_its_shard");
    }
  }

  @Test
  void askingForMetadataVisitsNoShard() throws SQLException {
    Cost cost =
        cost(
            connection -> {
              assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("MySQL");
              assertThat(connection.getMetaData().getURL()).startsWith("jdbc:mysql:");
            });
    assertThat(cost).isEqualTo(new Cost(Set.of(), 0));
  }

  @Test
  void directConnectionsCountToo() throws SQLException {
    try (ShardVisits visits = ShardVisits.open()) {
      try (Connection connection = pools.of(shard).getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT DATABASE(), @@transaction_isolation")) {
        row.next();
        assertThat(row.getString(1)).isEqualTo(Shards.database(shard));
        assertThat(row.getString(2)).isEqualTo("READ-COMMITTED");
      }
      try (Connection connection = pools.admin().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1 FROM operator");
      }
      assertThat(visits.shards()).containsExactly(shard);
      assertThat(visits.statements()).isEqualTo(2);
    }
  }

  @Test
  void aScatterVisitsEveryShardOnceAndSaysSo() throws InterruptedException {
    try (ShardVisits visits = ShardVisits.open()) {
      ShardScatter.Gathered<String> gathered =
          new ShardScatter(pools)
              .ask(
                  (_, connection) -> {
                    try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("SELECT DATABASE()")) {
                      row.next();
                      return row.getString(1);
                    }
                  });
      assertThat(gathered.missing()).isEmpty();
      assertThat(gathered.answers()).hasSize(32);
      gathered
          .answers()
          .forEach((where, database) -> assertThat(database).isEqualTo(Shards.database(where)));
      assertThat(visits.shardCount()).isEqualTo(32);
      assertThat(visits.statements()).isEqualTo(32);
    }
  }

  @Test
  void whoWaitsForAScatterIsToldWhoDidNotAnswerInTime() throws Exception {
    Shard slow = new Shard(3);
    ShardScatter.Gathered<Integer> gathered =
        new ShardScatter(pools, Duration.ofSeconds(2))
            .ask(
                (where, connection) -> {
                  try (Statement statement = connection.createStatement();
                      ResultSet row =
                          statement.executeQuery(
                              "SELECT SLEEP(" + (where.equals(slow) ? 60 : 0) + ")")) {
                    row.next();
                    return row.getInt(1);
                  }
                });
    // A server has two connections for this, so the others on it are asked by the other one.
    assertThat(gathered.missing().keySet()).containsExactly(slow);
    assertThat(gathered.answers()).hasSize(31);
    assertThat(new ShardScatter(pools).ask((_, _) -> 1).answers()).hasSize(32);
  }

  /** 32 databases share four connections: each must always find the right one selected. */
  @Test
  void databasesNeverMix() throws Exception {
    List<UserId> users = new ArrayList<>();
    for (Shard each : Shards.all()) {
      Username somebody = fleet.name(each);
      UserId user = fleet.id(somebody);
      users.add(user);
      cost(connection -> Fleet.register(connection, user, somebody));
    }
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> found = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int start = thread;
        found.add(
            executor.submit(
                () -> {
                  int rows = 0;
                  for (int i = 0; i < 200; i++) {
                    UserId user = users.get((start * 7 + i) % users.size());
                    rows += rows("SELECT * FROM user WHERE user_id = ?", user.value());
                    try (Connection connection = pools.of(user.shard()).getConnection()) {
                      rows += run(connection, "SELECT * FROM user WHERE user_id = ?", user.value());
                    }
                  }
                  return rows;
                }));
      }
      for (Future<Integer> rows : found) {
        assertThat(rows.get()).isEqualTo(400);
      }
    }
  }

  @Test
  void warmingUpVisitsEveryShardAndChangesNothing() throws SQLException {
    try (ShardVisits visits = ShardVisits.open()) {
      int sent = ShardWarmUp.run(sharded, pools, fleet.shards, Duration.ZERO);
      assertThat(visits.shardCount()).isEqualTo(32);
      assertThat(visits.statements()).isEqualTo(sent).isBetween(32 * 7, 32 * 8);
    }
  }

  @Test
  void whoNamesTheDatabaseIsServedWhateverIsSelected() throws SQLException {
    String database = Shards.database(shard);
    String other = Shards.database(new Shard(shard.number() ^ 1)); // on the same server
    try (Connection connection = pools.of(new Shard(shard.number() ^ 1)).getConnection()) {
      assertThat(selected(connection)).isEqualTo(other);
    }
    try (ShardVisits visits = ShardVisits.open();
        Connection connection = pools.unselected(shard).getConnection();
        PreparedStatement read =
            connection.prepareStatement(
                "SELECT username, DATABASE() FROM " + database + ".user WHERE user_id = ?")) {
      read.setLong(1, id.value());
      try (ResultSet row = read.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo(name.canonical());
        assertThat(row.getString(2)).as("nothing was selected for it").isEqualTo(other);
      }
      assertThat(visits.shards()).containsExactly(shard);
      assertThat(visits.statements()).isEqualTo(1);
    }
    try (Connection connection = pools.of(shard).getConnection()) {
      assertThat(selected(connection)).isEqualTo(database);
    }
  }

  private static String selected(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT DATABASE()")) {
      row.next();
      return row.getString(1);
    }
  }
}
