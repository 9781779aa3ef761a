package io.usercenter.admin;

import io.usercenter.scope.Cell;
import io.usercenter.scope.Extent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the members of a group may do on some servers and channels.
 *
 * @param cell with the servers of its server groups, as they are now
 * @param serverGroups those that it names: what comes to them later is granted, too
 */
record Grant(
    long grantId,
    long groupId,
    String groupName,
    Set<Permission> permissions,
    Cell cell,
    Set<Long> serverGroups) {
  /**
   * As it is kept.
   *
   * @param permissions by their names; those that a newer or an older service has stored give
   *     nothing here
   * @param servers with those of its server groups
   * @param serverGroups by their ids
   */
  static Grant of(
      RightsMapper.GrantRow row,
      List<String> permissions,
      List<String> servers,
      List<String> channels,
      List<String> serverGroups) {
    return new Grant(
        row.grantId(),
        row.groupId(),
        row.groupName(),
        known(permissions),
        new Cell(new Extent(row.allServers(), servers), new Extent(row.allChannels(), channels)),
        serverGroups.stream().map(Long::valueOf).collect(Collectors.toSet()));
  }

  /** Those of the names that mean something here. */
  static Set<Permission> known(List<String> names) {
    return Arrays.stream(Permission.values())
        .filter(permission -> names.contains(permission.name()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
  }
}
