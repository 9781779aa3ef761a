package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.Account;
import io.usercenter.account.AccountStatus;
import io.usercenter.account.Accounts;
import io.usercenter.audit.AuditEntry;
import io.usercenter.audit.AuditLog;
import io.usercenter.ban.Ban;
import io.usercenter.ban.Bans;
import io.usercenter.deletion.Deletions;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.role.Role;
import io.usercenter.role.RoleDirectory;
import io.usercenter.role.RoleOwner;
import io.usercenter.roleevent.InvalidRoleEventException;
import io.usercenter.roleevent.RoleId;
import io.usercenter.scope.Scope;
import io.usercenter.session.Session;
import io.usercenter.session.SessionId;
import io.usercenter.session.Sessions;
import io.usercenter.shard.ShardVisits;
import io.usercenter.token.RevocationReason;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Finding an account, and all there is to know about it. */
@RestController
final class AccountAdminController {
  private final Accounts accounts;
  private final Sessions sessions;
  private final Bans bans;
  private final Deletions deletions;
  private final RoleDirectory roles;
  private final AuditLog audit;
  private final AdminActions actions;
  private final AccountFinder finder;
  private final InstantSource clock;

  AccountAdminController(
      Accounts accounts,
      Sessions sessions,
      Bans bans,
      Deletions deletions,
      RoleDirectory roles,
      AuditLog audit,
      AdminActions actions,
      AccountFinder finder,
      InstantSource clock) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.bans = bans;
    this.deletions = deletions;
    this.roles = roles;
    this.audit = audit;
    this.actions = actions;
    this.finder = finder;
    this.clock = clock;
  }

  @Operation(
      summary = "Find an account by exactly one of username, user id, role id, identity",
      description =
          "Needs `ACCOUNT_READ`, by `roleId` also `ROLE_READ`. None found is an empty list;"
              + " several are for a role id that several game servers use. Asks the one or two"
              + " shards that must know, and no cache.")
  @GetMapping("/admin/v1/accounts")
  Accounted find(
      Operator operator,
      @RequestParam(required = false) @Nullable String username,
      @RequestParam(required = false) @Nullable UserId userId,
      @RequestParam(required = false) @Nullable String roleId,
      @Parameter(description = "Provider, a colon, subject: `email:ayla@example.com`")
          @RequestParam(required = false)
          @Nullable String identity) {
    Scope scope = actions.require(operator, Permission.ACCOUNT_READ, "FIND_ACCOUNT", userId);
    if (Stream.of(username, userId, roleId, identity).filter(p -> p != null).count() != 1) {
      throw new ApiException(
          ErrorCode.VALIDATION_FAILED, "give exactly one of username, userId, roleId, identity");
    }
    Instant begun = clock.instant();
    try (ShardVisits visits = ShardVisits.open()) {
      List<Account> found;
      if (username != null) {
        found = finder.byName(scope, username);
      } else if (userId != null) {
        found = accounts.within(scope, userId).stream().toList();
      } else if (roleId != null) {
        found = ownersOf(operator, scope, roleId);
      } else {
        found = finder.byIdentity(scope, String.valueOf(identity));
      }
      List<AccountView> views = found.stream().map(account -> view(operator, account)).toList();
      return new Accounted(
          views, Lookup.of(visits, views, Duration.between(begun, clock.instant())));
    }
  }

  @Operation(
      summary = "Show an account with its standing ban and its characters",
      description =
          "Needs `ACCOUNT_READ`; the ban is there for who has `BAN_READ` as well, the characters"
              + " for who has `ROLE_READ`.")
  @GetMapping("/admin/v1/accounts/{userId}")
  AccountView byId(Operator operator, @PathVariable UserId userId) {
    Scope scope = actions.require(operator, Permission.ACCOUNT_READ, "VIEW_ACCOUNT", userId);
    return view(operator, existing(scope, userId));
  }

  @Operation(
      summary = "List the characters of an account, deleted ones included",
      description = "Needs `ROLE_READ`.")
  @GetMapping("/admin/v1/accounts/{userId}/roles")
  RolesView rolesOf(
      Operator operator,
      @PathVariable UserId userId,
      @RequestParam(required = false) @Nullable String serverId) {
    Scope scope = actions.require(operator, Permission.ROLE_READ, "VIEW_ROLES", userId);
    var _ = existing(scope, userId);
    return new RolesView(
        rolesOf(scope, userId).stream()
            .filter(role -> serverId == null || role.serverId().equals(serverId))
            .toList());
  }

  @Operation(
      summary = "List the newest 100 sessions of an account, ended ones included",
      description = "Needs `ACCOUNT_READ`. Devices and addresses are masked; `:reveal` shows them.")
  @GetMapping("/admin/v1/accounts/{userId}/sessions")
  SessionsView sessionsOf(Operator operator, @PathVariable UserId userId) {
    Scope scope = actions.require(operator, Permission.ACCOUNT_READ, "VIEW_SESSIONS", userId);
    var _ = existing(scope, userId);
    return new SessionsView(sessions.within(scope, userId).stream().map(SessionView::of).toList());
  }

  @Operation(
      summary = "List the newest 100 bans of an account, those that are over included",
      description = "Needs `BAN_READ`.")
  @GetMapping("/admin/v1/accounts/{userId}/bans")
  BansView bansOf(Operator operator, @PathVariable UserId userId) {
    Scope scope = actions.require(operator, Permission.BAN_READ, "VIEW_BANS", userId);
    var _ = existing(scope, userId);
    return new BansView(bans.within(scope, userId));
  }

  @Operation(
      summary = "List the newest 100 lines of the audit about an account",
      description =
          "Needs `AUDIT_READ` for the whole account. They outlive it, then for who may see"
              + " everything.")
  @GetMapping("/admin/v1/accounts/{userId}/audit")
  AuditView auditOf(Operator operator, @PathVariable UserId userId) {
    Scope scope = actions.require(operator, Permission.AUDIT_READ, "VIEW_AUDIT", userId);
    // What is noted may be about any of its servers. It outlives the account.
    if (!scope.everything() && accounts.wholeWithin(scope, userId).isEmpty()) {
      throw noAccount(userId);
    }
    return new AuditView(audit.about(userId));
  }

  @Operation(
      summary = "End all sessions of an account and every access token it has",
      description =
          "Needs `ACCOUNT_KICK` for the whole account. The player may log in again at once; a ban"
              + " keeps him out.")
  @Idempotent
  @PostMapping("/admin/v1/accounts/{userId}:forceLogout")
  LoggedOut forceLogout(
      Operator operator, @PathVariable UserId userId, @Valid @RequestBody Reason body) {
    return actions.run(
        operator,
        Permission.ACCOUNT_KICK,
        "FORCE_LOGOUT",
        userId,
        body.reason(),
        scope ->
            sessions
                .endAllWithin(scope, userId, RevocationReason.KICKED)
                .map(LoggedOut::new)
                .orElseThrow(() -> noAccount(userId)));
  }

  @Operation(
      summary = "Have an account erased after the cooling-off; all its sessions end now",
      description =
          "Needs `ACCOUNT_DELETE` for the whole account and a fresh proof. Until `eraseAfter` its"
              + " player or an operator may restore it. Asking again changes nothing.")
  @PostMapping("/admin/v1/accounts/{userId}:delete")
  AccountView delete(
      Operator operator, @PathVariable UserId userId, @Valid @RequestBody Reason body) {
    return actions.run(
        operator,
        Permission.ACCOUNT_DELETE,
        "DELETE_ACCOUNT",
        userId,
        body.reason(),
        scope -> {
          if (deletions.request(userId, () -> accounts.lockedWithin(scope, userId)).isEmpty()) {
            throw noAccount(userId);
          }
          return view(operator, existing(scope, userId));
        });
  }

  @Operation(
      summary = "Take the deletion of an account back",
      description =
          "Needs `ACCOUNT_DELETE` for the whole account and a fresh proof. An account that is to"
              + " stay is left as it is. Sessions do not come back.")
  @PostMapping("/admin/v1/accounts/{userId}:restore")
  AccountView restore(
      Operator operator, @PathVariable UserId userId, @Valid @RequestBody Reason body) {
    return actions.run(
        operator,
        Permission.ACCOUNT_DELETE,
        "RESTORE_ACCOUNT",
        userId,
        body.reason(),
        scope ->
            view(
                operator,
                deletions
                    .restore(userId, () -> accounts.lockedWithin(scope, userId))
                    .orElseThrow(() -> noAccount(userId))));
  }

  /** With what the operator may know besides. */
  private AccountView view(Operator operator, Account account) {
    return new AccountView(
        account.userId(),
        account.username(),
        account.displayName(),
        account.nickname(),
        account.status(),
        account.eraseAfter(),
        account.channel(),
        account.userId().shard().toString(),
        account.registerTime(),
        account.lastLoginTime(),
        bans.activeWithin(operator.scope(Permission.BAN_READ), account.userId()).account(),
        rolesOf(operator.scope(Permission.ROLE_READ), account.userId()));
  }

  private Account existing(Scope scope, UserId userId) {
    return accounts.within(scope, userId).orElseThrow(() -> noAccount(userId));
  }

  private List<RoleView> rolesOf(Scope scope, UserId userId) {
    try {
      return roles.withDeleted(scope, userId).stream().map(RoleView::of).toList();
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("reading the roles of user " + userId, e);
    }
  }

  /** The locator knows the servers of roles, but not their channels; the account's shard does. */
  private List<Account> ownersOf(Operator operator, Scope scope, String roleId) {
    Scope ofRoles = operator.scope(Permission.ROLE_READ);
    try {
      return roles.byRoleId(ofRoles, new RoleId(roleId)).stream()
          .map(RoleOwner::userId)
          .distinct()
          .map(owner -> accounts.within(scope, owner))
          .flatMap(Optional::stream)
          .filter(
              account ->
                  rolesOf(ofRoles, account.userId()).stream()
                      .anyMatch(role -> role.roleId().equals(roleId)))
          .toList();
    } catch (InvalidRoleEventException e) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("looking for the role " + roleId, e);
    }
  }

  private static ApiException noAccount(UserId userId) {
    return new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "no account has the id " + userId);
  }

  /**
   * @param accounts none, one, or several for a role id that several game servers use
   */
  record Accounted(List<AccountView> accounts, Lookup lookup) {}

  /**
   * How it was found. When nothing was, it does not tell whether there is something out of scope.
   *
   * @param shards how many were asked: 1, or 2 when what was given leads from one shard to another,
   *     as role ids, identities and names that were changed do
   * @param shard of the account, two digits; absent when there is none, or several
   * @param visited all that were asked
   * @param elapsedMs absent when nothing was found
   */
  record Lookup(
      int shards, @Nullable String shard, List<String> visited, @Nullable Long elapsedMs) {
    private static final Lookup IN_VAIN = new Lookup(1, null, List.of(), null);

    static Lookup of(ShardVisits visits, List<AccountView> found, Duration elapsed) {
      if (found.isEmpty()) {
        return IN_VAIN;
      }
      return new Lookup(
          visits.shardCount(),
          found.size() == 1 ? found.getFirst().shard() : null,
          visits.shards().stream().map(Shard::toString).toList(),
          elapsed.toMillis());
    }
  }

  /**
   * An account as operators see it.
   *
   * @param eraseAfter absent when it is to stay
   * @param shard two digits
   * @param activeBan absent when there is none
   * @param roles on all game servers, deleted ones included
   */
  @Schema(name = "AdminAccountView")
  record AccountView(
      UserId userId,
      String username,
      String displayName,
      @Nullable String nickname,
      AccountStatus status,
      @Nullable Instant eraseAfter,
      String channel,
      String shard,
      Instant registeredAt,
      @Nullable Instant lastLoginAt,
      @Nullable Ban activeBan,
      List<RoleView> roles) {}

  /**
   * A character as operators see it.
   *
   * @param state {@code ACTIVE} or {@code DELETED}
   */
  @Schema(name = "AdminRoleView")
  record RoleView(
      String roleId,
      String serverId,
      String name,
      int level,
      String job,
      long power,
      String channel,
      @Nullable Instant lastLoginAt,
      String state,
      int serverEpoch,
      long revision,
      @Nullable Instant createdAt) {
    static RoleView of(Role role) {
      return new RoleView(
          role.roleId().value(),
          role.serverId().value(),
          role.name(),
          role.level(),
          role.job(),
          role.power(),
          role.channel(),
          role.lastLoginAt(),
          role.state().name(),
          role.version().serverEpoch(),
          role.version().revision(),
          role.createdAt());
    }
  }

  /** Characters. */
  record RolesView(List<RoleView> roles) {}

  /** Sessions, newest first. */
  record SessionsView(List<SessionView> sessions) {}

  /**
   * A session as operators see it.
   *
   * @param endedAt absent while it lives
   */
  @Schema(name = "AdminSessionView")
  record SessionView(
      SessionId sessionId,
      String deviceClass,
      @Nullable Masked deviceId,
      String channel,
      Instant createdAt,
      @Nullable Masked createdIp,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable Instant endedAt,
      @Nullable String endReason) {
    static SessionView of(Session session) {
      return new SessionView(
          session.sessionId(),
          session.deviceClass(),
          Masked.device(session.deviceId()),
          session.channel(),
          session.createdAt(),
          Masked.ip(session.createdIp()),
          session.lastUsedAt(),
          session.expiresAt(),
          session.endedAt(),
          session.endReason());
    }
  }

  /** Bans, newest first. */
  record BansView(List<Ban> bans) {}

  /** What operators did to the account, newest first. */
  record AuditView(List<AuditEntry> entries) {}

  /** Why an operator does it. */
  record Reason(
      @NotBlank(message = "is missing")
          @Size(max = 255, message = "must have at most 255 characters")
          String reason) {}

  /**
   * @param sessionsEnded how many were alive
   */
  record LoggedOut(int sessionsEnded) {}
}
