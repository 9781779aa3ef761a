package io.usercenter.shard;

import java.sql.SQLException;
import java.util.Set;

/** Errors of a MySQL that answers and does not write; nothing was changed by the statement. */
public final class WriteRefusal {
  /**
   * The disk is full (1021, 1026, 1114), the server only reads (1290, 1792, 1836: a replica that
   * nobody promoted, or one that somebody froze; 3989: one database), or the right to write was
   * taken away (1142). MySQL 8.0 Error Message Reference.
   */
  private static final Set<Integer> CODES = Set.of(1021, 1026, 1114, 1142, 1290, 1792, 1836, 3989);

  /** ENOSPC in the words of the system, which several other errors quote. */
  private static final String NO_SPACE = "No space left on device";

  private WriteRefusal() {}

  /** Whether this is one. */
  public static boolean is(SQLException e) {
    String message = e.getMessage();
    return CODES.contains(e.getErrorCode()) || (message != null && message.contains(NO_SPACE));
  }

  /** Whether one is among the causes of what Spring or MyBatis threw. */
  public static boolean in(Throwable thrown) {
    return SqlCauses.any(thrown, WriteRefusal::is);
  }
}
