package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.shardingsphere.driver.api.ShardingSphereDataSourceFactory;
import org.apache.shardingsphere.driver.jdbc.core.connection.ShardingSphereConnection;
import org.apache.shardingsphere.driver.jdbc.core.datasource.ShardingSphereDataSource;
import org.apache.shardingsphere.infra.algorithm.core.config.AlgorithmConfiguration;
import org.apache.shardingsphere.infra.config.mode.ModeConfiguration;
import org.apache.shardingsphere.mode.repository.standalone.StandalonePersistRepositoryConfiguration;
import org.apache.shardingsphere.sharding.api.config.ShardingRuleConfiguration;
import org.apache.shardingsphere.sharding.api.config.rule.ShardingTableReferenceRuleConfiguration;
import org.apache.shardingsphere.sharding.api.config.rule.ShardingTableRuleConfiguration;
import org.apache.shardingsphere.sharding.api.config.strategy.audit.ShardingAuditStrategyConfiguration;
import org.apache.shardingsphere.sharding.api.config.strategy.sharding.ComplexShardingStrategyConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * ShardingSphere-JDBC over the 32 shards. A statement that names its user, by id or by username,
 * goes to one shard; one that names none, or several, is refused, reading or writing. What a text
 * means is found out once ({@link StatementRoutes}).
 */
public final class ShardedDataSource implements DataSource, AutoCloseable {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ShardedDataSource.class);

  /** Tables whose rows live with their user. */
  private static final List<String> USER_TABLES =
      List.of(
          "user",
          "session",
          "ban",
          "role",
          "outbox",
          "user_identity",
          "idempotency",
          "account_note");

  /** Tables that lead to a user from elsewhere, and the column that places their rows. */
  private static final Map<String, String> LEADING_TABLES =
      Map.of("role_locator", ShardKeys.ROLE_ID, "identity", ShardKeys.IDENTITY_KEY);

  private static final String GENE = "gene";
  private static final String AUDITOR = "one-shard";
  private static final Duration RETRY_WHEN_ALL_DOWN = Duration.ofSeconds(2);

  private final ShardPools pools;
  private final Shards shards;
  private final StatementRoutes routes;
  private final ReentrantLock building = new ReentrantLock();
  private volatile @Nullable DataSource built;
  private volatile boolean closed;

  private ShardedDataSource(ShardPools pools, Shards shards) {
    this.pools = pools;
    this.shards = shards;
    this.routes = new StatementRoutes(shards);
  }

  /**
   * Over the pools for requests. ShardingSphere reads the columns of the tables from one shard that
   * is up; while none is, this still comes up, refuses connections, and tries again at the next.
   */
  public static ShardedDataSource create(ShardPools pools, Shards shards) {
    ShardedDataSource source = new ShardedDataSource(pools, shards);
    try {
      source.shardingSphere();
    } catch (SQLException e) {
      LOG.warn("starting without any shard: {}", e.getMessage());
    }
    return source;
  }

  /**
   * A connection that finds its shards statement by statement; costs nothing until then.
   *
   * @throws DatabaseUnavailableException if no shard has been up yet
   */
  @Override
  public Connection getConnection() throws SQLException {
    return new RoutedConnection(
        shardingSphere().getConnection().unwrap(ShardingSphereConnection.class), routes);
  }

  /** What was learned so far. */
  StatementRoutes routes() {
    return routes;
  }

  private DataSource shardingSphere() throws SQLException {
    DataSource source = built;
    if (source != null) {
      return source;
    }
    building.lock();
    try {
      source = built;
      if (source == null) {
        source = buildOverALiveShard();
        built = source;
      }
      return source;
    } finally {
      building.unlock();
    }
  }

  private DataSource buildOverALiveShard() throws SQLException {
    if (closed) {
      throw new SQLException("the sharded data source is closed");
    }
    for (ShardHealth.Row row : pools.health().shards()) {
      if (row.condition().up()) {
        try {
          return build(row.shard());
        } catch (SQLException | RuntimeException e) {
          if (pools.health().of(row.shard()).up()) {
            throw e;
          }
          LOG.warn("shard {} went away while its tables were read, trying another", row.shard(), e);
        }
      }
    }
    throw new DatabaseUnavailableException("no shard is up", RETRY_WHEN_ALL_DOWN, null);
  }

  /** With this shard first, because ShardingSphere reads the first one only. */
  private DataSource build(Shard first) throws SQLException {
    List<Shard> order = new ArrayList<>(Shards.all());
    order.remove(first);
    order.addFirst(first);
    Map<String, DataSource> sources = new LinkedHashMap<>();
    order.forEach(shard -> sources.put(Shards.database(shard), pools.of(shard)));
    return ShardingSphereDataSourceFactory.createDataSource(
        "usercenter",
        new ModeConfiguration(
            "Standalone",
            new StandalonePersistRepositoryConfiguration(MemoryRepository.TYPE, new Properties())),
        sources,
        List.of(rule(order)),
        properties());
  }

  private ShardingRuleConfiguration rule(List<Shard> order) {
    ShardingRuleConfiguration rule = new ShardingRuleConfiguration();
    for (String table : USER_TABLES) {
      // All with the same strategy and in one binding group, or joins, EXISTS and UNION scatter.
      rule.getTables().add(table(table, order, ShardKeys.USER_ID + "," + ShardKeys.USERNAME));
    }
    LEADING_TABLES.forEach((table, column) -> rule.getTables().add(table(table, order, column)));
    rule.getBindingTableGroups()
        .add(new ShardingTableReferenceRuleConfiguration("user", String.join(",", USER_TABLES)));
    Properties gene = ShardKeys.properties(shards);
    rule.getShardingAlgorithms()
        .put(GENE, new AlgorithmConfiguration(GeneShardingAlgorithm.TYPE, gene));
    rule.getAuditors().put(AUDITOR, new AlgorithmConfiguration(OneShardAuditor.TYPE, gene));
    rule.setDefaultAuditStrategy(new ShardingAuditStrategyConfiguration(List.of(AUDITOR), false));
    return rule;
  }

  private static ShardingTableRuleConfiguration table(
      String table, List<Shard> order, String columns) {
    // <LITERAL> spares the evaluation of a Groovy expression at start.
    ShardingTableRuleConfiguration rule =
        new ShardingTableRuleConfiguration(
            table,
            order.stream()
                .map(shard -> Shards.database(shard) + "." + table)
                .collect(Collectors.joining(",", "<LITERAL>", "")));
    rule.setDatabaseShardingStrategy(new ComplexShardingStrategyConfiguration(columns, GENE));
    return rule;
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("proxy-frontend-database-protocol-type", "MySQL");
    properties.setProperty("check-table-metadata-enabled", "false");
    properties.setProperty("max-connections-size-per-query", "1");
    properties.setProperty("sql-show", "false"); // it would log the parameters
    return properties;
  }

  /** Releases ShardingSphere; the pools stay open. */
  @Override
  public void close() throws SQLException {
    closed = true;
    if (built instanceof ShardingSphereDataSource source) {
      source.close();
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the user is the same for all connections");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("logs go to SLF4J");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("the timeouts are in DatabaseSettings");
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("logs go to SLF4J");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new SQLException("not a " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
