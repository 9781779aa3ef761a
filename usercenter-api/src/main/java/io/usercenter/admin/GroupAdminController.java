package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Cell;
import io.usercenter.scope.Extent;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Groups of operators, and what their members may do. */
@RestController
final class GroupAdminController {
  private final StaffMapper staff;
  private final RightsChanges changes;
  private final AdminActions actions;
  private final InstantSource clock;

  GroupAdminController(
      StaffMapper staff, RightsChanges changes, AdminActions actions, InstantSource clock) {
    this.staff = staff;
    this.changes = changes;
    this.actions = actions;
    this.clock = clock;
  }

  @Operation(
      summary = "List the permissions that can be granted",
      description = "For every operator.")
  @GetMapping("/admin/v1/permissions")
  Permissions permissions(Operator operator) {
    return new Permissions(
        EnumSet.allOf(Permission.class).stream().map(PermissionView::of).toList());
  }

  @Operation(
      summary = "List the groups of operators with their members and grants",
      description = "Needs `GROUP_READ`.")
  @GetMapping("/admin/v1/groups")
  Groups list(Operator operator) {
    var _ = actions.require(operator, Permission.GROUP_READ, "VIEW_GROUPS", null);
    return new Groups(views());
  }

  @Operation(
      summary = "Show a group of operators with its members and grants",
      description = "Needs `GROUP_READ`.")
  @GetMapping("/admin/v1/groups/{groupId}")
  GroupView byId(Operator operator, @PathVariable("groupId") String groupIdText) {
    long groupId = Arguments.id(groupIdText);
    var _ = actions.require(operator, Permission.GROUP_READ, "VIEW_GROUPS", null);
    return existing(groupId);
  }

  @Operation(
      summary = "Make a group of operators, without members and grants",
      description = "Needs `GROUP_WRITE` and a fresh proof.")
  @PostMapping("/admin/v1/groups")
  @ResponseStatus(HttpStatus.CREATED)
  GroupView create(Operator operator, @Valid @RequestBody NewGroup body) {
    return actions.run(
        operator,
        Permission.GROUP_WRITE,
        "CREATE_GROUP",
        null,
        body.name(),
        _ ->
            changes.in(
                operator,
                _ -> {
                  staff.insertGroup(
                      body.name(),
                      body.description() == null ? "" : body.description(),
                      clock.instant());
                  return existing(staff.inserted());
                }));
  }

  @Operation(
      summary = "Change the name or the description of a group of operators",
      description =
          "Needs `GROUP_WRITE`, all that the group may do, and a fresh proof. What is absent"
              + " stays.")
  @PatchMapping("/admin/v1/groups/{groupId}")
  GroupView change(
      Operator operator,
      @PathVariable("groupId") String groupIdText,
      @Valid @RequestBody GroupChange body) {
    long groupId = Arguments.id(groupIdText);
    return changed(
        operator,
        "CHANGE_GROUP",
        groupId,
        body.inWords(),
        giver -> staff.changeGroup(groupId, body.name(), body.description()));
  }

  @Operation(
      summary = "Delete a group of operators with its grants",
      description =
          "Needs `GROUP_WRITE`, all that the group may do, and a fresh proof. Its members have"
              + " lost its rights with their next requests.")
  @DeleteMapping("/admin/v1/groups/{groupId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(Operator operator, @PathVariable("groupId") String groupIdText) {
    long groupId = Arguments.id(groupIdText);
    var _ =
        within(
            operator, "DELETE_GROUP", groupId, "group " + groupId, _ -> staff.deleteGroup(groupId));
  }

  @Operation(
      summary = "Replace the members of a group of operators",
      description =
          "Needs `GROUP_WRITE`, all that the group may do, and a fresh proof. These and no others"
              + " are members, from their next requests on.")
  @PutMapping("/admin/v1/groups/{groupId}/members")
  GroupView members(
      Operator operator,
      @PathVariable("groupId") String groupIdText,
      @Valid @RequestBody Members body) {
    long groupId = Arguments.id(groupIdText);
    return changed(
        operator,
        "CHANGE_MEMBERS",
        groupId,
        new InWords().with("members", body.operatorIds()).text(),
        giver -> {
          staff.removeMembers(groupId);
          for (String id : body.operatorIds().stream().distinct().toList()) {
            long operatorId = Arguments.id(id);
            if (staff.operator(operatorId).isEmpty()) {
              throw new ApiException(ErrorCode.NOT_FOUND, "no operator has the id " + id);
            }
            staff.join(groupId, operatorId);
          }
        });
  }

  @Operation(
      summary = "Grant a group of operators permissions on servers and channels",
      description =
          "Needs `GROUP_WRITE`, all that the group may do and all that is given, and a fresh"
              + " proof. A server group gives what comes to it later, too. `409 IN_USE`: a"
              + " server, server group or channel has not been added.")
  @PostMapping("/admin/v1/groups/{groupId}/grants")
  @ResponseStatus(HttpStatus.CREATED)
  GroupView grant(
      Operator operator,
      @PathVariable("groupId") String groupIdText,
      @Valid @RequestBody NewGrant body) {
    long groupId = Arguments.id(groupIdText);
    return changed(
        operator,
        "GRANT",
        groupId,
        body.inWords(),
        giver -> {
          Set<Permission> permissions = EnumSet.copyOf(body.permissions());
          Map<Long, List<String>> groups = RightsOfOperators.byGrant(staff.serversOfGroups());
          List<String> servers = new ArrayList<>(body.servers().extent().ids());
          body.servers()
              .serverGroupIds()
              .forEach(group -> servers.addAll(groups.getOrDefault(group, List.of())));
          giver.requireHas(
              List.of(
                  new Grant(
                      0,
                      groupId,
                      "",
                      permissions,
                      new Cell(
                          new Extent(body.servers().extent().all(), servers),
                          body.channels().extent()),
                      Set.copyOf(body.servers().serverGroupIds()))));
          staff.insertGrant(
              groupId,
              body.servers().extent().all(),
              body.channels().extent().all(),
              operator.name(),
              clock.instant());
          long grantId = staff.inserted();
          permissions.forEach(permission -> staff.grantPermission(grantId, permission.name()));
          body.servers().extent().ids().forEach(id -> staff.grantServer(grantId, id));
          body.servers().serverGroupIds().stream()
              .distinct()
              .forEach(id -> staff.grantServerGroup(grantId, id));
          body.channels().extent().ids().forEach(id -> staff.grantChannel(grantId, id));
        });
  }

  @Operation(
      summary = "Revoke a grant of a group of operators",
      description =
          "Needs `GROUP_WRITE`, all that the group may do, and a fresh proof. Holds from the"
              + " members' next requests on.")
  @DeleteMapping("/admin/v1/groups/{groupId}/grants/{grantId}")
  GroupView revoke(
      Operator operator,
      @PathVariable("groupId") String groupIdText,
      @PathVariable("grantId") String grantIdText) {
    long groupId = Arguments.id(groupIdText);
    long grantId = Arguments.id(grantIdText);
    return changed(
        operator,
        "REVOKE_GRANT",
        groupId,
        "grant " + grantId,
        giver -> {
          if (staff.deleteGrant(groupId, grantId) == 0) {
            throw new ApiException(ErrorCode.NOT_FOUND, "the group has no grant of this id");
          }
        });
  }

  private GroupView changed(
      Operator operator,
      String action,
      long groupId,
      String detail,
      Consumer<RightsChanges.Giver> change) {
    return within(
        operator,
        action,
        groupId,
        "group " + groupId + ": " + detail,
        giver -> {
          change.accept(giver);
          return existing(groupId);
        });
  }

  /** What is done to a group all of whose rights the operator has himself. */
  private <T> T within(
      Operator operator,
      String action,
      long groupId,
      String detail,
      Function<RightsChanges.Giver, T> work) {
    return actions.run(
        operator,
        Permission.GROUP_WRITE,
        action,
        null,
        detail,
        _ ->
            changes.in(
                operator,
                giver -> {
                  if (staff.groups().stream().noneMatch(group -> group.groupId() == groupId)) {
                    throw noGroup();
                  }
                  giver.requireHas(changes.grantsOf(groupId));
                  return work.apply(giver);
                }));
  }

  private GroupView existing(long groupId) {
    return views().stream()
        .filter(group -> group.groupId().equals(Long.toString(groupId)))
        .findFirst()
        .orElseThrow(GroupAdminController::noGroup);
  }

  private static ApiException noGroup() {
    return new ApiException(ErrorCode.NOT_FOUND, "no group has this id");
  }

  private List<GroupView> views() {
    List<StaffMapper.MemberRow> members = staff.members();
    List<RightsMapper.GrantRow> grants = staff.grants();
    Map<Long, List<String>> permissions = RightsOfOperators.byGrant(staff.permissions());
    Map<Long, List<String>> servers = RightsOfOperators.byGrant(staff.servers());
    Map<Long, List<String>> serverGroups = RightsOfOperators.byGrant(staff.serverGroups());
    Map<Long, List<String>> channels = RightsOfOperators.byGrant(staff.channels());
    return staff.groups().stream()
        .map(
            group ->
                new GroupView(
                    Long.toString(group.groupId()),
                    group.name(),
                    group.note(),
                    members.stream()
                        .filter(member -> member.groupId() == group.groupId())
                        .map(
                            member ->
                                new MemberView(Long.toString(member.operatorId()), member.name()))
                        .toList(),
                    grants.stream()
                        .filter(grant -> grant.groupId() == group.groupId())
                        .map(
                            grant ->
                                new GrantView(
                                    Long.toString(grant.grantId()),
                                    List.copyOf(
                                        Grant.known(
                                            permissions.getOrDefault(grant.grantId(), List.of()))),
                                    new Reach.Servers(
                                        new Extent(
                                            grant.allServers(),
                                            servers.getOrDefault(grant.grantId(), List.of())),
                                        grant.allServers()
                                            ? List.of()
                                            : serverGroups
                                                .getOrDefault(grant.grantId(), List.of())
                                                .stream()
                                                .map(Long::valueOf)
                                                .toList()),
                                    new Reach.Ids(
                                        new Extent(
                                            grant.allChannels(),
                                            channels.getOrDefault(grant.grantId(), List.of())))))
                        .toList()))
        .toList();
  }

  /** In the order of the menu. */
  record Permissions(List<PermissionView> permissions) {}

  /**
   * @param menu the entry of the console's menu that it opens
   * @param scoped whether it is good for the servers and channels of its grant only
   * @param dangerous whether it asks for a fresh proof of who the operator is
   */
  record PermissionView(Permission permission, String menu, boolean scoped, boolean dangerous) {
    static PermissionView of(Permission permission) {
      return new PermissionView(
          permission, permission.menu().id(), permission.scoped(), permission.dangerous());
    }
  }

  /** All. */
  @Schema(name = "OperatorGroups")
  record Groups(List<GroupView> groups) {}

  /** A group of operators. */
  @Schema(name = "OperatorGroup")
  record GroupView(
      String groupId,
      String name,
      String description,
      List<MemberView> members,
      List<GrantView> grants) {}

  /** An operator in a group. */
  record MemberView(String operatorId, String name) {}

  /** What the members of a group may do, and where. */
  record GrantView(
      String grantId, List<Permission> permissions, Reach.Servers servers, Reach.Ids channels) {}

  /** A group without members and grants. */
  record NewGroup(
      @NotNull(message = "is missing")
          @Pattern(regexp = "[a-z0-9._-]{2,64}", message = "must be 2 to 64 of a-z 0-9 . _ -")
          String name,
      @Nullable @Size(max = 255, message = "must have at most 255 characters")
          String description) {}

  /** What is absent stays. */
  record GroupChange(
      @Nullable @Pattern(regexp = "[a-z0-9._-]{2,64}", message = "must be 2 to 64 of a-z 0-9 . _ -")
          String name,
      @Nullable @Size(max = 255, message = "must have at most 255 characters") String description) {
    String inWords() {
      return new InWords().with("name", name).with("description", description).text();
    }
  }

  /** All who are in the group from now on. */
  record Members(
      @NotNull(message = "is missing") @Size(max = 1000, message = "must have at most 1000")
          List<
                  @NotNull(message = "is null")
                  @Pattern(regexp = "[0-9]{1,18}", message = "must be an operatorId") String>
              operatorIds) {}

  /**
   * @param servers {@code "ALL"}, or {@code {"serverIds":[..],"serverGroupIds":[..]}}
   * @param channels {@code "ALL"}, or a list
   */
  record NewGrant(
      @NotEmpty(message = "is missing") List<@NotNull(message = "is null") Permission> permissions,
      @NotNull(message = "is missing") Reach.Servers servers,
      @NotNull(message = "is missing") Reach.Ids channels) {
    String inWords() {
      return new InWords()
          .with("permissions", EnumSet.copyOf(permissions))
          .with("servers", servers.extent())
          .with(
              "server groups", servers.serverGroupIds().isEmpty() ? null : servers.serverGroupIds())
          .with("channels", channels.extent())
          .text();
    }
  }
}
