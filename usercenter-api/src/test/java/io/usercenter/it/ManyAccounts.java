package io.usercenter.it;

import com.mysql.cj.jdbc.JdbcStatement;
import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.UserIdLayout;
import io.usercenter.id.Username;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.MySqlServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Fills the 32 databases with accounts, a character for each, and an e-mail address for every
 * tenth: by LOAD DATA straight into the tables, a shard at a time on each processor. All of an
 * account follows from its number, so whoever looks for one knows what to find.
 */
final class ManyAccounts {
  static final Duration PERIOD = Duration.ofDays(730);
  static final int SERVERS = 100;

  /** Of 1000 accounts: 600, 250, 100, 49, 1. */
  static final List<String> CHANNELS = List.of("appstore", "android", "pc", "web", "tv");

  private static final int[] CHANNEL_UP_TO = {600, 850, 950, 999, 1000};
  private static final int WITH_ADDRESS = 10;
  private static final int LEAVING = 1000;
  private static final int MACHINE = 255;
  private static final DateTimeFormatter DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final String HASH =
      "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
          + "Y2FuIG5vdCBiZSB0aGUgaGFzaCBvZiBhbnkgcGFzc3dvcmQ";

  private final MySqlServer mysql;
  private final Shards shards = new Shards(GeneFunction.CRC32);
  private final Instant begin;
  private final long stepMillis;
  private final int total;
  private int made;

  /**
   * @param total how many there will be in the end; they are spread over {@link #PERIOD}
   */
  ManyAccounts(MySqlServer mysql, Instant now, int total) {
    this.mysql = mysql;
    this.total = total;
    this.begin = now.minus(PERIOD);
    this.stepMillis = PERIOD.toMillis() / total;
  }

  int made() {
    return made;
  }

  String name(int n) {
    return "player%08d".formatted(n);
  }

  String roleId(int n) {
    return "r%08d".formatted(n);
  }

  String address(int tenth) {
    return "p%08d@example.com".formatted(tenth * WITH_ADDRESS);
  }

  int owner(int tenth) {
    return tenth * WITH_ADDRESS;
  }

  String server(int n) {
    return "s" + (n % SERVERS + 1);
  }

  static String channel(int n) {
    int place = Math.floorMod(n * 7919, 1000);
    int channel = 0;
    while (place >= CHANNEL_UP_TO[channel]) {
      channel++;
    }
    return CHANNELS.get(channel);
  }

  UserId id(int n) {
    // One account in a step of some seconds, so timestamp, machine and gene make it unique.
    return new UserId(
        UserIdLayout.firstIdAt(registered(n)) | ((long) MACHINE << 13) | (n & 31L) << 8 | gene(n));
  }

  Instant registered(int n) {
    return begin.plusMillis(n * stepMillis);
  }

  private int gene(int n) {
    return shards.geneFunction().gene(Username.ofCanonical(name(n)));
  }

  /** Adds accounts until there are so many; says how many rows came in a second. */
  double fillTo(int count) throws Exception {
    long begun = System.nanoTime();
    Numbers byAccount = Numbers.of(made, count, n -> gene(n) & 31);
    Numbers byRole = Numbers.of(made, count, n -> crc32(roleId(n)) & 31);
    int firstTenth = (made + WITH_ADDRESS - 1) / WITH_ADDRESS;
    int lastTenth = (count + WITH_ADDRESS - 1) / WITH_ADDRESS;
    Numbers byAddress =
        Numbers.of(firstTenth, lastTenth, tenth -> crc32("email:" + address(tenth)) & 31);
    List<Future<Integer>> loads = new ArrayList<>();
    int rows = 0;
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (Shard shard : Shards.all()) {
        loads.add(threads.submit(() -> fill(shard, byAccount, byRole, byAddress)));
      }
      for (Future<Integer> load : loads) {
        rows += load.get();
      }
    }
    made = count;
    return rows * 1e9 / (System.nanoTime() - begun);
  }

  private int fill(Shard shard, Numbers byAccount, Numbers byRole, Numbers byAddress)
      throws Exception {
    int here = shard.number();
    String url = mysql.jdbcUrl(Shards.database(shard)) + "&allowLoadLocalInfile=true";
    try (Connection connection = DriverManager.getConnection(url, mysql.user(), mysql.password());
        Statement statement = connection.createStatement()) {
      statement.execute("SET unique_checks = 0");
      int rows = 0;
      rows +=
          load(
              statement,
              "user (user_id, username, display_name, password_hash, status, auth_epoch, channel,"
                  + " register_time, register_ip, last_login_time, last_login_ip, erase_after)",
              byAccount.stream(here, this::user));
      rows +=
          load(
              statement,
              "role (user_id, server_id, role_id, channel, name, level, state, revision,"
                  + " updated_at)",
              byAccount.stream(here, this::role));
      rows +=
          load(
              statement,
              "role_locator (role_id, server_id, user_id, revision)",
              byRole.stream(here, this::locator));
      rows +=
          load(
              statement,
              "identity (identity_key, owner_id, state, fence)",
              byAddress.stream(here, this::identity));
      rows +=
          load(
              statement,
              "user_identity (user_id, identity_key, linked_at)",
              byAccount.stream(here, this::userIdentity));
      statement.execute("ANALYZE TABLE user, role, role_locator, identity, user_identity");
      return rows;
    }
  }

  private static int load(Statement statement, String table, InputStream rows) throws Exception {
    statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(rows);
    return statement.executeUpdate("LOAD DATA LOCAL INFILE 'x' INTO TABLE " + table);
  }

  private String user(int n) {
    String at = DATETIME.format(registered(n));
    boolean leaving = n % LEAVING == 0;
    return String.join(
        "\t",
        id(n).toString(),
        name(n),
        "Player " + n,
        HASH,
        leaving ? "PENDING_DELETION" : "ACTIVE",
        "0",
        channel(n),
        at,
        "192.0.2.1",
        at,
        "192.0.2.1",
        leaving ? DATETIME.format(begin.plus(PERIOD).plus(Duration.ofDays(30))) : "\\N");
  }

  private String role(int n) {
    return String.join(
        "\t",
        id(n).toString(),
        server(n),
        roleId(n),
        channel(n),
        "Hero " + n,
        Integer.toString(n % 60),
        "ACTIVE",
        "1",
        DATETIME.format(registered(n)));
  }

  private String locator(int n) {
    return String.join("\t", roleId(n), server(n), id(n).toString(), "1");
  }

  private String identity(int tenth) {
    return String.join(
        "\t", "email:" + address(tenth), id(owner(tenth)).toString(), "CONFIRMED", "0");
  }

  private @Nullable String userIdentity(int n) {
    return n % WITH_ADDRESS == 0
        ? String.join(
            "\t",
            id(n).toString(),
            "email:" + address(n / WITH_ADDRESS),
            DATETIME.format(registered(n)))
        : null;
  }

  private static int crc32(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  int total() {
    return total;
  }

  /** Numbers of rows, each in a shard. */
  private static final class Numbers {
    private final int from;
    private final byte[] shardOf;

    private Numbers(int from, byte[] shardOf) {
      this.from = from;
      this.shardOf = shardOf;
    }

    static Numbers of(int from, int to, java.util.function.IntUnaryOperator shardOf) {
      byte[] shards = new byte[Math.max(0, to - from)];
      for (int i = 0; i < shards.length; i++) {
        shards[i] = (byte) shardOf.applyAsInt(from + i);
      }
      return new Numbers(from, shards);
    }

    /** The rows of one shard as text, made while they are read. */
    InputStream stream(int shard, IntFunction<@Nullable String> row) {
      return new InputStream() {
        private static final int PIECE = 1 << 16;
        private int next;
        private ByteArrayInputStream piece = new ByteArrayInputStream(new byte[0]);

        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
          if (piece.available() == 0) {
            StringBuilder text = new StringBuilder(PIECE + 512);
            for (; next < shardOf.length && text.length() < PIECE; next++) {
              String line = shardOf[next] == shard ? row.apply(from + next) : null;
              if (line != null) {
                text.append(line).append('\n');
              }
            }
            piece = new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
          }
          return piece.read(into, offset, length);
        }
      };
    }
  }
}
