package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.usercenter.audit.AuditChain;
import io.usercenter.audit.AuditEntry;
import io.usercenter.audit.AuditLog;
import io.usercenter.audit.AuditSearch;
import io.usercenter.audit.AuditVerdict;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.PageSize;
import io.usercenter.scope.Scope;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What operators did and tried, and whether the record of it is whole. */
@RestController
final class AuditAdminController {
  private static final Pattern WITNESS = Pattern.compile("([0-9]{1,18}):([0-9a-f]{64})");
  private static final int MOST = 100;

  private final AuditLog audit;
  private final AuditChain chain;
  private final ScopedAccounts accounts;
  private final AdminActions actions;

  AuditAdminController(
      AuditLog audit, AuditChain chain, ScopedAccounts accounts, AdminActions actions) {
    this.audit = audit;
    this.chain = chain;
    this.accounts = accounts;
    this.actions = actions;
  }

  @Operation(
      summary = "Search the audit by operator, action, player, outcome and time, newest first",
      description =
          "Needs `AUDIT_READ` everywhere, or with `targetUserId` for the whole of that account.")
  @GetMapping("/admin/v1/audit")
  AuditPage search(
      Operator operator,
      @RequestParam(name = "operator", required = false) @Nullable String name,
      @RequestParam(required = false) @Nullable String action,
      @RequestParam(required = false) @Nullable UserId targetUserId,
      @RequestParam(required = false) @Nullable String outcome,
      @Parameter(description = "Not before") @RequestParam(required = false) @Nullable Instant from,
      @Parameter(description = "Before") @RequestParam(required = false) @Nullable Instant to,
      @Parameter(description = "The `next` of an answer") @RequestParam(required = false)
          @Nullable Long after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit) {
    Scope scope = actions.require(operator, Permission.AUDIT_READ, "SEARCH_AUDIT", targetUserId);
    if (!scope.everything()) {
      if (targetUserId == null) {
        actions.requireEverywhere(operator, Permission.AUDIT_READ, "SEARCH_AUDIT", null);
      } else {
        var _ = accounts.whole(scope, targetUserId);
      }
    }
    Arguments.requireLimit(limit, MOST);
    List<AuditEntry> page =
        audit.search(new AuditSearch(name, action, targetUserId, outcome, from, to, after), limit);
    return new AuditPage(
        page, page.size() < limit ? null : Long.toString(page.getLast().auditId()));
  }

  @Operation(
      summary = "Check that nobody changed the audit, about two million lines in one call",
      description =
          "Needs `AUDIT_VERIFY`. Go on with `next` as `after` until there is none. Keep the `head`"
              + " elsewhere and send it as `witness` the next time.")
  @GetMapping("/admin/v1/audit:verify")
  AuditVerdict verify(
      Operator operator,
      @Parameter(description = "Only lines since") @RequestParam(required = false)
          @Nullable Instant from,
      @Parameter(description = "Only lines before") @RequestParam(required = false)
          @Nullable Instant to,
      @Parameter(description = "The `next` of an answer; 0 begins")
          @RequestParam(defaultValue = "0")
          long after,
      @Parameter(
              description =
                  "The `head` of an earlier answer that was kept elsewhere: the chain must still"
                      + " hold it")
          @RequestParam(required = false)
          @Nullable String witness) {
    actions.requireEverywhere(operator, Permission.AUDIT_VERIFY, "VERIFY_AUDIT", null);
    AuditVerdict verdict =
        chain.verify(from, to, Math.max(0, after), witness == null ? null : parsed(witness));
    audit.add(
        operator.name(),
        "VERIFY_AUDIT",
        null,
        "%d lines, %d bad".formatted(verdict.verified(), verdict.bad()),
        "DONE",
        operator.ip());
    return verdict;
  }

  private static AuditChain.Witness parsed(String witness) {
    Matcher parts = WITNESS.matcher(witness);
    if (!parts.matches()) {
      throw ApiException.invalid("witness", "is no head of an answer");
    }
    return new AuditChain.Witness(Long.parseLong(parts.group(1)), parts.group(2));
  }

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   */
  record AuditPage(List<AuditEntry> entries, @Nullable String next) {}
}
