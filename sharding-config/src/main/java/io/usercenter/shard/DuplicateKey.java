package io.usercenter.shard;

import java.sql.SQLException;

/** Which key refused a row because another one has its value. */
public final class DuplicateKey {
  /** ER_DUP_ENTRY. */
  private static final int CODE = 1062;

  private DuplicateKey() {}

  /** Whether it was the primary key. MySQL says so in words only, behind the value. */
  public static boolean isPrimary(SQLException e) {
    String message = e.getMessage();
    return e.getErrorCode() == CODE
        && message != null
        && (message.endsWith(".PRIMARY'") || message.endsWith("'PRIMARY'"));
  }

  /** Whether such an error is among the causes of what Spring or MyBatis threw. */
  public static boolean isPrimaryIn(Throwable thrown) {
    return SqlCauses.any(thrown, DuplicateKey::isPrimary);
  }
}
