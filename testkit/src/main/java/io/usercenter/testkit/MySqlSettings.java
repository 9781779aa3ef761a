package io.usercenter.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a MySQL server runs.
 *
 * @param maxConnections {@code max_connections}; default 500
 * @param durable whether a commit waits for the disk ({@code innodb_flush_log_at_trx_commit} 1,
 *     else 2: a killed server loses nothing either way, a machine without power does); default true
 * @param bufferPoolMb {@code innodb_buffer_pool_size} in MiB; default 64
 * @param account the only account that gets in; null: root without a password, for tests
 * @param log where its messages go; null: {@code server.log} beside the data directory
 * @param options further options of mysqld, such as {@code --innodb-io-capacity=200}
 */
public record MySqlSettings(
    int maxConnections,
    boolean durable,
    int bufferPoolMb,
    @Nullable Account account,
    @Nullable Path log,
    List<String> options) {
  /**
   * Who may use the server, from this machine only.
   *
   * @param user name, letters, digits and underscores
   * @param password letters, digits, {@code -} and {@code _}
   * @param databases the databases it may do everything in, as a LIKE pattern: {@code
   *     usercenter\_%}
   */
  public record Account(String user, String password, String databases) {
    public Account {
      requirePlain("user", user, "[A-Za-z0-9_]{1,32}");
      requirePlain("password", password, "[A-Za-z0-9_-]{8,128}");
      requirePlain("databases", databases, "[A-Za-z0-9_%\\\\]{1,64}");
    }

    // They become part of an SQL statement.
    private static void requirePlain(String what, String text, String pattern) {
      if (!text.matches(pattern)) {
        throw new IllegalArgumentException(what + " must match " + pattern);
      }
    }

    @Override
    public String toString() {
      return "Account[user=%s, password=[REDACTED], databases=%s]".formatted(user, databases);
    }
  }

  public MySqlSettings {
    options = List.copyOf(options);
  }

  /** The defaults: durable, 500 connections, root without a password. */
  public static MySqlSettings standard() {
    return new MySqlSettings(500, true, 64, null, null, List.of());
  }

  /** Accepts this many connections. */
  public MySqlSettings withMaxConnections(int connections) {
    return new MySqlSettings(connections, durable, bufferPoolMb, account, log, options);
  }

  /** Commits do not wait for the disk: for tests whose subject is something else. */
  public MySqlSettings relaxed() {
    return new MySqlSettings(maxConnections, false, bufferPoolMb, account, log, options);
  }

  /** Keeps this many MiB of pages in memory. */
  public MySqlSettings withBufferPoolMb(int mebibytes) {
    return new MySqlSettings(maxConnections, durable, mebibytes, account, log, options);
  }

  /** Lets this account in, and root no longer. */
  public MySqlSettings withAccount(Account onlyAccount) {
    return new MySqlSettings(maxConnections, durable, bufferPoolMb, onlyAccount, log, options);
  }

  /** Writes its messages here. */
  public MySqlSettings withLog(Path file) {
    return new MySqlSettings(maxConnections, durable, bufferPoolMb, account, file, options);
  }

  /** Adds an option of mysqld; the last one of a name wins. */
  public MySqlSettings withOption(String option) {
    List<String> more = new ArrayList<>(options);
    more.add(option);
    return new MySqlSettings(maxConnections, durable, bufferPoolMb, account, log, more);
  }
}
