package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.time.Instant;
import java.util.List;

/**
 * What is known about every shard and the admin database at one moment.
 *
 * @param shards one row per shard, ascending
 * @param admin {@code usercenter_admin}
 */
public record ShardHealth(List<Row> shards, Condition admin) {

  /** Whether a database serves. */
  public enum Status {
    /** It serves. */
    UP,
    /** Its instance does not answer, or was not asked yet. */
    DOWN,
    /** Its instance answers, but the database is missing, old, or belongs to something else. */
    REFUSED
  }

  /**
   * How one database is.
   *
   * @param instance where it is
   * @param status whether it serves
   * @param reason why not, for an operator; empty when it is up
   * @param since when it got this status
   */
  public record Condition(MySqlInstance instance, Status status, String reason, Instant since) {
    /** Whether it serves. */
    public boolean up() {
      return status == Status.UP;
    }
  }

  /**
   * How one shard is.
   *
   * @param shard which
   * @param condition how
   */
  public record Row(Shard shard, Condition condition) {}

  public ShardHealth {
    shards = List.copyOf(shards);
  }

  /** How this shard is. */
  public Condition of(Shard shard) {
    return shards.get(shard.number()).condition();
  }

  /** The shards that do not serve, ascending. */
  public List<Row> notUp() {
    return shards.stream().filter(row -> !row.condition().up()).toList();
  }

  /** Whether all 32 shards and the admin database serve. */
  public boolean allUp() {
    return admin.up() && notUp().isEmpty();
  }
}
