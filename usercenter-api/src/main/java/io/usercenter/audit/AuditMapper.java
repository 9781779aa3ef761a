package io.usercenter.audit;

import io.usercenter.id.UserId;
import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/**
 * Statements on the audit. In {@code usercenter_audit} rows are added and read, which is all that
 * the service's account of MySQL may do there.
 */
@AdminMapper
@SuppressWarnings("ArrayRecordComponent") // rows, never compared
interface AuditMapper {
  @Insert(
      """
      <script>
      INSERT INTO usercenter_audit.entry
        (audit_id, at, operator, action, target_user_id, outcome, ip, trace_id, note_digest, mac) VALUES
      <foreach collection="lines" item="l" separator=",">
        (#{l.auditId}, #{l.at}, #{l.operator}, #{l.action}, #{l.target}, #{l.outcome}, #{l.ip}, #{l.traceId}, #{l.noteDigest}, #{l.mac})
      </foreach>
      </script>
      """)
  void insert(@Param("lines") List<Line> lines);

  @Insert(
      """
      <script>
      INSERT INTO audit_pending (audit_id, mac) VALUES
      <foreach collection="lines" item="l" separator=",">(#{l.auditId}, #{l.mac})</foreach>
      </script>
      """)
  void insertPending(@Param("lines") List<Line> lines);

  @Insert(
      """
      <script>
      INSERT INTO audit_note (audit_id, target_user_id, salt, detail) VALUES
      <foreach collection="lines" item="l" separator=",">(#{l.auditId}, #{l.target}, #{l.salt}, #{detail})</foreach>
      </script>
      """)
  void insertNotes(@Param("lines") List<Line> lines, @Param("detail") String detail);

  /** The names are those of {@link AuditSearch}; a partition that cannot hold any is not read. */
  @Select(
      """
      <script>
      SELECT e.audit_id, e.at, e.operator, e.action, e.target_user_id, COALESCE(n.detail, '') detail, e.outcome, e.ip, e.trace_id
      FROM usercenter_audit.entry e LEFT JOIN audit_note n ON n.audit_id = e.audit_id
      WHERE e.audit_id &gt;= #{least} AND e.audit_id &lt; #{bound}
      <if test="search.operator != null">AND e.operator = #{search.operator}</if>
      <if test="search.action != null">AND e.action = #{search.action}</if>
      <if test="search.target != null">AND e.target_user_id = #{search.target}</if>
      <if test="search.outcome != null">AND e.outcome = #{search.outcome}</if>
      ORDER BY e.audit_id DESC LIMIT #{limit}
      </script>
      """)
  List<AuditEntry> search(
      @Param("search") AuditSearch search,
      @Param("least") long least,
      @Param("bound") long bound,
      @Param("limit") int limit);

  @Select("SELECT EXISTS (SELECT 1 FROM audit_note WHERE target_user_id = #{target})")
  boolean hasNotes(@Param("target") UserId target);

  @Delete("DELETE FROM audit_note WHERE target_user_id = #{target}")
  int removeNotes(@Param("target") UserId target);

  /** The oldest line that waits for its place in the chain. */
  @Select("SELECT MIN(audit_id) FROM audit_pending")
  Optional<Long> oldestPending();

  @Select("SELECT COUNT(*) FROM audit_pending")
  long countPending();

  /** Empty while somebody else seals. Locks until the transaction ends. */
  @Select("SELECT position, link, mac FROM audit_head WHERE id = 1 FOR UPDATE SKIP LOCKED")
  Optional<Head> lockHead();

  @Select("SELECT audit_id, mac FROM audit_pending ORDER BY audit_id LIMIT #{limit}")
  List<Pending> pending(@Param("limit") int limit);

  @Insert(
      """
      <script>
      INSERT INTO usercenter_audit.chain (position, audit_id, link) VALUES
      <foreach collection="links" item="l" separator=",">(#{l.position}, #{l.auditId}, #{l.link})</foreach>
      </script>
      """)
  void insertLinks(@Param("links") List<Link> links);

  /**
   * Those that have a link now. By their keys one by one: a scan would wait for rows that others
   * are just adding.
   */
  @Delete(
      """
      DELETE p FROM usercenter_audit.chain c STRAIGHT_JOIN audit_pending p ON p.audit_id = c.audit_id
      WHERE c.position > #{after}
      """)
  int removePending(@Param("after") long after);

  @Update("UPDATE audit_head SET position = #{position}, link = #{link}, mac = #{mac} WHERE id = 1")
  void moveHead(
      @Param("position") long position, @Param("link") byte[] link, @Param("mac") byte[] mac);

  /** In one statement, so that both are of one moment. */
  @Select(
      """
      SELECT h.position, h.link, h.mac, (SELECT COALESCE(MAX(position), 0) FROM usercenter_audit.chain) last
      FROM audit_head h WHERE h.id = 1
      """)
  Optional<Ends> ends();

  @Select("SELECT link FROM usercenter_audit.chain WHERE position = #{position}")
  Optional<Hash> link(@Param("position") long position);

  /** The place of the youngest line before a moment. */
  @Select(
      """
      SELECT position FROM usercenter_audit.chain WHERE audit_id < #{bound} ORDER BY audit_id DESC LIMIT 1
      """)
  Optional<Long> lastBefore(@Param("bound") long bound);

  /** The line at this place of the chain, or at the last one before it that is there. */
  @Select(
      """
      SELECT audit_id FROM usercenter_audit.chain WHERE position <= #{position} ORDER BY position DESC LIMIT 1
      """)
  Optional<Long> auditIdAt(@Param("position") long position);

  @Select(
      """
      SELECT c.position, c.audit_id, c.link, e.at, e.operator, e.action, e.target_user_id target, e.outcome, e.ip, e.trace_id,
        e.note_digest, e.mac, n.salt, n.detail
      FROM usercenter_audit.chain c
        LEFT JOIN usercenter_audit.entry e ON e.audit_id = c.audit_id
        LEFT JOIN audit_note n ON n.audit_id = c.audit_id
      WHERE c.position > #{after} AND c.position <= #{last} ORDER BY c.position
      """)
  List<Linked> linked(@Param("after") long after, @Param("last") long last);

  /** Of these players, whose notes were removed because they were erased. */
  @Select(
      """
      <script>
      SELECT DISTINCT target_user_id FROM usercenter_audit.entry WHERE action = 'ERASE_NOTES' AND target_user_id IN
      <foreach collection="targets" item="t" open="(" separator="," close=")">#{t}</foreach>
      </script>
      """)
  List<UserId> erasedAmong(@Param("targets") Collection<UserId> targets);

  /** How many more lines than links have such names, but for those that wait. */
  @Select(
      """
      SELECT (SELECT COUNT(*) FROM usercenter_audit.entry WHERE audit_id > #{after} AND audit_id <= #{last})
        - (SELECT COUNT(*) FROM usercenter_audit.chain WHERE audit_id > #{after} AND audit_id <= #{last})
        - (SELECT COUNT(*) FROM audit_pending p JOIN usercenter_audit.entry e ON e.audit_id = p.audit_id
             LEFT JOIN usercenter_audit.chain c ON c.audit_id = p.audit_id
           WHERE p.audit_id > #{after} AND p.audit_id <= #{last} AND c.audit_id IS NULL)
      """)
  long surplus(@Param("after") long after, @Param("last") long last);

  /** Looks at lines in the order of their names for such as are not in the chain. */
  @Select(
      """
      SELECT COUNT(*) seen, MAX(e.audit_id) last,
        COUNT(CASE WHEN c.audit_id IS NULL AND p.audit_id IS NULL THEN 1 END) strays,
        MIN(CASE WHEN c.audit_id IS NULL AND p.audit_id IS NULL THEN e.audit_id END) first_stray
      FROM (SELECT audit_id FROM usercenter_audit.entry
            WHERE audit_id > #{after} AND audit_id <= #{last} ORDER BY audit_id LIMIT #{limit}) e
        LEFT JOIN usercenter_audit.chain c ON c.audit_id = e.audit_id
        LEFT JOIN audit_pending p ON p.audit_id = e.audit_id
      """)
  Strays strays(@Param("after") long after, @Param("last") long last, @Param("limit") int limit);

  /** A row of {@code entry}, and the salt of its note. */
  record Line(
      long auditId,
      Instant at,
      String operator,
      String action,
      @Nullable UserId target,
      String outcome,
      String ip,
      String traceId,
      byte[] salt,
      byte @Nullable [] noteDigest,
      byte[] mac) {}

  record Pending(long auditId, byte[] mac) {}

  record Link(long position, long auditId, byte[] link) {}

  record Hash(byte[] link) {}

  record Head(long position, byte[] link, byte[] mac) {}

  record Ends(long position, byte[] link, byte[] mac, long last) {}

  /** A link with its line and its note; the parts of a line that is gone are null. */
  record Linked(
      long position,
      long auditId,
      byte[] link,
      @Nullable Instant at,
      @Nullable String operator,
      @Nullable String action,
      @Nullable UserId target,
      @Nullable String outcome,
      @Nullable String ip,
      @Nullable String traceId,
      byte @Nullable [] noteDigest,
      byte @Nullable [] mac,
      byte @Nullable [] salt,
      @Nullable String detail) {}

  record Strays(long seen, @Nullable Long last, long strays, @Nullable Long firstStray) {}
}
