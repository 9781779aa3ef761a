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
 * @param accounts the only ones that get in, the first being the one to use; none: root without a
 *     password, for tests
 * @param log where its messages go; null: {@code server.log} beside the data directory
 * @param options further options of mysqld, such as {@code --innodb-io-capacity=200}
 */
public record MySqlSettings(
    int maxConnections,
    boolean durable,
    int bufferPoolMb,
    List<Account> accounts,
    @Nullable Path log,
    List<String> options) {
  /**
   * Who may use the server, from this machine only.
   *
   * @param user name, letters, digits and underscores
   * @param password letters, digits, {@code -} and {@code _}
   * @param rights what he may do, and nothing else
   */
  public record Account(String user, String password, List<Right> rights) {
    public Account {
      requirePlain("user", user, "[A-Za-z0-9_]{1,32}");
      requirePlain("password", password, "[A-Za-z0-9_-]{8,128}");
      rights = List.copyOf(rights);
    }

    @Override
    public String toString() {
      return "Account[user=%s, password=[REDACTED], rights=%s]".formatted(user, rights);
    }
  }

  /**
   * What an account may do in some databases.
   *
   * @param privileges as GRANT takes them: {@code ALL}, {@code SELECT, INSERT}
   * @param databases which ones, as a LIKE pattern: {@code usercenter\_%}
   */
  public record Right(String privileges, String databases) {
    public Right {
      requirePlain("privileges", privileges, "[A-Z ,]{3,200}");
      requirePlain("databases", databases, "[A-Za-z0-9_%\\\\]{1,64}");
    }
  }

  // They become part of an SQL statement.
  private static void requirePlain(String what, String text, String pattern) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException(what + " must match " + pattern);
    }
  }

  public MySqlSettings {
    accounts = List.copyOf(accounts);
    options = List.copyOf(options);
  }

  /** The defaults: durable, 500 connections, root without a password. */
  public static MySqlSettings standard() {
    return new MySqlSettings(500, true, 64, List.of(), null, List.of());
  }

  /** Accepts this many connections. */
  public MySqlSettings withMaxConnections(int connections) {
    return new MySqlSettings(connections, durable, bufferPoolMb, accounts, log, options);
  }

  /** Commits do not wait for the disk: for tests whose subject is something else. */
  public MySqlSettings relaxed() {
    return new MySqlSettings(maxConnections, false, bufferPoolMb, accounts, log, options);
  }

  /** Keeps this many MiB of pages in memory. */
  public MySqlSettings withBufferPoolMb(int mebibytes) {
    return new MySqlSettings(maxConnections, durable, mebibytes, accounts, log, options);
  }

  /** Lets this account in, and root no longer. */
  public MySqlSettings withAccount(Account account) {
    List<Account> more = new ArrayList<>(accounts);
    more.add(account);
    return new MySqlSettings(maxConnections, durable, bufferPoolMb, more, log, options);
  }

  /** Writes its messages here. */
  public MySqlSettings withLog(Path file) {
    return new MySqlSettings(maxConnections, durable, bufferPoolMb, accounts, file, options);
  }

  /** Adds an option of mysqld; the last one of a name wins. */
  public MySqlSettings withOption(String option) {
    List<String> more = new ArrayList<>(options);
    more.add(option);
    return new MySqlSettings(maxConnections, durable, bufferPoolMb, accounts, log, more);
  }
}
