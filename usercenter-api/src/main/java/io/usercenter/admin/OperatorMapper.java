package io.usercenter.admin;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Statements on {@code operator}. */
@AdminMapper
interface OperatorMapper {
  /** Changes nothing when the hash is another one by now. */
  @Update(
      """
      UPDATE operator SET password_hash = #{replacement}
      WHERE operator_id = #{operatorId} AND password_hash = #{passwordHash}
      """)
  int replaceHash(
      @Param("operatorId") long operatorId,
      @Param("passwordHash") String passwordHash,
      @Param("replacement") String replacement);

  @Select("SELECT COUNT(*) FROM operator")
  long count();

  /** Throws DuplicateKeyException when the name is taken. */
  @Insert(
      """
      INSERT INTO operator (name, display_name, password_hash, super_admin, status, created_at)
      VALUES (#{name}, #{displayName}, #{passwordHash}, #{superAdmin}, 'ACTIVE', #{at})
      """)
  void insert(
      @Param("name") String name,
      @Param("displayName") String displayName,
      @Param("passwordHash") String passwordHash,
      @Param("superAdmin") boolean superAdmin,
      @Param("at") Instant at);

  @Update(
      """
      UPDATE operator SET super_admin = TRUE
      WHERE operator_id = #{operatorId} AND living_name = #{name}
      """)
  void makeSuperAdmin(@Param("operatorId") long operatorId, @Param("name") String name);

  @Select("SELECT operator_id FROM operator WHERE living_name = #{name}")
  Optional<Long> idOf(@Param("name") String name);

  @Select("SELECT group_id FROM operator_group WHERE name = #{name}")
  Optional<Long> groupOf(@Param("name") String name);

  @Insert(
      """
      INSERT IGNORE INTO operator_group_member (group_id, operator_id)
      VALUES (#{groupId}, #{operatorId})
      """)
  void join(@Param("groupId") long groupId, @Param("operatorId") long operatorId);

  @Select(
      """
      SELECT operator_id, name, password_hash, super_admin FROM operator
      WHERE living_name = #{name} AND status = 'ACTIVE'
      """)
  Optional<Row> byName(@Param("name") String name);

  @Update("UPDATE operator SET last_login_at = #{at} WHERE operator_id = #{operatorId}")
  void loggedIn(@Param("operatorId") long operatorId, @Param("at") Instant at);

  /** A row of {@code operator}. */
  record Row(long operatorId, String name, String passwordHash, boolean superAdmin) {
    @Override
    public String toString() {
      return "Row[" + name + ", [REDACTED]]";
    }
  }
}
