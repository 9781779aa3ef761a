package io.usercenter.shard;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * A connection of ShardingSphere's that answers by itself what it is asked about MySQL.
 * ShardingSphere would borrow a connection of a random shard for that, which may be down, and which
 * would be one visit more than the request needs.
 */
final class RoutedConnection extends ForwardingConnection {
  RoutedConnection(Connection delegate) {
    super(delegate);
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
