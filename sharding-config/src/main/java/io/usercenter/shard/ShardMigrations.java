package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/**
 * Creates the databases and brings them to the newest schema: {@code sql/shard} in all 32, {@code
 * sql/admin} in {@code usercenter_admin}. What is up to date costs one query.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ShardMigrations {

  /** Told after each database; may be called from several threads at once. */
  @FunctionalInterface
  public interface Progress {
    /**
     * One more database is done.
     *
     * @param done how many of {@code total} are done, this one included
     * @param total how many there are
     * @param database its name
     * @param changed whether anything had to be done
     */
    void migrated(int done, int total, String database, boolean changed);
  }

  /**
   * What came out.
   *
   * @param changed how many databases were created or altered
   * @param unchanged how many were up to date
   * @param failed the databases that could not be migrated, and why
   */
  public record Report(int changed, int unchanged, Map<String, SQLException> failed) {
    /** Whether every database is at the newest schema. */
    public boolean complete() {
      return failed.isEmpty();
    }
  }

  public ShardMigrations(DatabaseSettings settings, Shards shards) {}

  /** All shards and the admin database; an instance that is down fails only its own. */
  public Report migrateAll(Progress progress) {
    throw new UnsupportedOperationException();
  }

  /** Some shards. */
  public Report migrate(Set<Shard> some, Progress progress) {
    throw new UnsupportedOperationException();
  }
}
