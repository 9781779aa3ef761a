package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A stay sends statement after statement over one connection, and keeps none that somebody else
 * could be disturbed by. The real server says which connection it was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardStayTest {
  private static final Shard HERE = new Shard(3);
  private static final Shard ELSEWHERE = new Shard(4);

  @SuppressWarnings("NullAway.Init")
  private ShardPools pools;

  @BeforeAll
  void open() throws InterruptedException {
    pools = Fleet.of(GeneFunction.CRC32).open();
    assertThat(pools.awaitVerdicts(Duration.ofSeconds(30))).isTrue();
  }

  @AfterAll
  void close() {
    pools.close();
  }

  /** The connection's number and its database. */
  private static String asks(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CONNECTION_ID(), DATABASE()")) {
      row.next();
      return row.getLong(1) + " " + row.getString(2);
    }
  }

  private String asks(Shard shard) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      return asks(connection);
    }
  }

  private int active() {
    return pools.usage().stream()
        .filter(usage -> usage.kind() == PoolUsage.Kind.REQUESTS)
        .mapToInt(PoolUsage::active)
        .sum();
  }

  @Test
  void statementsGoOverOneConnectionWhichIsGivenBackAtTheEnd() throws SQLException {
    try (var _ = ShardStay.in(HERE);
        ShardVisits visits = ShardVisits.open()) {
      String first = asks(HERE);
      assertThat(active()).isEqualTo(1);
      assertThat(asks(HERE)).isEqualTo(first).endsWith("usercenter_03");
      assertThat(visits.statements()).isEqualTo(2);
    }
    assertThat(active()).isZero();
  }

  @Test
  void anotherShardAndWhoAsksMeanwhileGetOthers() throws SQLException {
    try (var _ = ShardStay.in(HERE)) {
      String kept = asks(HERE);
      assertThat(asks(ELSEWHERE)).isNotEqualTo(kept).endsWith("usercenter_04");
      try (Connection inUse = pools.of(HERE).getConnection()) {
        assertThat(asks(inUse)).isEqualTo(kept);
        assertThat(asks(HERE)).isNotEqualTo(kept).endsWith("usercenter_03");
      }
    }
    assertThat(active()).isZero();
  }

  @Test
  void whatIsLeftInATransactionIsNotKept() throws SQLException {
    try (var _ = ShardStay.in(HERE)) {
      try (Connection left = pools.of(HERE).getConnection()) {
        left.setAutoCommit(false);
        asks(left);
      }
      assertThat(active()).isZero();
      try (Connection next = pools.of(HERE).getConnection()) {
        assertThat(next.getAutoCommit()).isTrue();
      }
    }
    assertThat(active()).isZero();
  }

  @Test
  void whatBrokeIsNotKept() throws SQLException {
    try (var _ = ShardStay.in(HERE)) {
      String broken;
      try (Connection connection = pools.of(HERE).getConnection()) {
        broken = asks(connection);
        connection.abort(Runnable::run);
      }
      assertThat(asks(HERE)).isNotEqualTo(broken).endsWith("usercenter_03");
    }
    assertThat(active()).isZero();
  }

  @Test
  void aClosedConnectionDoesNotDisturbWhoHasItNow() throws SQLException {
    try (var _ = ShardStay.in(HERE)) {
      Connection first = pools.of(HERE).getConnection();
      first.close();
      try (Connection second = pools.of(HERE).getConnection()) {
        first.close();
        assertThat(first.isClosed()).isTrue();
        assertThat(asks(second)).endsWith("usercenter_03");
      }
    }
    assertThat(active()).isZero();
  }
}
