package io.usercenter.approval;

import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that one operator wants and another one has to allow.
 *
 * @param targetUserId absent when it is about several accounts or none
 * @param payload JSON, exactly what will be carried out
 * @param payloadSha256 of the payload, in hexadecimal digits
 * @param summary for people
 * @param reach of whom it concerns, in the form of who asks
 * @param maker who asked for it
 * @param expiresAt until then it may be approved; and once it is, it is tried for as long again
 * @param checker who approved or rejected it
 * @param result what came of it, or why it failed
 */
public record Approval(
    String approvalId,
    ApprovalKind kind,
    @Nullable UserId targetUserId,
    String payload,
    String payloadSha256,
    String summary,
    String reach,
    long makerId,
    String maker,
    String reason,
    Instant createdAt,
    Instant expiresAt,
    State state,
    @Nullable String checker,
    @Nullable String checkerReason,
    @Nullable Instant decidedAt,
    @Nullable Instant endedAt,
    @Nullable String result) {
  /**
   * <pre>
   *   PENDING --> APPROVED --> EXECUTED
   *      |            |
   *      |            +------> FAILED
   *      +--> REJECTED, EXPIRED
   * </pre>
   */
  @Schema(name = "ApprovalState")
  public enum State {
    /** Waits for another operator. */
    PENDING,
    /** Is being carried out, or will be as soon as that is possible. */
    APPROVED,
    /** Done. */
    EXECUTED,
    /** Could not be done; nothing tries again. */
    FAILED,
    /** Not wanted by the other operator. */
    REJECTED,
    /** Nobody decided in time. */
    EXPIRED
  }
}
