package io.usercenter.player;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import io.usercenter.role.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The copies of a player's characters, as game servers or an import told them, deleted ones
 * included.
 */
final class RoleData implements PersonalData {
  private final PlayerRoleLists lists;
  private final RejectedEventMapper rejected;

  RoleData(PlayerRoleLists lists, RejectedEventMapper rejected) {
    this.lists = lists;
    this.rejected = rejected;
  }

  @Override
  public String section() {
    return "roles";
  }

  @Override
  public boolean erase(UserId user) {
    rejected.removeAll(user);
    return lists.erase(user);
  }

  @Override
  public Object export(UserId user) {
    return lists.withDeleted(user).stream()
        .map(
            role ->
                new Exported(Login.RoleView.of(role), role.state(), role.createdAt(), role.more()))
        .toList();
  }

  record Exported(
      @JsonUnwrapped Login.RoleView role,
      Role.State state,
      @Nullable Instant createdAt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @JsonRawValue @Nullable String more) {}
}
