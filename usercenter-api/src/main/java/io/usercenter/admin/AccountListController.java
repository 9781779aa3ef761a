package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.account.AccountSearch;
import io.usercenter.account.AccountStatus;
import io.usercenter.account.ListedAccount;
import io.usercenter.id.Shard;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PageSize;
import io.usercenter.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists of accounts, over all shards. {@code docs/operators-queries.md} */
@RestController
final class AccountListController {
  private static final int MOST = 100;
  private static final Instant EARLIEST = Instant.parse("1970-01-02T00:00:00Z");

  private final AccountSearch search;
  private final Imports imports;
  private final AdminActions actions;
  private final InstantSource clock;

  AccountListController(
      AccountSearch search, Imports imports, AdminActions actions, InstantSource clock) {
    this.search = search;
    this.imports = imports;
    this.actions = actions;
    this.clock = clock;
  }

  @Operation(
      summary = "List accounts by channel, status and time of registration, newest ids first",
      description =
          "Needs `ACCOUNT_LIST`. A page may be short, or empty, although there is a `next`: each"
              + " shard looks at a bounded number of accounts for it, so go on until there is"
              + " none. What the `missingShards` hold is left out.")
  @GetMapping("/admin/v1/accounts:list")
  AccountList list(
      Operator operator,
      @RequestParam(required = false) @Nullable String channel,
      @RequestParam(required = false) @Nullable AccountStatus status,
      @RequestParam(required = false) @Nullable Instant registeredFrom,
      @RequestParam(required = false) @Nullable Instant registeredTo,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit)
      throws InterruptedException {
    Scope scope = actions.require(operator, Permission.ACCOUNT_LIST, "LIST_ACCOUNTS", null);
    Arguments.requireLimit(limit, MOST);
    Instant now = clock.instant();
    Instant from = registeredFrom == null ? EARLIEST : registeredFrom;
    Instant to = registeredTo == null ? now.plus(Duration.ofDays(1)) : registeredTo;
    if (!from.isBefore(to) || to.isAfter(BanTerms.LATEST) || from.isBefore(EARLIEST)) {
      throw new ApiException(
          ErrorCode.VALIDATION_FAILED, "registeredFrom must be before registeredTo");
    }
    Instant imported = imports.lastEnd().orElse(to);
    AccountSearch.Wanted wanted =
        new AccountSearch.Wanted(
            scope, channel, status, from, to, imported.isAfter(to) ? imported : to);
    try {
      return AccountList.of(search.list(wanted, after, limit));
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, "after is no next of an answer");
    }
  }

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   * @param missingShards could not be asked, or did not answer in time: what they hold is left out
   */
  record AccountList(
      List<ListedAccount> accounts, @Nullable String next, List<String> missingShards) {
    static AccountList of(AccountSearch.Page page) {
      return new AccountList(
          page.accounts(),
          page.next(),
          page.away().stream().sorted().map(Shard::toString).toList());
    }
  }
}
