package io.usercenter.player;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import io.usercenter.role.Role;

/** The copies of a player's characters, as game servers sent them, deleted ones included. */
final class RoleData implements PersonalData {
  private final PlayerRoleLists lists;

  RoleData(PlayerRoleLists lists) {
    this.lists = lists;
  }

  @Override
  public String section() {
    return "roles";
  }

  @Override
  public Object export(UserId user) {
    return lists.withDeleted(user).stream()
        .map(role -> new Exported(Login.RoleView.of(role), role.state()))
        .toList();
  }

  record Exported(@JsonUnwrapped Login.RoleView role, Role.State state) {}
}
