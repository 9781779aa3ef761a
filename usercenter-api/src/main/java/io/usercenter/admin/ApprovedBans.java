package io.usercenter.admin;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalDesk;
import io.usercenter.approval.ApprovalKind;
import io.usercenter.approval.Approvals;
import io.usercenter.approval.ApprovedWork;
import io.usercenter.approval.UnfinishedException;
import io.usercenter.ban.BanBatch;
import io.usercenter.ban.BanBatches;
import io.usercenter.ban.BanOrder;
import io.usercenter.ban.BanScope;
import io.usercenter.id.UserId;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectMapper;

/**
 * Batches of bans that two operators want. What is asked for names the accounts by their ids, so
 * that nobody is banned for a name that changed hands meanwhile.
 */
@Component
final class ApprovedBans implements ApprovedWork, ApprovedKinds.Kind {
  private final ApprovalDesk desk;
  private final BanBatches batches;
  private final BanBatchRuns runs;
  private final Accounts accounts;
  private final ScopedAccounts scoped;
  private final ObjectMapper json;
  private final InstantSource clock;

  ApprovedBans(
      ApprovalDesk desk,
      BanBatches batches,
      BanBatchRuns runs,
      Accounts accounts,
      ScopedAccounts scoped,
      ObjectMapper json,
      InstantSource clock) {
    this.desk = desk;
    this.batches = batches;
    this.runs = runs;
    this.accounts = accounts;
    this.scoped = scoped;
    this.json = json;
    this.clock = clock;
  }

  @Override
  public ApprovalKind kind() {
    return ApprovalKind.BAN_BATCH;
  }

  @Override
  public Permission needed() {
    return Permission.BAN_BATCH;
  }

  Approval ask(
      Operator operator,
      Scope scope,
      BanTerms terms,
      List<BanBatches.Wanted> wanted,
      BanOrder order) {
    // Who is out of scope is unknown, like who is not there.
    List<Payload.Item> items = new ArrayList<>();
    Whereabouts whereabouts = Whereabouts.NOBODY;
    for (BanBatches.Wanted one : wanted) {
      Optional<Account> found = found(scope, one);
      items.add(new Payload.Item(one.text(), found.map(Account::userId).orElse(null)));
      if (found.isPresent()) {
        whereabouts = whereabouts.and(scoped.whereabouts(found.get()));
      }
    }
    Payload payload =
        new Payload(
            order.scope(),
            order.target(),
            order.reasonCode(),
            order.message(),
            terms.from(),
            order.until(),
            items);
    return desk.ask(
        operator.person(),
        new Approvals.Wish(
            kind(),
            null,
            json.writeValueAsString(payload),
            "ban %d accounts, %s until %s for %s"
                .formatted(
                    wanted.size(),
                    order.scope(),
                    order.until() == null ? "for ever" : order.until(),
                    order.reasonCode()),
            whereabouts.text(),
            order.reasonCode()));
  }

  private Optional<Account> found(Scope scope, BanBatches.Wanted wanted) {
    if (wanted.userId() != null) {
      return accounts.wholeWithin(scope, wanted.userId());
    }
    return wanted.username() == null
        ? Optional.empty()
        : accounts
            .byNameWithin(scope, wanted.username())
            .flatMap(account -> accounts.wholeWithin(scope, account.userId()));
  }

  @Override
  public boolean within(Scope scope, Approval approval) {
    return read(approval).items().stream()
        .map(Payload.Item::userId)
        .filter(Objects::nonNull)
        .allMatch(userId -> accounts.wholeWithin(scope, userId).isPresent() || scoped.gone(userId));
  }

  @Override
  public String carryOut(Approval approval) {
    Payload payload = read(approval);
    BanOrder order = payload.order(clock.instant(), approval.maker());
    List<BanBatches.Wanted> wanted =
        payload.items().stream()
            .map(item -> new BanBatches.Wanted(item.wanted(), item.userId(), null))
            .toList();
    // The batch has the name of the approval: who goes on with it finds what was begun.
    // That all are in the scope of both was looked at when they asked and approved.
    BanBatch after =
        ScopeGuard.trusting(
            () ->
                runs.goneOnWith(
                    Scope.EVERYTHING,
                    approval.maker(),
                    batches.create(Scope.EVERYTHING, approval.approvalId(), wanted, order)));
    Map<BanBatch.Outcome, Long> counts =
        after.items().stream()
            .collect(
                Collectors.groupingBy(BanBatch.Item::result, TreeMap::new, Collectors.counting()));
    String result = after.batchId() + ": " + counts;
    if (after.undoneAt() == null && after.items().stream().anyMatch(BanBatch.Item::open)) {
      throw new UnfinishedException(result);
    }
    return result;
  }

  private Payload read(Approval approval) {
    return json.readValue(approval.payload(), Payload.class);
  }

  /**
   * @param reasonCode as in {@link BanTerms}, like all others
   * @param items whom it bans
   */
  record Payload(
      BanScope scope,
      String target,
      String reasonCode,
      String message,
      @Nullable Instant from,
      @Nullable Instant until,
      List<Item> items)
      implements BanTerms {
    /**
     * @param userId null: there was no such account
     */
    record Item(String wanted, @Nullable UserId userId) {}
  }
}
