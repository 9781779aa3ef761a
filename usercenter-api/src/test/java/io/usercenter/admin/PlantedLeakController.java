package io.usercenter.admin;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.ScopeGuard;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What somebody might write who forgets the scope; only there when a test asks for it. */
@RestController
@ConditionalOnProperty("planted.leak")
final class PlantedLeakController {
  private final Accounts accounts;

  PlantedLeakController(Accounts accounts) {
    this.accounts = accounts;
  }

  @GetMapping("/admin/v1/planted/forgotten/{userId}")
  Found forgotten(Operator operator, @PathVariable UserId userId) {
    return answer(accounts.byId(userId));
  }

  /** As if there were no guard. */
  @GetMapping("/admin/v1/planted/unguarded/{userId}")
  Found unguarded(Operator operator, @PathVariable UserId userId) {
    return answer(ScopeGuard.trusting(() -> accounts.byId(userId)));
  }

  private static Found answer(Optional<Account> account) {
    return account
        .map(found -> new Found(found.userId(), found.username()))
        .orElseThrow(() -> new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "no account has the id"));
  }

  record Found(UserId userId, String username) {}
}
