package io.usercenter.admin;

import io.usercenter.scope.Cell;
import java.util.Set;

/**
 * What the members of a group may do on some servers and channels.
 *
 * @param cell with the servers of its server groups
 */
record Grant(
    long grantId, long groupId, String groupName, Set<Permission> permissions, Cell cell) {}
