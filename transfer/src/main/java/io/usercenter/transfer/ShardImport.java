package io.usercenter.transfer;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.LegacyRole;
import io.usercenter.role.LegacyRoles;
import io.usercenter.role.RoleKey;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.DuplicateKey;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * One import in one shard: the accounts, their characters, the rejects and the position, always
 * together.
 */
final class ShardImport {
  /** ER_DUP_ENTRY. */
  private static final int DUPLICATE = 1062;

  /** Then whoever stops the import is listened to. */
  private static final int ATTEMPTS = 20;

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

  private static final JsonMapper JSON = new JsonMapper();

  private final ShardPools pools;
  private final LegacyRoles roles;
  private final Shard shard;
  private final long jobId;
  private volatile int run;

  ShardImport(ShardPools pools, LegacyRoles roles, Shard shard, long jobId) {
    this.pools = pools;
    this.roles = roles;
    this.shard = shard;
    this.jobId = jobId;
  }

  /** An account that has its id. */
  record NewAccount(UserId userId, LegacyAccount account) {
    RoleKey keyOf(LegacyRole role) {
      return new RoleKey(userId, role.serverId(), role.roleId());
    }

    Stream<RoleKey> characters() {
      return account.roles().stream().map(this::keyOf);
    }
  }

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

    /** Nothing was written: another run works on this, or the batch was written before. */
    record Elsewhere(ImportProgress.OfShard now) implements Outcome {}
  }

  /**
   * The row of {@code import_progress}.
   *
   * @param run the one that may write
   * @param reserved claims of characters whose accounts are not there (yet)
   */
  private record State(ImportProgress.OfShard at, int run, List<RoleKey> reserved) {}

  /**
   * Where the import is; makes its row if there is none. From now on only this run may write, and
   * what one before it had claimed and not used is free again.
   */
  ImportProgress.OfShard start() throws SQLException {
    State state =
        inTransaction(
            connection -> {
              execute(
                  connection,
                  "INSERT IGNORE INTO import_progress (job_id, line, imported, rejected, complete)"
                      + " VALUES (?, 0, 0, 0, FALSE)",
                  jobId);
              execute(
                  connection, "UPDATE import_progress SET run = run + 1 WHERE job_id = ?", jobId);
              return lock(connection);
            });
    roles.release(state.reserved());
    run = state.run();
    return state.at();
  }

  /**
   * Writes a batch in one transaction. Its characters are claimed in the shards of their ids while
   * that transaction has the lock on the position, so a run that was overtaken claims nothing any
   * more; and they are noted before in a transaction of their own, so that no claim is forgotten.
   *
   * @throws SQLException if it may be written or not; writing it again tells
   * @throws IllegalStateException when another account has an id of the batch; nothing was written
   */
  Outcome write(Batch batch) throws SQLException {
    Names names = new Names();
    List<RoleKey> claims = claims(batch);
    if (!claims.isEmpty()) {
      note(batch, claims);
    }
    // A name is almost always free, so it is looked up only after an insert has failed. The
    // snapshot of a transaction does not see who came in between: each attempt is a new one.
    Optional<Attempt> attempt = attempt(batch, claims, names);
    for (int tries = 1; attempt.isEmpty(); tries++) {
      if (tries == ATTEMPTS) {
        throw new SQLException("in each of %d attempts a name was taken".formatted(tries));
      }
      names.lookUp = true;
      attempt = attempt(batch, claims, names);
    }
    roles.release(attempt.get().unused());
    return attempt.get().outcome();
  }

  /** What the attempts to write a batch have learnt. */
  private static final class Names {
    /** Whether to look up who has the names. */
    boolean lookUp;

    /** Names that accounts have or had by another way than registering. */
    final Set<String> kept = new HashSet<>();
  }

  /** Of two lines with one character the first one claims it. */
  private static List<RoleKey> claims(Batch batch) {
    Map<List<Object>, RoleKey> first = new LinkedHashMap<>();
    batch.accounts().stream()
        .flatMap(NewAccount::characters)
        .forEach(key -> first.putIfAbsent(List.of(key.serverId(), key.roleId()), key));
    return List.copyOf(first.values());
  }

  private void note(Batch batch, List<RoleKey> claims) throws SQLException {
    var _ =
        inTransaction(
            connection -> {
              State now = lock(connection);
              if (!isElsewhere(now, batch)) {
                execute(
                    connection,
                    "UPDATE import_progress SET reserved = CAST(? AS JSON) WHERE job_id = ?",
                    json(claims),
                    jobId);
              }
              return now;
            });
  }

  private boolean isElsewhere(State now, Batch batch) {
    return now.run() != run || now.at().line() != batch.after() || now.at().complete();
  }

  /**
   * What an attempt came to.
   *
   * @param unused claims of accounts that were rejected
   */
  private record Attempt(Outcome outcome, List<RoleKey> unused) {}

  /** Empty: a name was taken. */
  private Optional<Attempt> attempt(Batch batch, List<RoleKey> claims, Names names)
      throws SQLException {
    return inTransaction(
        connection -> {
          State now = lock(connection);
          if (isElsewhere(now, batch)) {
            // It may have been written and the answer lost, and with it what is to be released.
            return Optional.of(
                new Attempt(
                    new Outcome.Elsewhere(now.at()),
                    now.run() == run ? now.reserved() : List.of()));
          }
          Set<RoleKey> owned = new HashSet<>(claims);
          owned.removeAll(roles.reserve(claims));
          // A line that is there twice has its name twice, above all.
          boolean lookUp = names.lookUp || owned.size() < claims.size();
          List<NewAccount> accounts = new ArrayList<>();
          List<Reject> rejects = new ArrayList<>(batch.rejects());
          Map<String, Owner> owners = lookUp ? owners(connection, batch.accounts()) : Map.of();
          Map<String, Long> first = new HashMap<>();
          for (NewAccount each : batch.accounts()) {
            Reject reject = judge(each, owners, first, names.kept, owned);
            if (reject == null) {
              accounts.add(each);
              first.put(each.account().username().canonical(), each.account().line());
            } else {
              rejects.add(reject);
            }
          }
          try {
            insertAccounts(connection, accounts);
          } catch (SQLException e) {
            if (e.getErrorCode() != DUPLICATE) {
              throw e;
            }
            if (DuplicateKey.isPrimary(e)) {
              throw new IllegalStateException("a user id was given out twice: see ADR 4", e);
            }
            connection.rollback();
            return Optional.empty();
          }
          if (!keptNames(connection, accounts, names.kept)) {
            connection.rollback();
            return Optional.empty();
          }
          Map<RoleKey, LegacyRole> characters = new LinkedHashMap<>();
          accounts.forEach(
              each -> each.account().roles().forEach(r -> characters.put(each.keyOf(r), r)));
          roles.insert(connection, characters);
          insertRejects(connection, rejects);
          List<RoleKey> unused =
              owned.stream().filter(key -> !characters.containsKey(key)).sorted().toList();
          advance(connection, batch, accounts.size(), rejects.size(), unused);
          return Optional.of(
              new Attempt(new Outcome.Written(accounts.size(), rejects.size()), unused));
        });
  }

  /** Null: it becomes an account. */
  private @Nullable Reject judge(
      NewAccount each,
      Map<String, Owner> owners,
      Map<String, Long> first,
      Set<String> kept,
      Set<RoleKey> owned) {
    LegacyAccount account = each.account();
    String name = account.username().canonical();
    Owner owner = owners.get(name);
    if (kept.contains(name) || (owner != null && !owner.isOf(jobId))) {
      return new Reject(
          account.line(), RejectCode.NAME_TAKEN, "the username belongs to another account");
    }
    Long before = owner == null ? first.get(name) : Long.valueOf(owner.line());
    if (before != null) {
      return new Reject(
          account.line(),
          RejectCode.DUPLICATE_IN_FILE,
          "line %d has the same username".formatted(before));
    }
    for (int i = 0; i < account.roles().size(); i++) {
      if (!owned.contains(each.keyOf(account.roles().get(i)))) {
        return new Reject(
            account.line(),
            RejectCode.ROLE_TAKEN,
            "roles[%d] belongs to another account, here or on another line".formatted(i));
      }
    }
    return null;
  }

  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(Work<T> work) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      connection.setAutoCommit(false);
      try {
        T done = work.in(connection);
        connection.commit();
        return done;
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

  private State lock(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT line, imported, rejected, complete, run, reserved FROM import_progress"
                + " WHERE job_id = ? FOR UPDATE")) {
      select.setLong(1, jobId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("shard %s does not know import %d".formatted(shard, jobId));
        }
        return new State(ImportProgress.OfShard.of(row), row.getInt(5), keys(row.getString(6)));
      }
    }
  }

  private static String json(List<RoleKey> keys) {
    ArrayNode rows = JSON.createArrayNode();
    for (RoleKey key : keys) {
      rows.addArray()
          .add(key.userId().value())
          .add(key.serverId().value())
          .add(key.roleId().value());
    }
    return JSON.writeValueAsString(rows);
  }

  private static List<RoleKey> keys(@Nullable String json) {
    List<RoleKey> keys = new ArrayList<>();
    if (json != null) {
      for (JsonNode key : JSON.readTree(json)) {
        keys.add(
            new RoleKey(
                new UserId(key.get(0).longValue()),
                new ServerId(key.get(1).stringValue()),
                new RoleId(key.get(2).stringValue())));
      }
    }
    return keys;
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
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

  private void advance(
      Connection connection, Batch batch, int imported, int rejected, List<RoleKey> unused)
      throws SQLException {
    execute(
        connection,
        "UPDATE import_progress SET line = ?, imported = imported + ?, rejected = rejected + ?,"
            + " complete = ?, reserved = CAST(? AS JSON) WHERE job_id = ?",
        batch.upTo(),
        imported,
        rejected,
        batch.complete(),
        json(unused),
        jobId);
  }
}
