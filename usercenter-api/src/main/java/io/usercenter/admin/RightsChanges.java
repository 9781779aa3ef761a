package io.usercenter.admin;

import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Cell;
import io.usercenter.scope.Extent;
import io.usercenter.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Changes of what operators may do, one after the other over all instances: each locks the version
 * of all rights first, so who gives something still has it, and one active super admin remains
 * however many are removed at once.
 */
@Component
final class RightsChanges {
  private final RightsMapper versions;
  private final RightsOfOperators rights;
  private final StaffMapper staff;
  private final AdminTransactions transactions;

  RightsChanges(
      RightsMapper versions,
      RightsOfOperators rights,
      StaffMapper staff,
      AdminTransactions transactions) {
    this.versions = versions;
    this.rights = rights;
    this.staff = staff;
    this.transactions = transactions;
  }

  /**
   * Runs a change in a transaction.
   *
   * @param work is given what its author may do at that moment
   */
  <T> T in(Operator by, Function<Giver, T> work) {
    try {
      return transactions.in(
          () -> {
            versions.changed();
            boolean all =
                staff
                    .operator(by.operatorId())
                    .filter(StaffMapper.OperatorRow::superAdmin)
                    .isPresent();
            Giver giver =
                new Giver(
                    all,
                    all && staff.activeSuperAdmins() == 1,
                    all ? List.of() : rights.grantsOf(by.operatorId()));
            T done = work.apply(giver);
            if (staff.activeSuperAdmins() == 0) {
              throw new ApiException(
                  ErrorCode.LAST_SUPER_ADMIN, "one super admin who is active must remain");
            }
            return done;
          });
    } catch (DuplicateKeyException e) {
      throw new ApiException(ErrorCode.ALREADY_EXISTS, "choose another name or id");
    } catch (DataIntegrityViolationException e) {
      throw new ApiException(
          ErrorCode.IN_USE,
          "what is named does not exist, or what is to go is named by a grant or a server group");
    }
  }

  /** All grants, as they are now. */
  List<Grant> grants() {
    Map<Long, List<String>> permissions = RightsOfOperators.byGrant(staff.permissions());
    Map<Long, List<String>> servers = RightsOfOperators.byGrant(staff.servers());
    Map<Long, List<String>> groups = RightsOfOperators.byGrant(staff.serverGroups());
    Map<Long, List<String>> inGroups = RightsOfOperators.byGrant(staff.serversOfGroups());
    Map<Long, List<String>> channels = RightsOfOperators.byGrant(staff.channels());
    return staff.grants().stream()
        .map(
            row -> {
              List<String> all = new ArrayList<>(servers.getOrDefault(row.grantId(), List.of()));
              groups
                  .getOrDefault(row.grantId(), List.of())
                  .forEach(
                      group -> all.addAll(inGroups.getOrDefault(Long.valueOf(group), List.of())));
              return Grant.of(
                  row,
                  permissions.getOrDefault(row.grantId(), List.of()),
                  all,
                  channels.getOrDefault(row.grantId(), List.of()),
                  groups.getOrDefault(row.grantId(), List.of()));
            })
        .toList();
  }

  /** Those of one group. */
  List<Grant> grantsOf(long groupId) {
    return grants().stream().filter(grant -> grant.groupId() == groupId).toList();
  }

  /**
   * Who changes rights, with his own.
   *
   * @param alone whether he is the only super admin, so that nobody could approve what he does
   * @param grants his own; a super admin needs none
   */
  record Giver(boolean superAdmin, boolean alone, List<Grant> grants) {
    /**
     * Nobody gives, takes or has a hand in what he does not have himself.
     *
     * @throws ApiException if some of it lies outside his own rights
     */
    void requireHas(List<Grant> wanted) {
      if (superAdmin) {
        return;
      }
      Rights rights = Rights.of(grants);
      for (Grant grant : wanted) {
        for (Permission permission : grant.permissions()) {
          requireHas(rights.scope(permission), permission, grant);
        }
      }
    }

    // What is on no server lies within nothing, too: whoever lacks the permission is asked first.
    private void requireHas(Scope own, Permission permission, Grant wanted) {
      if (own.nothing() || (permission.scoped() && !own.contains(wanted.cell()))) {
        throw lacks(permission, "all of these servers and channels yourself");
      }
      if (permission.scoped()) {
        Cell ever = new Cell(Extent.ALL, wanted.cell().channels());
        for (long group : wanted.serverGroups()) {
          if (!everywhereIn(group, permission).contains(ever)) {
            throw lacks(
                permission,
                "what will ever be in server group %d: a grant of yours has to name it, or ALL"
                    .formatted(group));
          }
        }
      }
    }

    private static ApiException lacks(Permission permission, String where) {
      return new ApiException(
              ErrorCode.PERMISSION_MISSING, "you do not have %s on %s".formatted(permission, where))
          .with("permission", permission.name());
    }

    /** On which channels he has it on every server of the group, those to come included. */
    private Scope everywhereIn(long serverGroup, Permission permission) {
      return Scope.of(
          grants.stream()
              .filter(grant -> grant.permissions().contains(permission))
              .filter(
                  grant ->
                      grant.cell().servers().all() || grant.serverGroups().contains(serverGroup))
              .map(grant -> new Cell(Extent.ALL, grant.cell().channels()))
              .toList());
    }

    void requireSuperAdmin() {
      if (!superAdmin) {
        throw new ApiException(ErrorCode.PERMISSION_MISSING, "only a super admin does this");
      }
    }
  }
}
