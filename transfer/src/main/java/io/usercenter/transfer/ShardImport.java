package io.usercenter.transfer;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One import in one shard: the accounts, the rejects and the position, always together. */
final class ShardImport {
  /** ER_DUP_ENTRY. */
  private static final int DUPLICATE = 1062;

  /**
   * Single-row, for the driver makes one statement of many rows out of a batch of them
   * (rewriteBatchedStatements).
   */
  private static final String INSERT_ACCOUNT =
      """
      INSERT INTO user (user_id, username, display_name, password_hash, status, auth_epoch, channel,
                        register_time, register_ip, import_job, import_line)
      VALUES (?, ?, ?, ?, 'ACTIVE', 0, ?, ?, '', ?, ?)\
      """;

  private static final String INSERT_REJECT =
      "INSERT INTO import_reject (job_id, line, code, message) VALUES (?, ?, ?, ?)";

  /** How the key of an identity begins that is a username. */
  private static final String RENAMED = "username:";

  private static final int MESSAGE_LENGTH = 255;

  private final ShardPools pools;
  private final Shard shard;
  private final long jobId;

  ShardImport(ShardPools pools, Shard shard, long jobId) {
    this.pools = pools;
    this.shard = shard;
    this.jobId = jobId;
  }

  /** An account that has its id. */
  record NewAccount(UserId userId, LegacyAccount account) {}

  /**
   * What one transaction is about.
   *
   * @param after the position it goes on from
   * @param upTo the position it leads to
   * @param complete whether the file has no more lines for this shard
   */
  record Batch(
      long after, long upTo, boolean complete, List<NewAccount> accounts, List<Reject> rejects) {}

  /** What one transaction came to. */
  sealed interface Outcome {
    /** All of it is committed. */
    record Written(int imported, int rejected) implements Outcome {}

    /** Nothing was written: the position is not where the batch goes on from. */
    record Elsewhere(ImportProgress.OfShard now) implements Outcome {}
  }

  /** Where the import is; makes its row if there is none. */
  ImportProgress.OfShard start() throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT IGNORE INTO import_progress (job_id, line, imported, rejected, complete)"
                  + " VALUES (?, 0, 0, 0, FALSE)")) {
        insert.setLong(1, jobId);
        insert.executeUpdate();
      }
      return ImportProgress.read(connection, jobId, false);
    }
  }

  /**
   * Writes a batch in one transaction.
   *
   * @throws SQLException if it may be written or not; {@link #start} tells
   */
  Outcome write(Batch batch) throws SQLException {
    // A name is almost always free, so it is looked up only after an insert has failed. The
    // snapshot of a transaction does not see who came in between: each attempt is a new one.
    Set<String> kept = new HashSet<>();
    @Nullable Outcome outcome = attempt(batch, false, kept);
    while (outcome == null) {
      outcome = attempt(batch, true, kept);
    }
    return outcome;
  }

  /**
   * Null: a name was taken.
   *
   * @param lookFirst whether to look up who has the names
   * @param kept names that accounts have or had by another way than registering; more get added
   */
  private @Nullable Outcome attempt(Batch batch, boolean lookFirst, Set<String> kept)
      throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      connection.setAutoCommit(false);
      try {
        ImportProgress.OfShard now = ImportProgress.read(connection, jobId, true);
        if (now.line() != batch.after()) {
          connection.rollback();
          return new Outcome.Elsewhere(now);
        }
        List<NewAccount> accounts = new ArrayList<>();
        List<Reject> rejects = new ArrayList<>(batch.rejects());
        Map<String, Owner> owners = lookFirst ? owners(connection, batch.accounts()) : Map.of();
        Map<String, Long> first = new HashMap<>();
        for (NewAccount each : batch.accounts()) {
          LegacyAccount account = each.account();
          String name = account.username().canonical();
          Owner owner = owners.get(name);
          Long before = first.putIfAbsent(name, account.line());
          if (kept.contains(name) || (owner != null && !owner.isOf(jobId))) {
            rejects.add(
                new Reject(
                    account.line(),
                    RejectCode.NAME_TAKEN,
                    "the username belongs to another account"));
          } else if (owner != null || before != null) {
            rejects.add(
                new Reject(
                    account.line(),
                    RejectCode.DUPLICATE_IN_FILE,
                    "line %d has the same username"
                        .formatted(owner == null ? before : owner.line())));
          } else {
            accounts.add(each);
          }
        }
        try {
          insertAccounts(connection, accounts);
        } catch (SQLException e) {
          if (e.getErrorCode() != DUPLICATE) {
            throw e;
          }
          connection.rollback();
          return null;
        }
        if (!keptNames(connection, accounts, kept)) {
          connection.rollback();
          return null;
        }
        insertRejects(connection, rejects);
        advance(connection, batch, accounts.size(), rejects.size());
        connection.commit();
        return new Outcome.Written(accounts.size(), rejects.size());
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      } finally {
        giveBack(connection);
      }
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private static void giveBack(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.setAutoCommit(true);
    }
  }

  /**
   * Who has a name.
   *
   * @param job 0 for an account that was registered here
   */
  private record Owner(long job, long line) {
    boolean isOf(long jobId) {
      return job == jobId;
    }
  }

  private static Map<String, Owner> owners(Connection connection, List<NewAccount> accounts)
      throws SQLException {
    if (accounts.isEmpty()) {
      return Map.of();
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT username, import_job, import_line FROM user WHERE username IN ("
                + marks(accounts.size())
                + ")")) {
      int index = 1;
      for (NewAccount each : accounts) {
        select.setString(index++, each.account().username().canonical());
      }
      Map<String, Owner> owners = new HashMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          owners.put(rows.getString(1), new Owner(rows.getLong(2), rows.getLong(3)));
        }
      }
      return owners;
    }
  }

  private void insertAccounts(Connection connection, List<NewAccount> accounts)
      throws SQLException {
    if (accounts.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT_ACCOUNT)) {
      for (NewAccount each : accounts) {
        LegacyAccount account = each.account();
        insert.setLong(1, each.userId().value());
        insert.setString(2, account.username().canonical());
        insert.setString(3, account.displayName());
        insert.setString(4, account.hash().text());
        insert.setString(5, account.channel());
        insert.setObject(6, LocalDateTime.ofInstant(account.created(), ZoneOffset.UTC));
        insert.setLong(7, jobId);
        insert.setLong(8, account.line());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /**
   * Looks for names that accounts of other shards took by renaming, or gave up and may take back
   * for a while. After the accounts were written: whoever takes a name at the same time locks in
   * the same order, so one of the two sees the other.
   *
   * @return true: none, so the accounts may stay
   */
  private static boolean keptNames(
      Connection connection, List<NewAccount> accounts, Set<String> kept) throws SQLException {
    if (accounts.isEmpty()) {
      return true;
    }
    List<String> over = new ArrayList<>();
    int before = kept.size();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT identity_key, state = 'RELEASED' AND until <= UTC_TIMESTAMP(3) FROM identity"
                + " WHERE identity_key IN ("
                + marks(accounts.size())
                + ") FOR SHARE")) {
      int index = 1;
      for (NewAccount each : accounts) {
        select.setString(index++, RENAMED + each.account().username().canonical());
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          if (rows.getBoolean(2)) {
            over.add(rows.getString(1));
          } else {
            kept.add(rows.getString(1).substring(RENAMED.length()));
          }
        }
      }
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM identity WHERE identity_key = ?")) {
      for (String key : over) {
        delete.setString(1, key);
        delete.executeUpdate();
      }
    }
    return kept.size() == before;
  }

  private static String marks(int count) {
    return String.join(",", Collections.nCopies(count, "?"));
  }

  private void insertRejects(Connection connection, List<Reject> rejects) throws SQLException {
    if (rejects.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT_REJECT)) {
      for (Reject reject : rejects) {
        String message = reject.message();
        insert.setLong(1, jobId);
        insert.setLong(2, reject.line());
        insert.setString(3, reject.code().name());
        insert.setString(4, message.substring(0, Math.min(message.length(), MESSAGE_LENGTH)));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void advance(Connection connection, Batch batch, int imported, int rejected)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE import_progress SET line = ?, imported = imported + ?, rejected = rejected + ?,"
                + " complete = ? WHERE job_id = ?")) {
      update.setLong(1, batch.upTo());
      update.setInt(2, imported);
      update.setInt(3, rejected);
      update.setBoolean(4, batch.complete());
      update.setLong(5, jobId);
      update.executeUpdate();
    }
  }
}
