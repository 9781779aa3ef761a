package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Which streams operators have stopped; as last heard while the admin database is away. */
final class StreamPauses {
  private final DataSource admin;
  private volatile Map<Shard, String> paused = Map.of();

  StreamPauses(DataSource admin) {
    this.admin = admin;
  }

  /** Looks again. */
  void refresh() throws SQLException {
    Map<Shard, String> now = new TreeMap<>();
    try (Connection connection = admin.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT stream, reason, paused_by FROM role_stream_pause");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        now.put(new Shard(row.getInt(1)), "%s (%s)".formatted(row.getString(2), row.getString(3)));
      }
    }
    paused = now;
  }

  /** Why this stream is stopped, and by whom; null when it is not. */
  @Nullable String reason(Shard stream) {
    return paused.get(stream);
  }
}
