package io.usercenter.account;

import io.usercenter.id.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account in a list.
 *
 * @param username canonical
 * @param shard two digits
 * @param lastLoginAt absent for who never logged in again
 */
public record ListedAccount(
    UserId userId,
    String username,
    String displayName,
    AccountStatus status,
    String channel,
    String shard,
    Instant registeredAt,
    @Nullable Instant lastLoginAt) {
  static ListedAccount of(ResultSet row) throws SQLException {
    UserId userId = new UserId(row.getLong("user_id"));
    java.sql.Timestamp lastLogin = row.getTimestamp("last_login_time");
    return new ListedAccount(
        userId,
        row.getString("username"),
        row.getString("display_name"),
        AccountStatus.valueOf(row.getString("status")),
        row.getString("channel"),
        userId.shard().toString(),
        row.getTimestamp("register_time").toInstant(),
        lastLogin == null ? null : lastLogin.toInstant());
  }
}
