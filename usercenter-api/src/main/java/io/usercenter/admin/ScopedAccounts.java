package io.usercenter.admin;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.role.Role;
import io.usercenter.role.RoleDirectory;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;

/** Accounts as far as an operator may know of them: what is out of his scope is not there. */
@Component
final class ScopedAccounts {
  private final Accounts accounts;
  private final RoleDirectory roles;

  ScopedAccounts(Accounts accounts, RoleDirectory roles) {
    this.accounts = accounts;
    this.roles = roles;
  }

  /** One that he may act on as a whole; 404 for all others. */
  Account whole(Scope scope, UserId userId) {
    return accounts.wholeWithin(scope, userId).orElseThrow(() -> noAccount(userId));
  }

  /** One that he may see; 404 for all others. */
  Account visible(Scope scope, UserId userId) {
    return accounts.within(scope, userId).orElseThrow(() -> noAccount(userId));
  }

  /** Where an account is that was found to be wholly in scope. Is kept, and not answered. */
  Whereabouts whereabouts(Account account) {
    return Whereabouts.of(
        account.channel(), ScopeGuard.trusting(() -> serversOf(account.userId())));
  }

  /** Whether there is no such account any more, whoever asks. */
  boolean gone(UserId userId) {
    return ScopeGuard.trusting(() -> accounts.byId(userId)).isEmpty();
  }

  static ApiException noAccount(UserId userId) {
    return new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "no account has the id " + userId);
  }

  private Set<String> serversOf(UserId userId) {
    try {
      return roles.withDeleted(userId).stream()
          .map(Role::serverId)
          .map(server -> server.value())
          .collect(Collectors.toSet());
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("reading the roles of user " + userId, e);
    }
  }
}
