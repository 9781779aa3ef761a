package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apache.shardingsphere.driver.jdbc.core.connection.ShardingSphereConnection;
import org.apache.shardingsphere.infra.executor.sql.execute.engine.ConnectionMode;

/**
 * A connection of ShardingSphere's that goes straight to the shard with a statement whose route is
 * known, over the connection and in the transaction that ShardingSphere keeps for that shard.
 *
 * <p>It answers by itself what it is asked about MySQL. ShardingSphere would borrow a connection of
 * a random shard for that, which may be down, and which would be one visit more than the request
 * needs.
 */
final class RoutedConnection extends ForwardingConnection {
  private final ShardingSphereConnection shardingSphere;
  private final StatementRoutes routes;

  RoutedConnection(ShardingSphereConnection shardingSphere, StatementRoutes routes) {
    super(shardingSphere);
    this.shardingSphere = shardingSphere;
    this.routes = routes;
  }

  StatementRoutes routes() {
    return routes;
  }

  @Override
  public PreparedStatement prepareStatement(String sql) {
    return RoutedStatement.on(this, sql);
  }

  PreparedStatement prepareByShardingSphere(String sql) throws SQLException {
    return shardingSphere.prepareStatement(sql);
  }

  /** As ShardingSphere does it once it knows the shard, with auto-commit off too. */
  PreparedStatement prepareIn(Shard shard, String sql) throws SQLException {
    shardingSphere.beginTransactionIfNeededWhenAutoCommitFalse();
    return shardingSphere
        .getDatabaseConnectionManager()
        .getConnections(
            shardingSphere.getCurrentDatabaseName(),
            Shards.database(shard),
            0,
            1,
            ConnectionMode.MEMORY_STRICTLY)
        .getFirst()
        .prepareStatement(sql);
  }

  @Override
  public DatabaseMetaData getMetaData() {
    return (DatabaseMetaData)
        Proxy.newProxyInstance(
            RoutedConnection.class.getClassLoader(),
            new Class<?>[] {DatabaseMetaData.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "getURL" -> "jdbc:mysql:///";
                  case "getDatabaseProductName" -> "MySQL";
                  case "getDatabaseMajorVersion" -> 8;
                  case "getDatabaseMinorVersion" -> 0;
                  case "getDatabaseProductVersion" -> "8.0";
                  case "getDriverName" -> "MySQL Connector/J";
                  case "supportsTransactions", "supportsBatchUpdates", "supportsGetGeneratedKeys" ->
                      true;
                  // MyBatis asks after every query; no statement here has a second result.
                  case "supportsMultipleResultSets" -> false;
                  case "getConnection" -> this;
                  case "hashCode" -> System.identityHashCode(this);
                  case "equals" -> false;
                  case "toString" -> "metadata of the shards";
                  default -> ofARandomShard(method, arguments);
                });
  }

  private Object ofARandomShard(java.lang.reflect.Method method, Object[] arguments)
      throws SQLException {
    try {
      return method.invoke(delegate.getMetaData(), arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new SQLException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new SQLException(e);
    }
  }
}
