package io.usercenter.session;

import io.usercenter.id.Shard;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The revocations in the outbox of a whole shard, in the order in which they were written. */
interface OutboxRows {
  /** The first that have to be announced. */
  List<Row> waiting(Shard shard, int limit) throws SQLException;

  /** Notes that they were announced; they are kept. */
  void announced(Shard shard, List<Row> rows, Instant at) throws SQLException;

  /**
   * The next ones that were decided at this time or later, announced or not.
   *
   * @param after the {@code seq} before the first
   */
  List<Row> decidedSince(Shard shard, Instant from, long after, int limit) throws SQLException;

  /** Removes what was announced before this time, or the first part of it. */
  void forget(Shard shard, Instant announcedBefore) throws SQLException;

  /**
   * A revocation.
   *
   * @param seq its place in the shard
   * @param fact as in the stream
   */
  record Row(long seq, String fact) {}
}
