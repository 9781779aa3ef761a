package io.usercenter.admin;

import io.usercenter.platform.AdminMapper;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Statements on the grants of an operator, and on {@code rights_version}. */
@AdminMapper
interface RightsMapper {
  String OF_OPERATOR =
      """
       JOIN operator_grant g USING (grant_id)
       JOIN operator_group_member m ON m.group_id = g.group_id AND m.operator_id = #{operatorId}
      """;

  @Select("SELECT version FROM rights_version WHERE id = 1")
  long version();

  /** To be called in the transaction that changes what somebody may do. Locks the row. */
  @Update("UPDATE rights_version SET version = version + 1 WHERE id = 1")
  int changed();

  @Select(
      """
      SELECT g.grant_id, g.group_id, o.name AS group_name, g.all_servers, g.all_channels
      FROM operator_group_member m
      JOIN operator_group o ON o.group_id = m.group_id
      JOIN operator_grant g ON g.group_id = m.group_id
      WHERE m.operator_id = #{operatorId} ORDER BY g.grant_id
      """)
  List<GrantRow> grants(@Param("operatorId") long operatorId);

  @Select("SELECT p.grant_id, p.permission AS name FROM operator_grant_permission p " + OF_OPERATOR)
  List<Part> permissions(@Param("operatorId") long operatorId);

  @Select(
      "SELECT s.grant_id, s.server_id AS name FROM operator_grant_server s "
          + OF_OPERATOR
          + """
           UNION ALL
           SELECT s.grant_id, i.server_id FROM operator_grant_server_group s
           JOIN server_group_server i ON i.server_group_id = s.server_group_id
          """
          + OF_OPERATOR)
  List<Part> servers(@Param("operatorId") long operatorId);

  @Select("SELECT c.grant_id, c.channel AS name FROM operator_grant_channel c " + OF_OPERATOR)
  List<Part> channels(@Param("operatorId") long operatorId);

  @Select(
      "SELECT s.grant_id, s.server_group_id AS name FROM operator_grant_server_group s "
          + OF_OPERATOR)
  List<Part> serverGroups(@Param("operatorId") long operatorId);

  /** A row of {@code operator_grant}. */
  record GrantRow(
      long grantId, long groupId, String groupName, boolean allServers, boolean allChannels) {}

  /** A permission, a server, a group of servers or a channel of a grant. */
  record Part(long grantId, String name) {}
}
