package io.usercenter.identity;

import io.usercenter.id.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;

/** Rows of {@code identity} as JDBC gives them. */
final class ClaimRows {
  static final String SELECT =
      "SELECT identity_key, owner_id, state, fence, token, until FROM identity ";

  private ClaimRows() {}

  static Claim read(ResultSet row) throws SQLException {
    Timestamp until = row.getTimestamp("until");
    return new Claim(
        new Identity(row.getString("identity_key")),
        new UserId(row.getLong("owner_id")),
        Claim.State.valueOf(row.getString("state")),
        row.getInt("fence"),
        row.getLong("token"),
        until == null ? null : until.toInstant());
  }
}
