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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The accounts of the shards as NDJSON, one file for each shard, in the order of the user ids. What
 * a file holds already is kept and gone on from: its last whole line names the last id. So an
 * export that was killed at any moment is continued by starting it again.
 *
 * <p>It is no snapshot: what changes behind the position is not seen any more.
 */
public final class AccountExport {
  private static final int PAGE = 1_000;
  private static final int LONGEST_LINE = 64 * 1024;
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
    file.setLength(end);
    if (end == 0) {
      return 0;
    }
    long start = lineEndBefore(file, end - 1);
    byte[] line = new byte[(int) (end - start)];
    file.seek(start);
    file.readFully(line);
    try {
      return Long.parseLong(
          JSON.readTree(new String(line, StandardCharsets.UTF_8)).path("user_id").asString(""));
    } catch (JacksonException | NumberFormatException e) {
      throw new IOException(path + " holds something else than an export of accounts", e);
    }
  }

  /** Where the line begins that the byte before this position is in. */
  private static long lineEndBefore(RandomAccessFile file, long position) throws IOException {
    long from = Math.max(0, position - LONGEST_LINE);
    byte[] tail = new byte[(int) (position - from)];
    file.seek(from);
    file.readFully(tail);
    for (int i = tail.length - 1; i >= 0; i--) {
      if (tail[i] == '\n') {
        return from + i + 1;
      }
    }
    if (from > 0) {
      throw new IOException("a line has more than " + LONGEST_LINE + " bytes");
    }
    return 0;
  }

  /** Returns the last id of the page, or the one it began after if there was none. */
  private long page(Shard shard, long after, OutputStream out) throws IOException, SQLException {
    long last = after;
    try (Connection connection = pools.scatter(shard).getConnection();
        PreparedStatement select =
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
          last = row.getLong(1);
          out.write(JSON.writeValueAsBytes(account(row)));
          out.write('\n');
          accounts.incrementAndGet();
        }
      }
    }
    return last;
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
