package io.usercenter.admin;

import io.usercenter.platform.AdminMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Statements on the channels and game servers that can be granted, and on server groups. */
@AdminMapper
interface DirectoryMapper {
  @Select("SELECT channel, name, created_at FROM channel WHERE ${scope.text()} ORDER BY channel")
  List<ChannelRow> channels(@Param("scope") Condition scope);

  @Insert("INSERT INTO channel (channel, name, created_at) VALUES (#{id}, #{name}, #{at})")
  void addChannel(@Param("id") String channel, @Param("name") String name, @Param("at") Instant at);

  @Update("UPDATE channel SET name = #{name} WHERE channel = #{id}")
  int nameChannel(@Param("id") String channel, @Param("name") String name);

  /** Throws DataIntegrityViolationException while a grant names it, as the others here do. */
  @Delete("DELETE FROM channel WHERE channel = #{id}")
  int removeChannel(@Param("id") String channel);

  @Select(
      "SELECT server_id, name, created_at FROM game_server WHERE ${scope.text()} ORDER BY"
          + " server_id")
  List<ServerRow> servers(@Param("scope") Condition scope);

  @Insert("INSERT INTO game_server (server_id, name, created_at) VALUES (#{id}, #{name}, #{at})")
  void addServer(@Param("id") String serverId, @Param("name") String name, @Param("at") Instant at);

  @Update("UPDATE game_server SET name = #{name} WHERE server_id = #{id}")
  int nameServer(@Param("id") String serverId, @Param("name") String name);

  @Delete("DELETE FROM game_server WHERE server_id = #{id}")
  int removeServer(@Param("id") String serverId);

  @Select("SELECT server_group_id, name FROM server_group ORDER BY server_group_id")
  List<GroupRow> groups();

  @Select(
      """
      SELECT server_group_id, server_id FROM server_group_server
      WHERE ${scope.text()} ORDER BY server_id
      """)
  List<InGroup> inGroups(@Param("scope") Condition scope);

  @Insert("INSERT INTO server_group (name, created_at) VALUES (#{name}, #{at})")
  void addGroup(@Param("name") String name, @Param("at") Instant at);

  /** In the same transaction. */
  @Select("SELECT LAST_INSERT_ID()")
  long inserted();

  @Update("UPDATE server_group SET name = #{name} WHERE server_group_id = #{id}")
  int nameGroup(@Param("id") long serverGroupId, @Param("name") String name);

  @Delete("DELETE FROM server_group WHERE server_group_id = #{id}")
  int removeGroup(@Param("id") long serverGroupId);

  @Delete("DELETE FROM server_group_server WHERE server_group_id = #{id}")
  int emptyGroup(@Param("id") long serverGroupId);

  @Insert(
      "INSERT INTO server_group_server (server_group_id, server_id) VALUES (#{id}, #{serverId})")
  void addToGroup(@Param("id") long serverGroupId, @Param("serverId") String serverId);

  /** Grants of server groups. */
  @Select("SELECT grant_id FROM operator_grant_server_group WHERE server_group_id = #{id}")
  List<Long> grantsOfGroup(@Param("id") long serverGroupId);

  /** A row of {@code channel}. */
  record ChannelRow(String channel, String name, Instant createdAt) {}

  /** A row of {@code game_server}. */
  record ServerRow(String serverId, String name, Instant createdAt) {}

  /** A row of {@code server_group}. */
  record GroupRow(long serverGroupId, String name) {}

  /** A row of {@code server_group_server}. */
  record InGroup(long serverGroupId, String serverId) {}
}
