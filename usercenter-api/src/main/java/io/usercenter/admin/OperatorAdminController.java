package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.approval.Approval;
import io.usercenter.platform.PageSize;
import io.usercenter.platform.RandomText;
import io.usercenter.scope.Cell;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Operators, and why they may do what they may. */
@RestController
final class OperatorAdminController {
  private static final int MOST = 100;

  private final StaffMapper staff;
  private final RightsOfOperators rights;
  private final OtherOperators others;
  private final ApprovedSuperAdmins superAdmins;
  private final OperatorPasswords passwords;
  private final OperatorSessions sessions;
  private final AdminActions actions;
  private final SecureRandom random;
  private final InstantSource clock;

  OperatorAdminController(
      StaffMapper staff,
      RightsOfOperators rights,
      OtherOperators others,
      ApprovedSuperAdmins superAdmins,
      OperatorPasswords passwords,
      OperatorSessions sessions,
      AdminActions actions,
      SecureRandom random,
      InstantSource clock) {
    this.staff = staff;
    this.rights = rights;
    this.others = others;
    this.superAdmins = superAdmins;
    this.passwords = passwords;
    this.sessions = sessions;
    this.actions = actions;
    this.random = random;
    this.clock = clock;
  }

  @Operation(
      summary = "List the operators, in the order in which they were made",
      description = "Needs `OPERATOR_READ`.")
  @GetMapping("/admin/v1/operators")
  OperatorList list(
      Operator operator,
      @RequestParam(defaultValue = "0") long after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit) {
    var _ = actions.require(operator, Permission.OPERATOR_READ, "VIEW_OPERATORS", null);
    Arguments.requireLimit(limit, MOST);
    List<StaffMapper.OperatorRow> page = staff.operators(after, limit);
    Map<Long, List<GroupOf>> groups = groups();
    return new OperatorList(
        page.stream().map(row -> view(row, groups, null)).toList(),
        page.size() < limit ? null : Long.toString(page.getLast().operatorId()));
  }

  @Operation(summary = "Show an operator with his groups", description = "Needs `OPERATOR_READ`.")
  @GetMapping("/admin/v1/operators/{operatorId}")
  OperatorDetails byId(Operator operator, @PathVariable("operatorId") String operatorIdText) {
    long operatorId = Arguments.id(operatorIdText);
    var _ = actions.require(operator, Permission.OPERATOR_READ, "VIEW_OPERATORS", null);
    return view(others.existing(operatorId), groups(), null);
  }

  @Operation(
      summary = "Change, disable or enable an operator; making a super admin takes two",
      description =
          "Needs `OPERATOR_WRITE`, all that the operator may do, and a fresh proof. What is absent"
              + " stays; what changes holds from his next request on. Only super admins make and"
              + " unmake super admins. `202`: he becomes one when another super admin approves"
              + " the `approvalId`; the only one who is active does it alone. `409"
              + " LAST_SUPER_ADMIN`: nobody would be left.")
  @MayWait
  @PatchMapping("/admin/v1/operators/{operatorId}")
  OperatorDetails change(
      Operator operator,
      @PathVariable("operatorId") String operatorIdText,
      @Valid @RequestBody OperatorChange body) {
    long operatorId = Arguments.id(operatorIdText);
    return others.change(
        operator,
        "CHANGE_OPERATOR",
        operatorId,
        body.inWords(),
        (giver, before) -> {
          if (body.superAdmin() != null) {
            giver.requireSuperAdmin();
          }
          boolean more = Boolean.TRUE.equals(body.superAdmin()) && !before.superAdmin();
          staff.change(
              operatorId, body.displayName(), body.status(), more ? null : body.superAdmin());
          Approval asked =
              more
                  ? superAdmins
                      .make(giver, operator, operatorId, before.name(), body.reason())
                      .orElse(null)
                  : null;
          return view(others.existing(operatorId), groups(), asked);
        });
  }

  @Operation(
      summary = "Delete an operator; what he did stays on record",
      description =
          "Needs `OPERATOR_WRITE`, all that the operator may do, and a fresh proof. His logins"
              + " end. His name is free for another one, who is somebody else.")
  @DeleteMapping("/admin/v1/operators/{operatorId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(Operator operator, @PathVariable("operatorId") String operatorIdText) {
    long operatorId = Arguments.id(operatorIdText);
    var _ =
        others.change(
            operator,
            "DELETE_OPERATOR",
            operatorId,
            "",
            (_, _) -> {
              staff.leaveGroups(operatorId);
              sessions.endAll(operatorId);
              return staff.delete(operatorId, clock.instant());
            });
  }

  @Operation(
      summary = "Give an operator a temporary password, shown once; all his logins end",
      description =
          "Needs `OPERATOR_WRITE`, all that the operator may do, and a fresh proof. The password"
              + " is kept nowhere: who lost the answer makes another one.")
  @PostMapping("/admin/v1/operators/{operatorId}:resetPassword")
  TemporaryPassword resetPassword(
      Operator operator,
      @PathVariable("operatorId") String operatorIdText,
      @Valid @RequestBody AccountAdminController.Reason body) {
    long operatorId = Arguments.id(operatorIdText);
    String password = RandomText.of(random, 18);
    String hash = passwords.hash(password); // takes long, so before rights are locked
    return others.change(
        operator,
        "RESET_OPERATOR_PASSWORD",
        operatorId,
        body.reason(),
        (_, _) -> {
          passwords.reset(operatorId, hash);
          return new TemporaryPassword(password);
        });
  }

  @Operation(
      summary = "List all that an operator may do, and through which grants",
      description = "Needs `OPERATOR_READ`.")
  @GetMapping("/admin/v1/operators/{operatorId}/effective")
  Effective effective(Operator operator, @PathVariable("operatorId") String operatorIdText) {
    long operatorId = Arguments.id(operatorIdText);
    var _ = actions.require(operator, Permission.OPERATOR_READ, "VIEW_OPERATORS", null);
    boolean superAdmin = others.existing(operatorId).superAdmin();
    List<Grant> grants = rights.grantsOf(operatorId);
    List<Right> found = new ArrayList<>();
    for (Permission permission : Permission.values()) {
      List<CellView> cells =
          grants.stream()
              .filter(grant -> grant.permissions().contains(permission))
              .map(CellView::of)
              .toList();
      if (superAdmin) {
        found.add(new Right(permission, List.of(CellView.EVERYTHING)));
      } else if (!cells.isEmpty()) {
        found.add(new Right(permission, cells));
      }
    }
    return new Effective(superAdmin, found);
  }

  @Operation(
      summary = "Tell why an operator may do something somewhere, or may not",
      description = "Needs `OPERATOR_READ`.")
  @GetMapping("/admin/v1/operators/{operatorId}:explain")
  Explanation explain(
      Operator operator,
      @PathVariable("operatorId") String operatorIdText,
      @RequestParam Permission permission,
      @Parameter(description = "Absent asks for all servers") @RequestParam(required = false)
          @Nullable String serverId,
      @Parameter(description = "Absent asks for all channels") @RequestParam(required = false)
          @Nullable String channel) {
    long operatorId = Arguments.id(operatorIdText);
    var _ = actions.require(operator, Permission.OPERATOR_READ, "VIEW_OPERATORS", null);
    if (others.existing(operatorId).superAdmin()) {
      return new Explanation(true, true, List.of("super admin"), List.of());
    }
    List<Grant> grants =
        rights.grantsOf(operatorId).stream()
            .filter(grant -> grant.permissions().contains(permission))
            .toList();
    if (grants.isEmpty()) {
      return new Explanation(false, false, List.of("no group of his has " + permission), List.of());
    }
    List<String> holding = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<Considered> considered = new ArrayList<>();
    for (Grant grant : grants) {
      Cell cell = grant.cell();
      boolean servers =
          !permission.scoped()
              || (serverId == null ? cell.servers().all() : cell.servers().contains(serverId));
      boolean channels =
          !permission.scoped()
              || (channel == null ? cell.channels().all() : cell.channels().contains(channel));
      considered.add(
          new Considered(
              Long.toString(grant.grantId()),
              Long.toString(grant.groupId()),
              grant.groupName(),
              servers,
              channels));
      String name = "grant %d of group %s".formatted(grant.grantId(), grant.groupName());
      if (servers && channels) {
        holding.add(name);
      } else {
        missing.add(
            name
                + (servers ? "" : " is not for " + (serverId == null ? "all servers" : serverId))
                + (servers || channels ? "" : " and")
                + (channels ? "" : " is not for " + (channel == null ? "all channels" : channel)));
      }
    }
    boolean allowed = !holding.isEmpty();
    return new Explanation(allowed, false, allowed ? holding : missing, considered);
  }

  private Map<Long, List<GroupOf>> groups() {
    return staff.members().stream()
        .collect(
            Collectors.groupingBy(
                StaffMapper.MemberRow::operatorId,
                Collectors.mapping(
                    row -> new GroupOf(Long.toString(row.groupId()), row.groupName()),
                    Collectors.toList())));
  }

  private static OperatorDetails view(
      StaffMapper.OperatorRow row, Map<Long, List<GroupOf>> groups, @Nullable Approval asked) {
    return new OperatorDetails(
        Long.toString(row.operatorId()),
        row.name(),
        row.displayName(),
        row.status(),
        row.superAdmin(),
        row.totpEnabled(),
        groups.getOrDefault(row.operatorId(), List.of()),
        row.lastLoginAt(),
        asked == null ? null : asked.approvalId());
  }

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   */
  record OperatorList(List<OperatorDetails> operators, @Nullable String next) {}

  /**
   * An operator.
   *
   * @param status {@code ACTIVE} or {@code DISABLED}
   * @param totpEnabled whether his logins take a second factor
   * @param approvalId what another super admin has to approve before he is one; only in the answer
   *     to who asked for it, and then the status is 202
   */
  record OperatorDetails(
      String operatorId,
      String name,
      String displayName,
      String status,
      boolean superAdmin,
      boolean totpEnabled,
      List<GroupOf> groups,
      @Nullable Instant lastLoginAt,
      @Nullable String approvalId)
      implements AskedFor {}

  /** A group that an operator is in. */
  record GroupOf(String groupId, String name) {}

  /**
   * What is absent stays.
   *
   * @param superAdmin only a super admin changes it
   * @param reason for the audit, and for who approves a super admin
   */
  record OperatorChange(
      @Nullable @Size(max = 64, message = "must have at most 64 characters") String displayName,
      @Nullable @Pattern(regexp = "ACTIVE|DISABLED", message = "must be ACTIVE or DISABLED")
          String status,
      @Nullable Boolean superAdmin,
      @Nullable @Size(max = 255, message = "must have at most 255 characters") String reason) {
    String inWords() {
      return new InWords()
          .with("displayName", displayName)
          .with("status", status)
          .with("superAdmin", superAdmin)
          .with("reason", reason)
          .text();
    }
  }

  /** To be changed by its owner. Its text form is redacted. */
  record TemporaryPassword(String temporaryPassword) {
    @Override
    public String toString() {
      return "TemporaryPassword[REDACTED]";
    }
  }

  /**
   * @param rights those he has somewhere
   */
  record Effective(boolean superAdmin, List<Right> rights) {}

  /**
   * @param cells where; a right holds where one of them holds both the server and the channel
   */
  record Right(Permission permission, List<CellView> cells) {}

  /**
   * @param servers {@code "ALL"} or a list, with those of server groups
   * @param channels {@code "ALL"} or a list
   * @param groupId absent for super admins, as the next two are
   */
  record CellView(
      Reach.Ids servers,
      Reach.Ids channels,
      @Nullable String groupId,
      @Nullable String groupName,
      @Nullable String grantId) {
    static final CellView EVERYTHING =
        new CellView(
            new Reach.Ids(Cell.EVERYTHING.servers()),
            new Reach.Ids(Cell.EVERYTHING.channels()),
            null,
            null,
            null);

    static CellView of(Grant grant) {
      return new CellView(
          new Reach.Ids(grant.cell().servers()),
          new Reach.Ids(grant.cell().channels()),
          Long.toString(grant.groupId()),
          grant.groupName(),
          Long.toString(grant.grantId()));
    }
  }

  /**
   * @param superAdmin may do everything, so that grants do not matter
   * @param because the grants that hold; if none does, what the others lack
   * @param grants those of his with the permission, each with what it is for
   */
  record Explanation(
      boolean allowed, boolean superAdmin, List<String> because, List<Considered> grants) {}

  /**
   * A grant with the permission; it holds when it is for both.
   *
   * @param servers whether it is for the servers that were asked for
   * @param channels whether it is for the channels that were asked for
   */
  @Schema(name = "ConsideredGrant")
  record Considered(
      String grantId, String groupId, String groupName, boolean servers, boolean channels) {}
}
