package io.usercenter.ban;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.shard.DatabaseUnavailableException;
import io.usercenter.shard.WriteRefusal;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bans of many accounts at once: one transaction for each, so that a shard that is away costs its
 * own accounts only. A batch is written down before it bans anybody; it can be repeated, which bans
 * nobody twice, and undone, which lifts what it did and nothing else.
 */
public final class BanBatches {
  private static final String PREFIX = "bb_";

  private final BanBatchMapper mapper;
  private final Bans bans;
  private final Accounts accounts;
  private final AdminTransactions transactions;
  private final Idempotency idempotency;
  private final InstantSource clock;

  BanBatches(
      BanBatchMapper mapper,
      Bans bans,
      Accounts accounts,
      AdminTransactions transactions,
      Idempotency idempotency,
      InstantSource clock) {
    this.mapper = mapper;
    this.bans = bans;
    this.accounts = accounts;
    this.transactions = transactions;
    this.idempotency = idempotency;
    this.clock = clock;
  }

  /** What the batch would do now. Nothing is written. */
  public List<BanBatch.Item> dryRun(Scope scope, List<Wanted> wanted, BanOrder order) {
    return resolved(scope, items(wanted), nameOf(wanted)).stream()
        .map(item -> item.open() ? stepped(item, user -> bans.wouldBan(scope, user, order)) : item)
        .toList();
  }

  /**
   * Writes a batch down, or finds what this request wrote down before its process died. Nobody is
   * banned yet.
   */
  public BanBatch create(Scope scope, List<Wanted> wanted, BanOrder order) {
    return create(scope, idempotency.freshId(), wanted, order);
  }

  /** The same for something of a name of its own: what has this name is that batch. */
  public BanBatch create(Scope scope, String name, List<Wanted> wanted, BanOrder order) {
    String id = PREFIX + name;
    ScopeGuard.found(id); // his own, whatever becomes of its accounts
    Optional<BanBatch> begun = byId(id);
    if (begun.isPresent()) {
      return begun.get();
    }
    List<BanBatch.Item> items = resolved(scope, items(wanted), nameOf(wanted));
    transactions.in(
        () -> {
          mapper.insert(id, order, clock.instant().truncatedTo(ChronoUnit.MILLIS));
          put(id, items);
          return id;
        });
    return byId(id).orElseThrow();
  }

  /**
   * A batch with its items, also those that are out of scope.
   *
   * @param by who asks: who may not ban everywhere knows his own batches only
   */
  public Optional<BanBatch> byId(Scope scope, String by, String batchId) {
    return mapper
        .byIdWithin(batchId, scope.carried(), scope.everything(), by)
        .map(
            row -> {
              ScopeGuard.found(batchId);
              return row.toBatch(mapper.items(batchId));
            });
  }

  /** What of it may be answered: of accounts that are out of scope, what was asked for only. */
  public BanBatch shown(Scope scope, BanBatch batch) {
    return scope.everything()
        ? batch
        : batch.with(
            batch.items().stream()
                .map(
                    item ->
                        hidden(scope, item.userId())
                            ? new BanBatch.Item(
                                item.position(),
                                item.wanted(),
                                null,
                                BanBatch.Outcome.UNKNOWN,
                                null)
                            : item)
                .toList());
  }

  private boolean hidden(Scope scope, @Nullable UserId user) {
    return user != null
        && !scope.everything()
        && unlessAway(() -> accounts.within(scope, user)).filter(Optional::isPresent).isEmpty();
  }

  private Optional<BanBatch> byId(String batchId) {
    return mapper.byId(batchId).map(row -> row.toBatch(mapper.items(batchId)));
  }

  /** The newest hundred batches that he knows, without their items. */
  public List<BanBatch> newest(Scope scope, String by) {
    return mapper.newestWithin(scope.carried(), scope.everything(), by).stream()
        .map(row -> row.toBatch(List.of()))
        .toList();
  }

  /**
   * Bans the accounts of the batch that it has not banned yet.
   *
   * @param names reads usernames as they were sent
   * @return the batch as it is afterwards
   */
  public BanBatch carryOut(
      Scope scope, BanBatch batch, Function<String, Optional<Username>> names) {
    if (batch.undoneAt() != null) {
      return batch;
    }
    BanOrder order = batch.order();
    List<BanBatch.Item> done = new ArrayList<>();
    for (BanBatch.Item item : resolved(scope, batch.items(), names)) {
      done.add(
          item.open()
              ? stepped(item, user -> bans.banOnce(scope, user, order, batch.batchId()))
              : item);
    }
    put(batch.batchId(), done);
    BanBatch after = byId(batch.batchId()).orElseThrow();
    if (after.undoneAt() != null) {
      // Somebody undid it meanwhile, and may have looked before the last ones were banned.
      var _ = undo(scope, after, String.valueOf(after.undoneBy()));
    }
    return after;
  }

  /** Lifts what the batch did and what still stands. From then on it bans nobody any more. */
  public BanBatch.Undone undo(Scope scope, BanBatch batch, String by) {
    mapper.undo(batch.batchId(), by, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    List<BanBatch.UndoneItem> items = new ArrayList<>();
    Set<UserId> seen = new HashSet<>();
    for (BanBatch.Item item : batch.items()) {
      UserId user = item.userId();
      BanBatch.Undo result =
          user == null || !seen.add(user)
              ? BanBatch.Undo.NOT_BANNED
              : unlessAway(() -> bans.undo(scope, user, batch.batchId(), by))
                  .orElse(BanBatch.Undo.SHARD_UNAVAILABLE);
      items.add(new BanBatch.UndoneItem(item.wanted(), hidden(scope, user) ? null : user, result));
    }
    return new BanBatch.Undone(byId(batch.batchId()).orElseThrow(), items);
  }

  /**
   * An account that somebody wants to be banned.
   *
   * @param text as sent
   * @param userId null when it was sent as a username
   * @param username null when it was sent as a user id, or cannot be a username
   */
  public record Wanted(String text, @Nullable UserId userId, @Nullable Username username) {}

  private static List<BanBatch.Item> items(List<Wanted> wanted) {
    List<BanBatch.Item> items = new ArrayList<>();
    for (Wanted one : wanted) {
      boolean possible = one.userId() != null || one.username() != null;
      items.add(
          new BanBatch.Item(
              items.size(),
              one.text(),
              one.userId(),
              possible ? BanBatch.Outcome.PENDING : BanBatch.Outcome.UNKNOWN,
              null));
    }
    return items;
  }

  private static Function<String, Optional<Username>> nameOf(List<Wanted> wanted) {
    return text ->
        wanted.stream().filter(one -> one.text().equals(text)).findFirst().map(Wanted::username);
  }

  /** Finds the ids of those who are known by name, and the accounts that are there twice. */
  private List<BanBatch.Item> resolved(
      Scope scope, List<BanBatch.Item> items, Function<String, Optional<Username>> names) {
    List<BanBatch.Item> resolved = new ArrayList<>();
    Set<UserId> seen = new HashSet<>();
    for (BanBatch.Item item : items) {
      BanBatch.Item next = item.open() ? resolved(scope, item, names) : item;
      UserId user = next.userId();
      boolean again = user != null && !seen.add(user) && next.open();
      resolved.add(again ? next.with(BanBatch.Outcome.DUPLICATE, null) : next);
    }
    return resolved;
  }

  private BanBatch.Item resolved(
      Scope scope, BanBatch.Item item, Function<String, Optional<Username>> names) {
    if (item.userId() != null) {
      return item;
    }
    Optional<Username> name = names.apply(item.wanted());
    if (name.isEmpty()) {
      return item.with(BanBatch.Outcome.UNKNOWN, null);
    }
    return unlessAway(() -> accounts.byNameWithin(scope, name.get()))
        .map(
            found ->
                found
                    .map(Account::userId)
                    .map(item::found)
                    .orElse(item.with(BanBatch.Outcome.UNKNOWN, null)))
        .orElse(item.with(BanBatch.Outcome.SHARD_UNAVAILABLE, null));
  }

  private static BanBatch.Item stepped(BanBatch.Item item, Function<UserId, Bans.BatchStep> step) {
    UserId user = item.userId();
    if (user == null) {
      return item; // its shard was away when the name was looked for
    }
    return unlessAway(() -> step.apply(user))
        .map(done -> item.with(done.result(), done.ban()))
        .orElse(item.with(BanBatch.Outcome.SHARD_UNAVAILABLE, null));
  }

  private static <T> Optional<T> unlessAway(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (RuntimeException e) {
      if (DatabaseUnavailableException.in(e).isEmpty() && !WriteRefusal.in(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void put(String batchId, List<BanBatch.Item> items) {
    mapper.put(batchId, items.stream().map(BanBatchMapper.ItemRow::of).toList());
  }
}
