package io.usercenter.transfer;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardPools;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The accounts of the shards and their characters as NDJSON, one file for each shard, in the order
 * of the user ids. What a file holds already is kept and gone on from: its last whole line names
 * the last id. So an export that was killed at any moment is continued by starting it again.
 *
 * <p>It is no snapshot: what changes behind the position is not seen any more.
 */
public final class AccountExport {
  private static final int PAGE = 1_000;
  private static final int BLOCK = 64 * 1024;
  private static final int LONGEST_LINE = 64 * 1024 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final ShardPools pools;
  private final boolean withHashes;
  private final AtomicLong accounts = new AtomicLong();
  private volatile boolean stopping;

  /**
   * @param withHashes whether the lines hold the password hashes
   */
  public AccountExport(ShardPools pools, boolean withHashes) {
    this.pools = pools;
    this.withHashes = withHashes;
  }

  /** Accounts that this run has written; may be asked by any thread. */
  public long accounts() {
    return accounts.get();
  }

  /** Lets {@link #write} return after the page it is at. */
  public void stop() {
    stopping = true;
  }

  /**
   * Appends what the file lacks. Only its owner may read it.
   *
   * @return false if it was stopped before the end
   */
  public boolean write(Shard shard, Path file) throws IOException, SQLException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      long after = lastIdIn(random, file);
      OutputStream out =
          new BufferedOutputStream(Channels.newOutputStream(random.getChannel()), 64 * 1024);
      while (!stopping) {
        long last = page(shard, after, out);
        out.flush();
        if (last == after) {
          return true;
        }
        after = last;
      }
      return false;
    }
  }

  /** Cuts off half a line, and leaves the position at the end. */
  private static long lastIdIn(RandomAccessFile file, Path path) throws IOException {
    long end = lineEndBefore(file, file.length());
    if (end < file.length()) {
      file.setLength(end);
    }
    file.seek(end);
    if (end == 0) {
      return 0;
    }
    long start = lineEndBefore(file, end - 1);
    if (end - start > LONGEST_LINE) {
      throw somethingElse(path, null);
    }
    byte[] line = new byte[(int) (end - start)];
    file.seek(start);
    file.readFully(line);
    try {
      return Long.parseLong(
          JSON.readTree(new String(line, StandardCharsets.UTF_8)).path("user_id").asString(""));
    } catch (JacksonException | NumberFormatException e) {
      throw somethingElse(path, e);
    }
  }

  private static IOException somethingElse(Path path, @Nullable Exception cause) {
    return new IOException(path + " holds something else than an export of accounts", cause);
  }

  /** Where the line begins that the byte before this position is in. */
  private static long lineEndBefore(RandomAccessFile file, long position) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long to = position; to > 0; to -= BLOCK) {
      long from = Math.max(0, to - BLOCK);
      int length = (int) (to - from);
      file.seek(from);
      file.readFully(block, 0, length);
      for (int i = length - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          return from + i + 1;
        }
      }
    }
    return 0;
  }

  /** Returns the last id of the page, or the one it began after if there was none. */
  private long page(Shard shard, long after, OutputStream out) throws IOException, SQLException {
    SortedMap<Long, ObjectNode> page = new TreeMap<>();
    try (Connection connection = pools.scatter(shard).getConnection()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT user_id, COALESCE(login_name, username), display_name, channel,"
                  + " register_time, status, last_login_time, "
                  + (withHashes ? "password_hash" : "NULL")
                  + " FROM user WHERE user_id > ? AND status IN ('ACTIVE', 'PENDING_DELETION')"
                  + " ORDER BY user_id LIMIT "
                  + PAGE)) {
        select.setLong(1, after);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            page.put(row.getLong(1), account(row));
          }
        }
      }
      if (page.isEmpty()) {
        return after;
      }
      addRoles(connection, after, page);
    }
    for (ObjectNode account : page.values()) {
      out.write(JSON.writeValueAsBytes(account));
      out.write('\n');
      accounts.incrementAndGet();
    }
    return page.lastKey();
  }

  private static void addRoles(
      Connection connection, long after, SortedMap<Long, ObjectNode> accounts) throws SQLException {
    accounts.values().forEach(account -> account.putArray("roles"));
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT user_id, server_id, role_id, name, level, job, power, channel, created_at,"
                + " last_login_at FROM role WHERE user_id > ? AND user_id <= ? AND state = 'ACTIVE'"
                + " ORDER BY user_id, server_id, role_id")) {
      select.setLong(1, after);
      select.setLong(2, accounts.lastKey());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ObjectNode account = accounts.get(row.getLong(1));
          if (account != null) { // not registered since the accounts were read
            addRole(account.withArrayProperty("roles").addObject(), row);
          }
        }
      }
    }
  }

  private static void addRole(ObjectNode role, ResultSet row) throws SQLException {
    role.put("serverId", row.getString(2));
    role.put("roleId", row.getString(3));
    role.put("name", row.getString(4));
    role.put("level", row.getInt(5));
    role.put("job", row.getString(6));
    role.put("power", row.getLong(7));
    role.put("channel", row.getString(8));
    putIfThere(role, "createdAt", utc(row.getObject(9, LocalDateTime.class)));
    putIfThere(role, "lastLoginAt", utc(row.getObject(10, LocalDateTime.class)));
  }

  private static ObjectNode account(ResultSet row) throws SQLException {
    ObjectNode account = JSON.createObjectNode();
    account.put("user_id", Long.toString(row.getLong(1)));
    putIfThere(account, "username", row.getString(2));
    account.put("display_name", row.getString(3));
    account.put("channel", row.getString(4));
    putIfThere(account, "created", utc(row.getObject(5, LocalDateTime.class)));
    account.put("status", row.getString(6));
    putIfThere(account, "last_login", utc(row.getObject(7, LocalDateTime.class)));
    putIfThere(account, "password_hash", row.getString(8));
    return account;
  }

  private static @Nullable String utc(@Nullable LocalDateTime time) {
    return time == null ? null : time.toInstant(ZoneOffset.UTC).toString();
  }

  private static void putIfThere(ObjectNode account, String name, @Nullable String value) {
    if (value != null) {
      account.put(name, value);
    }
  }
}
