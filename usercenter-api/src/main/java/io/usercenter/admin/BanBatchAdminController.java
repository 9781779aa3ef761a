package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.approval.Approval;
import io.usercenter.audit.AuditLog;
import io.usercenter.ban.BanBatch;
import io.usercenter.ban.BanBatches;
import io.usercenter.ban.BanOrder;
import io.usercenter.ban.BanScope;
import io.usercenter.id.UserId;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Banning many accounts at once, and taking that back. */
@RestController
final class BanBatchAdminController {
  private static final int MAX = 1000;

  /** More than this are banned when another operator has approved it. */
  private static final int ALONE = 50;

  private final BanBatches batches;
  private final BanBatchRuns runs;
  private final ApprovedBans approved;
  private final AdminActions actions;
  private final AuditLog audit;
  private final InstantSource clock;

  BanBatchAdminController(
      BanBatches batches,
      BanBatchRuns runs,
      ApprovedBans approved,
      AdminActions actions,
      AuditLog audit,
      InstantSource clock) {
    this.batches = batches;
    this.runs = runs;
    this.approved = approved;
    this.actions = actions;
    this.audit = audit;
    this.clock = clock;
  }

  @Operation(
      summary = "Ban up to 1000 accounts at once; more than 50 wait for another operator",
      description =
          "Needs `BAN_BATCH` and a fresh proof. `dryRun` only tells what would be done. `202`:"
              + " nobody is banned before another operator approves the `approvalId`. Each"
              + " account has its result; where it is `PENDING` or `SHARD_UNAVAILABLE`, repeat"
              + " the batch. With the same `Idempotency-Key` the same batch goes on.")
  @Idempotent(patience = 600) // 1000 accounts
  @MayWait
  @PostMapping("/admin/v1/bans:batch")
  BatchAnswer ban(Operator operator, @Valid @RequestBody NewBatch body) {
    BanOrder order = body.order(clock.instant(), operator.name());
    List<BanBatches.Wanted> wanted = wanted(body);
    if (Boolean.TRUE.equals(body.dryRun())) {
      return actions.run(
          operator,
          Permission.BAN_BATCH,
          "BAN_BATCH_DRY_RUN",
          null,
          wanted.size() + " accounts: " + order.inWords(),
          scope -> BatchAnswer.of(null, batches.dryRun(scope, wanted, order)));
    }
    if (wanted.size() > ALONE) {
      return actions.run(
          operator,
          Permission.BAN_BATCH,
          "ASK_FOR_BAN_BATCH",
          null,
          wanted.size() + " accounts: " + order.inWords(),
          scope -> BatchAnswer.of(approved.ask(operator, scope, body, wanted, order)));
    }
    return actions.run(
        operator,
        Permission.BAN_BATCH,
        "BAN_BATCH",
        null,
        wanted.size() + " accounts: " + order.inWords(),
        scope -> carriedOut(scope, operator, batches.create(scope, wanted, order)));
  }

  @Operation(
      summary = "Go on with a batch of bans; bans nobody twice",
      description =
          "Needs `BAN_BATCH` and a fresh proof. For accounts whose shard was away, and for a batch"
              + " whose process died. `409 BAN_BATCH_UNDONE`: it bans nobody any more.")
  @Idempotent(patience = 600) // 1000 accounts
  @PostMapping("/admin/v1/ban-batches/{batchId}:repeat")
  BatchAnswer repeat(Operator operator, @PathVariable String batchId) {
    return actions.run(
        operator,
        Permission.BAN_BATCH,
        "REPEAT_BAN_BATCH",
        null,
        batchId,
        scope -> {
          BanBatch batch = existing(scope, operator, batchId);
          if (batch.undoneAt() != null) {
            throw new ApiException(
                ErrorCode.BAN_BATCH_UNDONE, "undone by %s".formatted(batch.undoneBy()));
          }
          return carriedOut(scope, operator, batch);
        });
  }

  @Operation(
      summary = "Undo a batch: lift those of its bans that stand; it bans nobody any more",
      description =
          "Needs `BAN_BATCH` and a fresh proof. Where the result is `SHARD_UNAVAILABLE`, undo it"
              + " again.")
  @Idempotent(patience = 600) // 1000 accounts
  @PostMapping("/admin/v1/ban-batches/{batchId}:undo")
  UndoAnswer undo(Operator operator, @PathVariable String batchId) {
    return actions.run(
        operator,
        Permission.BAN_BATCH,
        "UNDO_BAN_BATCH",
        null,
        batchId,
        scope -> {
          BanBatch batch = existing(scope, operator, batchId);
          runs.record(
              operator.name(),
              operator.ip(),
              "UNDO_BAN_BATCH",
              batch,
              item -> Optional.of("INTENDED"));
          BanBatch.Undone undone = batches.undo(scope, batch, operator.name());
          audit.addAll(
              operator.name(),
              "UNDO_BAN_BATCH",
              undone.items().stream()
                  .filter(item -> item.userId() != null)
                  .map(item -> new AuditLog.Line(item.userId(), item.result().name()))
                  .toList(),
              batchId,
              operator.ip());
          return new UndoAnswer(
              batchId, counts(undone.items(), BanBatch.UndoneItem::result), undone.items());
        });
  }

  @Operation(
      summary = "Show a batch of bans with its accounts",
      description =
          "Needs `BAN_READ`. The batch of another operator is there for who may see everything.")
  @GetMapping("/admin/v1/ban-batches/{batchId}")
  BanBatch byId(Operator operator, @PathVariable String batchId) {
    Scope scope = actions.require(operator, Permission.BAN_READ, "VIEW_BAN_BATCH", null);
    return batches.shown(scope, existing(scope, operator, batchId));
  }

  @Operation(
      summary = "List the newest 100 batches of bans, without their accounts",
      description =
          "Needs `BAN_READ`. Those of other operators are there for who may see everything.")
  @GetMapping("/admin/v1/ban-batches")
  Batches newest(Operator operator) {
    Scope scope = actions.require(operator, Permission.BAN_READ, "VIEW_BAN_BATCHES", null);
    return new Batches(batches.newest(scope, operator.name()));
  }

  private BatchAnswer carriedOut(Scope scope, Operator operator, BanBatch batch) {
    BanBatch after = runs.carriedOut(scope, operator.name(), operator.ip(), batch);
    return BatchAnswer.of(after.batchId(), batches.shown(scope, after).items());
  }

  private BanBatch existing(Scope scope, Operator operator, String batchId) {
    return batches
        .byId(scope, operator.name(), batchId)
        .orElseThrow(() -> new ApiException(ErrorCode.BAN_BATCH_NOT_FOUND, "no batch has this id"));
  }

  private List<BanBatches.Wanted> wanted(NewBatch body) {
    List<UserId> ids = body.userIds() == null ? List.of() : body.userIds();
    List<String> typed = body.usernames() == null ? List.of() : body.usernames();
    if (ids.isEmpty() == typed.isEmpty()) {
      throw new ApiException(
          ErrorCode.VALIDATION_FAILED, "give either userIds or usernames, 1 to %d".formatted(MAX));
    }
    List<BanBatches.Wanted> wanted = new ArrayList<>();
    ids.forEach(id -> wanted.add(new BanBatches.Wanted(id.toString(), id, null)));
    typed.forEach(
        name -> wanted.add(new BanBatches.Wanted(name, null, runs.parsed(name).orElse(null))));
    return wanted;
  }

  private static <T, R extends Enum<R>> Map<R, Integer> counts(
      List<T> items, Function<T, R> result) {
    return items.stream()
        .collect(Collectors.groupingBy(result, TreeMap::new, Collectors.summingInt(item -> 1)));
  }

  /**
   * @param userIds 1 to 1000; or else {@code usernames}
   * @param usernames 1 to 1000, as typed
   * @param scope default {@code ACCOUNT}
   * @param target the server id or the feature; absent for the scope {@code ACCOUNT}
   * @param reasonCode for machines: 1 to 32 of A-Z 0-9 _
   * @param message for the players, up to 255 characters
   * @param from RFC 3339; absent, or a time that has passed, means at once
   * @param until RFC 3339; absent for ever
   * @param dryRun true only tells what would be done
   */
  record NewBatch(
      @Nullable @Size(max = MAX, message = "must have at most 1000")
          List<@NotNull(message = "is null") UserId> userIds,
      @Nullable @Size(max = MAX, message = "must have at most 1000")
          List<
                  @NotNull(message = "is null")
                  @Size(max = 128, message = "must have at most 128 characters") String>
              usernames,
      @Nullable BanScope scope,
      @Nullable String target,
      @NotNull(message = "is missing")
          @Pattern(regexp = "[A-Z0-9_]{1,32}", message = "must be 1 to 32 of A-Z 0-9 _")
          String reasonCode,
      @Nullable @Size(max = 255, message = "must have at most 255 characters") String message,
      @Nullable Instant from,
      @Nullable @Future(message = "must be in the future") Instant until,
      @Nullable Boolean dryRun)
      implements BanTerms {}

  /**
   * @param batchId to repeat and to undo it; absent after a dry run, and while it waits for another
   *     operator
   * @param counts how many items have each result
   * @param items in the order of the request
   * @param approvalId what another operator has to approve; then the status is 202 and nobody is
   *     banned yet
   * @param state {@code PENDING} then
   */
  record BatchAnswer(
      @Nullable String batchId,
      Map<BanBatch.Outcome, Integer> counts,
      List<BanBatch.Item> items,
      @Nullable String approvalId,
      Approval.@Nullable State state)
      implements AskedFor {
    static BatchAnswer of(@Nullable String batchId, List<BanBatch.Item> items) {
      return new BatchAnswer(
          batchId, BanBatchAdminController.counts(items, BanBatch.Item::result), items, null, null);
    }

    static BatchAnswer of(Approval approval) {
      return new BatchAnswer(null, Map.of(), List.of(), approval.approvalId(), approval.state());
    }
  }

  /**
   * @param counts how many items have each result
   * @param items in the order of the batch
   */
  record UndoAnswer(
      String batchId, Map<BanBatch.Undo, Integer> counts, List<BanBatch.UndoneItem> items) {}

  /** Newest first. */
  record Batches(List<BanBatch> batches) {}
}
