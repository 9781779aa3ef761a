package io.usercenter.admin;

import io.usercenter.audit.AuditLog;
import io.usercenter.ban.BanBatch;
import io.usercenter.ban.BanBatches;
import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/**
 * Carries batches of bans out, and puts that on record at each account, so its history is whole.
 */
@Component
final class BanBatchRuns {
  private final BanBatches batches;
  private final AuditLog audit;
  private final UsernameRules names;

  BanBatchRuns(BanBatches batches, AuditLog audit, UsernameRules names) {
    this.batches = batches;
    this.audit = audit;
    this.names = names;
  }

  /** Bans who is not banned yet and in scope. */
  BanBatch carriedOut(Scope scope, String operator, String ip, BanBatch batch) {
    return carriedOut(scope, operator, ip, batch, BanBatch.Item::open);
  }

  /**
   * The same for somebody whose request is over. May be called every few seconds while a shard is
   * away: what is on record from the time before is not recorded again.
   */
  BanBatch goneOnWith(Scope scope, String operator, BanBatch batch) {
    return carriedOut(
        scope, operator, "", batch, item -> item.result() == BanBatch.Outcome.PENDING);
  }

  private BanBatch carriedOut(
      Scope scope, String operator, String ip, BanBatch batch, Predicate<BanBatch.Item> isNew) {
    record(
        operator,
        ip,
        "BAN_BATCH",
        batch,
        item -> isNew.test(item) ? Optional.of("INTENDED") : Optional.empty());
    BanBatch after = batches.carryOut(scope, batch, this::parsed);
    record(
        operator,
        ip,
        "BAN_BATCH",
        after,
        item -> {
          BanBatch.Item before = batch.items().get(item.position());
          return isNew.test(before) || item.result() != before.result()
              ? Optional.of(
                  item.result() == BanBatch.Outcome.BANNED ? "DONE" : item.result().name())
              : Optional.empty();
        });
    return after;
  }

  void record(
      String operator,
      String ip,
      String action,
      BanBatch batch,
      Function<BanBatch.Item, Optional<String>> outcome) {
    List<AuditLog.Line> lines = new ArrayList<>();
    for (BanBatch.Item item : batch.items()) {
      UserId user = item.userId();
      if (user != null) {
        outcome.apply(item).ifPresent(text -> lines.add(new AuditLog.Line(user, text)));
      }
    }
    audit.addAll(operator, action, lines, batch.batchId() + " " + batch.order().inWords(), ip);
  }

  /** A name that nobody can have is unknown, like one that nobody has. */
  Optional<Username> parsed(String typed) {
    try {
      return Optional.of(names.parse(typed));
    } catch (InvalidUsernameException e) {
      return Optional.empty();
    }
  }
}
