package io.usercenter.ticket;

import io.usercenter.platform.AdminMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code ticket_key}. */
@AdminMapper
interface TicketKeyMapper {
  /** All that the server ever had, the oldest first. */
  @Select(
      """
      SELECT epoch, created_at, mints_from, compromised_at
      FROM ticket_key WHERE server_id = #{serverId} ORDER BY epoch
      """)
  List<Row> of(@Param("serverId") String serverId);

  /** For an operator: game servers that have keys, by their ids. */
  @Select(
      """
      SELECT server_id, COUNT(*) AS keys_made, SUM(compromised_at IS NOT NULL) AS compromised,
             MAX(IF(mints_from <= #{now} AND compromised_at IS NULL, epoch, NULL)) AS minting_epoch,
             MAX(IF(mints_from <= #{now} AND compromised_at IS NULL, mints_from, NULL)) AS minting_since
      FROM ticket_key WHERE server_id > #{after} AND ${scope.text()}
      GROUP BY server_id ORDER BY server_id LIMIT #{atMost}
      """)
  List<ServerWithKeys> servers(
      @Param("scope") Condition scope,
      @Param("after") String after,
      @Param("now") Instant now,
      @Param("atMost") int atMost);

  /** For an operator. */
  @Select("SELECT COUNT(*) FROM ticket_key WHERE server_id = #{serverId} AND ${scope.text()}")
  int countWithin(@Param("serverId") String serverId, @Param("scope") Condition scope);

  /** Throws DuplicateKeyException when another instance was faster to make this epoch. */
  @Insert(
      """
      INSERT INTO ticket_key (server_id, epoch, created_at, mints_from)
      VALUES (#{serverId}, #{epoch}, #{createdAt}, #{mintsFrom})
      """)
  void insert(
      @Param("serverId") String serverId,
      @Param("epoch") int epoch,
      @Param("createdAt") Instant createdAt,
      @Param("mintsFrom") @Nullable Instant mintsFrom);

  /** Gives a key its turn; earlier than it had it, if it had one. */
  @Update(
      """
      UPDATE ticket_key SET mints_from = #{at}
      WHERE server_id = #{serverId} AND epoch = #{epoch} AND compromised_at IS NULL
        AND (mints_from IS NULL OR mints_from > #{at})
      """)
  int mintFrom(
      @Param("serverId") String serverId, @Param("epoch") int epoch, @Param("at") Instant at);

  @Update(
      """
      UPDATE ticket_key SET compromised_at = #{at}
      WHERE server_id = #{serverId} AND epoch = #{epoch} AND compromised_at IS NULL
      """)
  int compromise(
      @Param("serverId") String serverId, @Param("epoch") int epoch, @Param("at") Instant at);

  /** Keys that were compromised a short while ago, and of which this generation was not told. */
  @Select(
      """
      SELECT server_id, epoch, compromised_at FROM ticket_key
      WHERE compromised_at > #{since} AND (announced_in IS NULL OR announced_in <> #{generation})
      """)
  List<Untold> untold(@Param("since") Instant since, @Param("generation") String generation);

  @Update(
      """
      UPDATE ticket_key SET announced_in = #{generation}
      WHERE server_id = #{serverId} AND epoch = #{epoch}
      """)
  int told(
      @Param("serverId") String serverId,
      @Param("epoch") int epoch,
      @Param("generation") String generation);

  /** A key as stored, without the key. */
  record Row(
      int epoch, Instant createdAt, @Nullable Instant mintsFrom, @Nullable Instant compromisedAt) {
    boolean good() {
      return compromisedAt == null;
    }

    boolean startedAt(Instant now) {
      return good() && mintsFrom != null && !mintsFrom.isAfter(now);
    }
  }

  /** A key that verifiers do not know to be compromised. */
  record Untold(String serverId, int epoch, Instant compromisedAt) {}
}
