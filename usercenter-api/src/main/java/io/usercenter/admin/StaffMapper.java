package io.usercenter.admin;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on operators, their groups and the grants of these, as they are administered. */
@AdminMapper
interface StaffMapper {
  String OPERATOR =
      "SELECT operator_id, name, display_name, status, super_admin,"
          + " totp_secret IS NOT NULL AS totp_enabled, last_login_at FROM operator"
          + " WHERE deleted_at IS NULL AND ";

  @Select(OPERATOR + "operator_id > #{after} ORDER BY operator_id LIMIT #{limit}")
  List<OperatorRow> operators(@Param("after") long after, @Param("limit") int limit);

  @Select(OPERATOR + "operator_id = #{operatorId}")
  Optional<OperatorRow> operator(@Param("operatorId") long operatorId);

  @Update(
      """
      UPDATE operator
      SET display_name = COALESCE(#{displayName}, display_name), status = COALESCE(#{status}, status),
          super_admin = COALESCE(#{superAdmin}, super_admin)
      WHERE operator_id = #{operatorId} AND deleted_at IS NULL
      """)
  int change(
      @Param("operatorId") long operatorId,
      @Param("displayName") @Nullable String displayName,
      @Param("status") @Nullable String status,
      @Param("superAdmin") @Nullable Boolean superAdmin);

  @Update(
      """
      UPDATE operator SET status = 'DISABLED', super_admin = FALSE, deleted_at = #{at}
      WHERE operator_id = #{operatorId} AND deleted_at IS NULL
      """)
  int delete(@Param("operatorId") long operatorId, @Param("at") Instant at);

  @Select(
      """
      SELECT COUNT(*) FROM operator
      WHERE super_admin AND status = 'ACTIVE' AND deleted_at IS NULL
      """)
  long activeSuperAdmins();

  @Select("SELECT group_id, name, note FROM operator_group ORDER BY group_id")
  List<GroupRow> groups();

  /** Throws DuplicateKeyException when the name is taken, as the next one does. */
  @Insert(
      """
      INSERT INTO operator_group (name, note, created_at) VALUES (#{name}, #{note}, #{at})
      """)
  void insertGroup(@Param("name") String name, @Param("note") String note, @Param("at") Instant at);

  @Update(
      """
      UPDATE operator_group SET name = COALESCE(#{name}, name), note = COALESCE(#{note}, note)
      WHERE group_id = #{groupId}
      """)
  int changeGroup(
      @Param("groupId") long groupId,
      @Param("name") @Nullable String name,
      @Param("note") @Nullable String note);

  /** Its grants and memberships go with it. */
  @Delete("DELETE FROM operator_group WHERE group_id = #{groupId}")
  int deleteGroup(@Param("groupId") long groupId);

  @Select(
      """
      SELECT m.group_id, g.name AS group_name, m.operator_id, o.name
      FROM operator_group_member m
      JOIN operator_group g ON g.group_id = m.group_id
      JOIN operator o ON o.operator_id = m.operator_id AND o.deleted_at IS NULL
      ORDER BY m.group_id, m.operator_id
      """)
  List<MemberRow> members();

  @Delete("DELETE FROM operator_group_member WHERE group_id = #{groupId}")
  int removeMembers(@Param("groupId") long groupId);

  @Delete("DELETE FROM operator_group_member WHERE operator_id = #{operatorId}")
  int leaveGroups(@Param("operatorId") long operatorId);

  @Insert(
      """
      INSERT INTO operator_group_member (group_id, operator_id)
      VALUES (#{groupId}, #{operatorId})
      """)
  void join(@Param("groupId") long groupId, @Param("operatorId") long operatorId);

  @Select(
      """
      SELECT g.grant_id, g.group_id, o.name AS group_name, g.all_servers, g.all_channels
      FROM operator_grant g JOIN operator_group o ON o.group_id = g.group_id ORDER BY g.grant_id
      """)
  List<RightsMapper.GrantRow> grants();

  @Select("SELECT grant_id, permission AS name FROM operator_grant_permission")
  List<RightsMapper.Part> permissions();

  @Select("SELECT grant_id, server_id AS name FROM operator_grant_server ORDER BY server_id")
  List<RightsMapper.Part> servers();

  @Select("SELECT grant_id, server_group_id AS name FROM operator_grant_server_group")
  List<RightsMapper.Part> serverGroups();

  @Select("SELECT grant_id, channel AS name FROM operator_grant_channel ORDER BY channel")
  List<RightsMapper.Part> channels();

  @Select("SELECT server_group_id AS grant_id, server_id AS name FROM server_group_server")
  List<RightsMapper.Part> serversOfGroups();

  @Insert(
      """
      INSERT INTO operator_grant (group_id, all_servers, all_channels, created_by, created_at)
      VALUES (#{groupId}, #{allServers}, #{allChannels}, #{by}, #{at})
      """)
  void insertGrant(
      @Param("groupId") long groupId,
      @Param("allServers") boolean allServers,
      @Param("allChannels") boolean allChannels,
      @Param("by") String by,
      @Param("at") Instant at);

  /** In the same transaction. */
  @Select("SELECT LAST_INSERT_ID()")
  long inserted();

  @Insert("INSERT INTO operator_grant_permission (grant_id, permission) VALUES (#{id}, #{name})")
  void grantPermission(@Param("id") long grantId, @Param("name") String permission);

  /** Throws DataIntegrityViolationException when there is none, as the next two do. */
  @Insert("INSERT INTO operator_grant_server (grant_id, server_id) VALUES (#{id}, #{name})")
  void grantServer(@Param("id") long grantId, @Param("name") String serverId);

  @Insert(
      """
      INSERT INTO operator_grant_server_group (grant_id, server_group_id) VALUES (#{id}, #{group})
      """)
  void grantServerGroup(@Param("id") long grantId, @Param("group") long serverGroupId);

  @Insert("INSERT INTO operator_grant_channel (grant_id, channel) VALUES (#{id}, #{name})")
  void grantChannel(@Param("id") long grantId, @Param("name") String channel);

  @Delete("DELETE FROM operator_grant WHERE grant_id = #{grantId} AND group_id = #{groupId}")
  int deleteGrant(@Param("groupId") long groupId, @Param("grantId") long grantId);

  /** A row of {@code operator}. */
  record OperatorRow(
      long operatorId,
      String name,
      String displayName,
      String status,
      boolean superAdmin,
      boolean totpEnabled,
      @Nullable Instant lastLoginAt) {}

  /** A row of {@code operator_group}. */
  record GroupRow(long groupId, String name, String note) {}

  /** Who is in which group. */
  record MemberRow(long groupId, String groupName, long operatorId, String name) {}
}
