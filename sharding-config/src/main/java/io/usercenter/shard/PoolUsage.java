package io.usercenter.shard;

/**
 * How busy one pool is.
 *
 * @param instance whose connections these are
 * @param kind what they are for
 * @param active lent now
 * @param idle open and free
 * @param waiting threads that wait for one
 * @param max upper bound of connections
 */
public record PoolUsage(
    MySqlInstance instance, Kind kind, int active, int idle, int waiting, int max) {
  /** What the connections of a pool are for. */
  public enum Kind {
    /** Requests that know their shard. */
    REQUESTS,
    /** Operators' queries over all shards. */
    SCATTER,
    /** The admin database. */
    ADMIN
  }
}
