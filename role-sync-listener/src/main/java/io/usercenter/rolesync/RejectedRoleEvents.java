package io.usercenter.rolesync;

import io.usercenter.role.RoleOutcome;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEvents;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Table {@code rejected_role_event}: what could not be applied, to be looked at and sent again. */
final class RejectedRoleEvents {
  private static final int MAX_DETAIL = 255;
  private static final int MAX_EVENT = 16_000;
  private static final int MAX_CREDENTIAL = 32;

  /**
   * An entry that was rejected before the listener died, and is read again, stands there already.
   */
  private static final String INSERT =
      """
      INSERT INTO rejected_role_event
        (stream, entry_id, rejected_at, reason, detail, server_id, user_id, role_id, event,
         credential_id)
      VALUES (?, ?, UTC_TIMESTAMP(3), ?, ?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE entry_id = entry_id
      """;

  private final DataSource admin;

  RejectedRoleEvents(DataSource admin) {
    this.admin = admin;
  }

  /**
   * One refused entry.
   *
   * @param event null when the text could not be read
   */
  record Row(
      StreamEntry entry, RoleOutcome.Rejection reason, String detail, @Nullable RoleEvent event) {}

  /** All of them, or none. */
  void add(String stream, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (Connection connection = admin.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (Row row : rows) {
        statement.setString(1, stream);
        statement.setString(2, row.entry().id().toString());
        statement.setString(3, row.reason().name());
        statement.setString(4, cut(row.detail(), MAX_DETAIL));
        RoleEvent event = row.event();
        if (event == null) {
          statement.setNull(5, Types.VARCHAR);
          statement.setNull(6, Types.BIGINT);
          statement.setNull(7, Types.VARCHAR);
        } else {
          statement.setString(5, event.serverId().value());
          statement.setLong(6, event.userId().value());
          statement.setString(7, event.roleId().value());
        }
        // Of who was erased nothing is kept.
        boolean erased = row.reason() == RoleOutcome.Rejection.ERASED_USER;
        statement.setString(8, erased ? "" : cut(row.entry().text(), MAX_EVENT));
        String by = row.entry().credentialId();
        statement.setString(9, by.isEmpty() ? null : cut(by, MAX_CREDENTIAL));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Events that waited in vain. Listing one again, after a crash, changes nothing. */
  void addParked(List<RoleEvent> events, RoleOutcome.Rejection reason, String detail)
      throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (RoleEvent event : events) {
        String text = RoleEvents.write(event);
        statement.setString(1, "parked");
        statement.setString(2, digest(text));
        statement.setString(3, reason.name());
        statement.setString(4, cut(detail, MAX_DETAIL));
        statement.setString(5, event.serverId().value());
        statement.setLong(6, event.userId().value());
        statement.setString(7, event.roleId().value());
        statement.setString(8, text);
        statement.setNull(9, Types.VARCHAR);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
