package io.usercenter.shard;

import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A database cannot be used now; nothing was changed in it by the call that got this. */
public class DatabaseUnavailableException extends SQLTransientConnectionException {
  /** SQLSTATE 08001: the connection could not be established. */
  private static final String SQL_STATE = "08001";

  private static final int MAX_CAUSES = 50;

  private final transient Duration retryAfter;

  DatabaseUnavailableException(String message, Duration retryAfter, @Nullable Throwable cause) {
    super(message, SQL_STATE, cause);
    this.retryAfter = retryAfter;
  }

  /** When it may make sense to try again; at least 1 s. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** The one among the causes of what ShardingSphere, Spring or MyBatis threw. */
  public static Optional<DatabaseUnavailableException> in(Throwable thrown) {
    Throwable current = thrown;
    for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
      if (current instanceof DatabaseUnavailableException found) {
        return Optional.of(found);
      }
      current = current.getCause();
    }
    return Optional.empty();
  }
}
