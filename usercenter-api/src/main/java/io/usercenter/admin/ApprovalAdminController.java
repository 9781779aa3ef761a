package io.usercenter.admin;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalDesk;
import io.usercenter.approval.ApprovalKind;
import io.usercenter.approval.Approvals;
import io.usercenter.id.UserId;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PageSize;
import io.usercenter.platform.PersonalExport;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.shard.ShardPages;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.ObjectMapper;

/** What one operator wants and another one has to allow. {@code docs/operators-queries.md} */
@RestController
final class ApprovalAdminController {
  private static final int MOST = 100;
  private static final Duration FETCHED_WITHIN = Duration.ofHours(24);

  private final Approvals approvals;
  private final ApprovalDesk desk;
  private final ApprovedKinds kinds;
  private final ScopedAccounts scoped;
  private final PersonalExport export;
  private final AdminActions actions;
  private final ObjectMapper json;
  private final InstantSource clock;

  ApprovalAdminController(
      Approvals approvals,
      ApprovalDesk desk,
      ApprovedKinds kinds,
      ScopedAccounts scoped,
      PersonalExport export,
      AdminActions actions,
      ObjectMapper json,
      InstantSource clock) {
    this.approvals = approvals;
    this.desk = desk;
    this.kinds = kinds;
    this.scoped = scoped;
    this.export = export;
    this.actions = actions;
    this.json = json;
    this.clock = clock;
  }

  @Operation(
      summary = "List what waits for another operator and what was decided, newest first",
      description =
          "Needs `APPROVAL_READ`. What the operator asked for or could do himself. A page may be"
              + " short although there is a `next`.")
  @GetMapping("/admin/v1/approvals")
  ApprovalList list(
      Operator operator,
      @RequestParam(required = false) Approval.@Nullable State state,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit) {
    actions.require(operator, Permission.APPROVAL_READ, "LIST_APPROVALS", null);
    Arguments.requireLimit(limit, MOST);
    List<Approval> page = approvals.page(state, after == null ? null : place(after), limit);
    return new ApprovalList(
        page.stream()
            .filter(approval -> kinds.mayKnow(operator, approval))
            .map(ApprovalView::of)
            .toList(),
        page.size() < limit ? null : text(page.getLast()));
  }

  private static Approvals.Place place(String after) {
    try {
      List<String> parts = ShardPages.parts(after, 2);
      return new Approvals.Place(
          Instant.ofEpochMilli(Long.parseLong(parts.getFirst())), parts.getLast());
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, "after is no next of an answer");
    }
  }

  private static String text(Approval last) {
    return ShardPages.text(Long.toString(last.createdAt().toEpochMilli()), last.approvalId());
  }

  @Operation(
      summary = "Show what waits for another operator, with exactly what would be done",
      description = "Needs `APPROVAL_READ`.")
  @GetMapping("/admin/v1/approvals/{approvalId}")
  ApprovalView byId(Operator operator, @PathVariable String approvalId) {
    actions.require(operator, Permission.APPROVAL_READ, "VIEW_APPROVAL", null);
    return ApprovalView.of(known(operator, approvalId));
  }

  @Operation(
      summary = "Approve what another operator asked for, which carries it out",
      description =
          "Needs `APPROVAL_DECIDE` with a fresh proof, and the permission for the deed itself."
              + " With `payloadSha256` nothing is done that is not what was looked at: `409"
              + " APPROVAL_CHANGED`. A `state` of `APPROVED` instead of `EXECUTED`: a database is"
              + " away, and it is tried again for a day.")
  @PostMapping("/admin/v1/approvals/{approvalId}:approve")
  ApprovalView approve(
      Operator operator, @PathVariable String approvalId, @Valid @RequestBody Decision body) {
    return decide(
        operator,
        approvalId,
        body,
        "APPROVE",
        seen -> {
          if (!kinds.mayDecide(operator, seen)) {
            throw none();
          }
          return approvals.approve(seen, operator.person(), body.reason());
        });
  }

  @Operation(
      summary = "Reject what another operator asked for",
      description =
          "Needs `APPROVAL_DECIDE` with a fresh proof. Nobody decides on what he asked for"
              + " himself: `409 APPROVAL_NEEDS_ANOTHER`.")
  @PostMapping("/admin/v1/approvals/{approvalId}:reject")
  ApprovalView reject(
      Operator operator, @PathVariable String approvalId, @Valid @RequestBody Decision body) {
    return decide(
        operator,
        approvalId,
        body,
        "REJECT",
        seen -> approvals.reject(seen, operator.person(), body.reason()));
  }

  private ApprovalView decide(
      Operator operator,
      String approvalId,
      Decision body,
      String action,
      UnaryOperator<Approval> work) {
    actions.require(operator, Permission.APPROVAL_DECIDE, action, null);
    Approval seen = known(operator, approvalId);
    if (body.payloadSha256() != null && !body.payloadSha256().equals(seen.payloadSha256())) {
      throw new ApiException(
          ErrorCode.APPROVAL_CHANGED, "its payload has another digest than what you looked at");
    }
    return actions.run(
        operator,
        Permission.APPROVAL_DECIDE,
        action,
        seen.targetUserId(),
        inWords(seen) + ": " + body.reason(),
        _ -> ApprovalView.of(work.apply(seen)));
  }

  /** For the record, so that it holds by itself what was decided on. */
  static String inWords(Approval approval) {
    return "%s %s sha256 %s by %s"
        .formatted(
            approval.approvalId(), approval.kind(), approval.payloadSha256(), approval.maker());
  }

  @Operation(
      summary = "Ask for an export of a player's data, which another operator has to approve",
      description =
          "Needs `ACCOUNT_EXPORT` for the whole account and a fresh proof. Who asked fetches it"
              + " from `/admin/v1/approvals/{approvalId}/export`, within 24 hours after it was"
              + " approved.")
  @Idempotent
  @PostMapping("/admin/v1/accounts/{userId}:export")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Asked export(
      Operator operator,
      @PathVariable UserId userId,
      @Valid @RequestBody AccountAdminController.Reason body) {
    return actions.run(
        operator,
        Permission.ACCOUNT_EXPORT,
        "ASK_FOR_EXPORT",
        userId,
        body.reason(),
        scope -> {
          Whereabouts whereabouts = scoped.whereabouts(scoped.whole(scope, userId));
          Approval asked =
              desk.ask(
                  operator.person(),
                  new Approvals.Wish(
                      ApprovalKind.ACCOUNT_EXPORT,
                      userId,
                      json.writeValueAsString(new ExportPayload(userId)),
                      "all that is kept about the player " + userId,
                      whereabouts.text(),
                      body.reason()));
          return new Asked(asked.approvalId(), asked.state());
        });
  }

  @Operation(
      summary = "Fetch an export of a player's data that another operator has approved",
      description =
          "Needs `ACCOUNT_EXPORT` for the whole account and a fresh proof. For who asked for it,"
              + " for 24 hours; each time is on record. `409 APPROVAL_NOT_EXECUTED`: not approved"
              + " yet, or longer ago.")
  @GetMapping("/admin/v1/approvals/{approvalId}/export")
  PersonalExport.Export fetch(Operator operator, @PathVariable String approvalId) {
    actions.require(operator, Permission.ACCOUNT_EXPORT, "FETCH_EXPORT", null);
    Approval approval = known(operator, approvalId);
    Instant ended = approval.endedAt();
    if (approval.kind() != ApprovalKind.ACCOUNT_EXPORT
        || approval.makerId() != operator.operatorId()) {
      throw none();
    }
    if (approval.state() != Approval.State.EXECUTED
        || ended == null
        || ended.plus(FETCHED_WITHIN).isBefore(clock.instant())) {
      throw new ApiException(
          ErrorCode.APPROVAL_NOT_EXECUTED, "it was not approved within the last 24 hours");
    }
    UserId userId = ApprovedExports.target(approval);
    return actions.run(
        operator,
        Permission.ACCOUNT_EXPORT,
        "FETCH_EXPORT",
        userId,
        approvalId,
        scope -> {
          var _ = scoped.whole(scope, userId);
          // All of the account is in scope, so all that is kept of it is.
          return ScopeGuard.trusting(() -> export.of(userId));
        });
  }

  private Approval known(Operator operator, String approvalId) {
    return approvals
        .byId(approvalId)
        .filter(approval -> kinds.mayKnow(operator, approval))
        .orElseThrow(ApprovalAdminController::none);
  }

  private static ApiException none() {
    return new ApiException(ErrorCode.APPROVAL_NOT_FOUND, "nothing has this id");
  }

  record ExportPayload(UserId userId) {}

  /**
   * @param payloadSha256 of what was looked at, in hexadecimal digits; when it is given and is not
   *     that of what would be carried out, nothing is done
   */
  @Schema(name = "ApprovalDecision")
  record Decision(
      @NotBlank(message = "is missing")
          @Size(max = 255, message = "must have at most 255 characters")
          String reason,
      @Nullable @Pattern(regexp = "[0-9a-f]{64}", message = "must be 64 of 0-9 a-f")
          String payloadSha256) {}

  /** What has to be approved now. */
  @Schema(name = "AskedForApproval")
  record Asked(String approvalId, Approval.State state) {}

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   */
  record ApprovalList(List<ApprovalView> approvals, @Nullable String next) {}

  /**
   * @param targetUserId absent when it is about several accounts or none
   * @param payload JSON as text, exactly what will be carried out
   * @param payloadSha256 of that text, in hexadecimal digits
   * @param expiresAt until then it may be approved
   * @param decidedBy absent while nobody has decided, like the next three
   * @param result what came of it, or why it failed; absent before
   */
  @Schema(name = "Approval")
  record ApprovalView(
      String approvalId,
      ApprovalKind kind,
      @Nullable UserId targetUserId,
      String summary,
      String payload,
      String payloadSha256,
      @JsonFormat(shape = JsonFormat.Shape.STRING) long makerId,
      String maker,
      String reason,
      Approval.State state,
      Instant createdAt,
      Instant expiresAt,
      @Nullable String decidedBy,
      @Nullable String decisionReason,
      @Nullable Instant decidedAt,
      @Nullable Instant endedAt,
      @Nullable String result) {
    static ApprovalView of(Approval approval) {
      return new ApprovalView(
          approval.approvalId(),
          approval.kind(),
          approval.targetUserId(),
          approval.summary(),
          approval.payload(),
          approval.payloadSha256(),
          approval.makerId(),
          approval.maker(),
          approval.reason(),
          approval.state(),
          approval.createdAt(),
          approval.expiresAt(),
          approval.checker(),
          approval.checkerReason(),
          approval.decidedAt(),
          approval.endedAt(),
          approval.result());
    }
  }
}
