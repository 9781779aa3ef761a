package io.usercenter.shard;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one database, out of the pool of its instance. A public JavaBean with {@code url}
 * and {@code username}, because ShardingSphere asks for them by reflection.
 */
public final class ShardDataSource implements DataSource {
  private final GuardedDatabase database;
  private final PoolUsage.Kind kind;
  private final boolean selected;
  private String url;
  private String username;

  /**
   * Of one database.
   *
   * @param selected whether its connections come with the database selected
   */
  ShardDataSource(
      GuardedDatabase database, PoolUsage.Kind kind, boolean selected, String username) {
    this.database = database;
    this.kind = kind;
    this.selected = selected;
    this.url = "jdbc:mysql://" + database.instance().address() + "/" + database.name();
    this.username = username;
  }

  /**
   * A connection, to be closed soon.
   *
   * @throws DatabaseUnavailableException if there is none to be had
   */
  @Override
  public Connection getConnection() throws SQLException {
    return database.borrow(kind, selected);
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the user is the same for all connections");
  }

  /** Where the database is, without options. */
  public String getUrl() {
    return url;
  }

  /** For ShardingSphere; changes nothing but what {@link #getUrl} says. */
  public void setUrl(String url) {
    this.url = url;
  }

  /** The MySQL user. */
  public String getUsername() {
    return username;
  }

  /** For ShardingSphere; changes nothing but what {@link #getUsername} says. */
  public void setUsername(String username) {
    this.username = username;
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
