package io.usercenter.id;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Table {@code id_machine} of the admin database. Every change is one statement on one row by
 * primary key, committed by itself: no lock outlives a statement, and 256 processes that start at
 * once do not wait for each other.
 */
final class MySqlMachineStore implements MachineStore {
  // Not UNIX_TIMESTAMP(NOW(3)): that passes through the session's time zone and its summer time.
  private static final String NOW =
      "TIMESTAMPDIFF(MICROSECOND, '2018-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000";
  private static final String READ =
      "SELECT machine, token, process, reserved_until, " + NOW + " FROM id_machine";
  private static final String CLAIM =
      "UPDATE id_machine SET token = ?, process = ?, reserved_until = ?"
          + " WHERE machine = ? AND token = ? AND reserved_until = ?";
  private static final String EXTEND =
      "UPDATE id_machine SET reserved_until = ?"
          + " WHERE machine = ? AND token = ? AND reserved_until < ?";
  private static final String RELEASE =
      "UPDATE id_machine SET token = '', reserved_until = ? WHERE machine = ? AND token = ?";
  private static final String READ_ONE =
      "SELECT token, reserved_until, " + NOW + " FROM id_machine WHERE machine = ?";

  private final DataSource admin;
  private final int timeoutMillis;

  MySqlMachineStore(DataSource admin, Duration timeout) {
    this.admin = admin;
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  @Override
  public View read() throws StoreUnavailableException {
    return inStore(
        "read",
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(READ);
              ResultSet row = select.executeQuery()) {
            List<Row> rows = new ArrayList<>(UserIdLayout.MACHINES);
            long now = 0;
            while (row.next()) {
              rows.add(new Row(row.getInt(1), row.getString(2), row.getString(3), row.getLong(4)));
              now = row.getLong(5);
            }
            return new View(now, rows);
          }
        });
  }

  @Override
  public boolean claim(Row asRead, String token, String process, long until)
      throws StoreUnavailableException {
    return inStore(
        "claim",
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(CLAIM)) {
            update.setString(1, token);
            update.setString(2, process);
            update.setLong(3, until);
            update.setInt(4, asRead.machine());
            update.setString(5, asRead.token());
            update.setLong(6, asRead.reservedUntil());
            if (update.executeUpdate() == 1) {
              return true;
            }
          }
          Extension found = find(connection, asRead.machine(), token);
          return found.held() && found.until() == until;
        });
  }

  @Override
  public Extension extend(int machine, String token, long until) throws StoreUnavailableException {
    return inStore(
        "extend",
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(EXTEND)) {
            update.setLong(1, until);
            update.setInt(2, machine);
            update.setString(3, token);
            update.setLong(4, until);
            update.executeUpdate();
          }
          return find(connection, machine, token);
        });
  }

  @Override
  public void release(int machine, String token, long unused) throws StoreUnavailableException {
    inStore(
        "release",
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(RELEASE)) {
            update.setLong(1, unused);
            update.setInt(2, machine);
            update.setString(3, token);
            return update.executeUpdate();
          }
        });
  }

  private static Extension find(Connection connection, int machine, String token)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ_ONE)) {
      select.setInt(1, machine);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("table id_machine has no row " + machine);
        }
        return new Extension(row.getLong(3), row.getString(1).equals(token), row.getLong(2));
      }
    }
  }

  private <T> T inStore(String what, Question<T> question) throws StoreUnavailableException {
    try (Connection connection = admin.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, timeoutMillis);
      if (!connection.getAutoCommit()) {
        connection.setAutoCommit(true);
      }
      return question.ask(connection);
    } catch (SQLException e) {
      throw new StoreUnavailableException(
          "machine numbers: " + what + " failed: " + e.getMessage(), e);
    }
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }
}
