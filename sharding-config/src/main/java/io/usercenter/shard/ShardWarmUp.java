package io.usercenter.shard;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the usual statements before the first player does: parsing, routing and the compiler need
 * some seconds to get fast. The statements look for users that cannot exist, and change nothing.
 */
public final class ShardWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(ShardWarmUp.class);

  private static final List<String> BY_USER_ID =
      List.of(
          "SELECT * FROM user WHERE user_id = ?",
          "SELECT * FROM session WHERE user_id = ?",
          "SELECT * FROM ban WHERE user_id = ?",
          "SELECT * FROM role WHERE user_id = ?",
          "SELECT u.username, r.role_id FROM user u JOIN role r ON r.user_id = u.user_id"
              + " WHERE u.user_id = ?",
          "UPDATE user SET last_login_ip = last_login_ip WHERE user_id = ?");

  private static final String BY_USERNAME = "SELECT * FROM user WHERE username = ?";
  private static final String BY_ROLE_ID = "SELECT * FROM role_locator WHERE role_id = ?";
  private static final int NAMES_TO_TRY = 4_096;

  private ShardWarmUp() {}

  /**
   * Sends them to every shard that is up, once and then over and over until the time is spent.
   *
   * @return how many statements were sent
   */
  public static int run(DataSource sharded, ShardPools pools, Shards shards, Duration atMost) {
    InstantSource clock = pools.clock();
    Instant end = clock.instant().plus(atMost);
    Map<Shard, Username> names = names(shards);
    int sent = round(sharded, pools, names);
    if (sent == 0) {
      LOG.warn("no shard is up, so nothing was warmed up");
    }
    for (int more = sent; more > 0 && clock.instant().isBefore(end); sent += more) {
      more = round(sharded, pools, names);
    }
    return sent;
  }

  private static int round(DataSource sharded, ShardPools pools, Map<Shard, Username> names) {
    int sent = 0;
    for (ShardHealth.Row row : pools.health().shards()) {
      if (row.condition().up()) {
        try {
          sent += visit(sharded, row.shard(), names);
        } catch (SQLException e) {
          LOG.warn("could not warm up shard {}: {}", row.shard(), e.getMessage());
        }
      }
    }
    return sent;
  }

  private static int visit(DataSource sharded, Shard shard, Map<Shard, Username> names)
      throws SQLException {
    // A millisecond after the first one of the layout: long before any id was minted.
    UserId nobody = new UserId(1L << 21 | shard.number());
    int sent = 0;
    for (String sql : BY_USER_ID) {
      sent += send(sharded, sql, nobody.value());
    }
    Username name = names.get(shard);
    if (name != null) {
      sent += send(sharded, BY_USERNAME, name.canonical());
    }
    sent += send(sharded, BY_ROLE_ID, "warm-up-" + shard);
    return sent;
  }

  private static int send(DataSource sharded, String sql, Object key) throws SQLException {
    try (Connection connection = sharded.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, key);
      statement.execute();
      return 1;
    }
  }

  /** A name for every shard that names can lead to. */
  private static Map<Shard, Username> names(Shards shards) {
    Map<Shard, Username> names = new HashMap<>();
    Set<Shard> all = Shards.all();
    for (int i = 0; i < NAMES_TO_TRY && names.size() < all.size(); i++) {
      Username name = Username.ofCanonical("warm-up-" + Integer.toString(i, 36));
      names.putIfAbsent(shards.of(name), name);
    }
    return names;
  }
}
