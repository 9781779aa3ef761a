package io.usercenter.approval;

import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.RandomText;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Two people for one deed. What is to be done is written down with its digest when it is asked for
 * and never changes; another operator approves that very digest; then it is carried out, by whoever
 * takes it first. A process that dies meanwhile leaves it {@code APPROVED}, and any instance goes
 * on with it a little later, which is why {@link ApprovedWork} finds what it did before.
 */
public final class Approvals {
  private static final Logger log = LoggerFactory.getLogger(Approvals.class);

  /** How long carrying it out takes: a batch of 1000 bans. Two at once would do no harm. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
  private static final int RESULT_LENGTH = 500;

  private final ApprovalMapper mapper;
  private final Map<ApprovalKind, ApprovedWork> works = new EnumMap<>(ApprovalKind.class);
  private final ApprovalWitness witness;
  private final SecureRandom random;
  private final InstantSource clock;

  Approvals(
      ApprovalMapper mapper,
      List<ApprovedWork> works,
      ApprovalWitness witness,
      SecureRandom random,
      InstantSource clock) {
    this.mapper = mapper;
    works.forEach(work -> this.works.put(work.kind(), work));
    this.witness = witness;
    this.random = random;
    this.clock = clock;
  }

  /** An operator, as far as approvals care. */
  public record Person(long operatorId, String name) {}

  /**
   * What somebody wants.
   *
   * @param target null when it is about several accounts or none
   * @param payload JSON, all that carrying it out needs
   * @param summary for people, at most 500 characters
   * @param reach of whom it concerns; kept as it is
   */
  public record Wish(
      ApprovalKind kind,
      @Nullable UserId target,
      String payload,
      String summary,
      String reach,
      String reason) {}

  public Optional<Approval> byId(String approvalId) {
    return mapper.byId(approvalId, now());
  }

  /**
   * The newest first.
   *
   * @param state null for all
   * @param after the last one of the page before; null for the first page
   */
  public List<Approval> page(Approval.@Nullable State state, @Nullable Place after, int atMost) {
    Instant now = now();
    return after == null
        ? mapper.page(state, now.plus(ApprovalDesk.EXPIRES_AFTER), "", atMost, now)
        : mapper.page(state, after.createdAt(), after.approvalId(), atMost, now);
  }

  /** Where a page ends. */
  public record Place(Instant createdAt, String approvalId) {}

  /**
   * Approves it and carries it out.
   *
   * @param seen what the other operator has looked at; its payload is what is carried out
   * @return as it is then: {@code APPROVED} while it has to wait for a database that is away
   * @throws ApiException when somebody else decided, nobody may any more, or it is his own
   */
  public Approval approve(Approval seen, Person checker, String reason) {
    decide(seen, Approval.State.APPROVED, checker, reason);
    return carryOut(seen.approvalId());
  }

  /** Has it not done. */
  public Approval reject(Approval seen, Person checker, String reason) {
    decide(seen, Approval.State.REJECTED, checker, reason);
    return existing(seen.approvalId());
  }

  private void decide(Approval seen, Approval.State state, Person checker, String reason) {
    if (seen.makerId() == checker.operatorId()) {
      throw new ApiException(
          ErrorCode.APPROVAL_NEEDS_ANOTHER, "you asked for it; another operator has to decide");
    }
    // What somebody wrote into the row is not what was asked for.
    if (!seen.payloadSha256().equals(ApprovalDesk.digest(seen.payload()))) {
      throw new ApiException(
          ErrorCode.APPROVAL_CHANGED, "what is to be done is not what was asked for");
    }
    int decided =
        mapper.decide(
            seen.approvalId(),
            seen.payloadSha256(),
            state,
            checker.operatorId(),
            checker.name(),
            reason,
            now());
    if (decided == 0) {
      Approval now = existing(seen.approvalId());
      throw new ApiException(ErrorCode.APPROVAL_DECIDED, "it is " + now.state() + " already")
          .with("state", now.state().name());
    }
  }

  /** Goes on with what processes left that died, or could not do yet. */
  @Scheduled(fixedDelay = 10_000)
  void resume() {
    try {
      mapper.abandoned(now()).forEach(this::carryOut);
    } catch (RuntimeException e) {
      log.warn("approved actions wait: {}", e.toString());
    }
  }

  private Approval carryOut(String approvalId) {
    Instant begun = now();
    String runner = RandomText.of(random, 12);
    Approval approval = existing(approvalId);
    if (mapper.take(approvalId, runner, begun, begun.plus(PATIENCE)) == 0) {
      return approval; // another is at it
    }
    Approval.State state;
    String result;
    try {
      if (!approval.payloadSha256().equals(ApprovalDesk.digest(approval.payload()))) {
        throw new ApiException(ErrorCode.APPROVAL_CHANGED, "its payload was changed");
      }
      ApprovedWork work = works.get(approval.kind());
      if (work == null) {
        throw new ApiException(ErrorCode.INTERNAL_ERROR, "nothing carries out " + approval.kind());
      }
      result = work.carryOut(approval);
      state = Approval.State.EXECUTED;
    } catch (ApiException e) {
      result = e.code().name() + ": " + e.getMessage();
      state = Approval.State.FAILED;
    } catch (RuntimeException e) {
      if (e instanceof UnfinishedException) { // a database is away: no bug
        log.warn("{} is approved and waits: {}", approvalId, e.getMessage());
      } else {
        log.warn("{} is approved and waits", approvalId, e);
      }
      if (begun.isBefore(approval.expiresAt().plus(ApprovalDesk.EXPIRES_AFTER))) {
        mapper.leave(approvalId, runner, now().plus(RETRY_AFTER));
        return existing(approvalId);
      }
      result =
          e instanceof UnfinishedException
              ? "not all of it could be done within a day; " + e.getMessage()
              : "it could not be done within a day";
      state = Approval.State.FAILED;
    }
    String cut = result.length() > RESULT_LENGTH ? result.substring(0, RESULT_LENGTH) : result;
    witness.ends(approval, state, cut);
    mapper.end(approvalId, state, cut, now());
    return existing(approvalId);
  }

  private Approval existing(String approvalId) {
    return byId(approvalId)
        .orElseThrow(() -> new ApiException(ErrorCode.APPROVAL_NOT_FOUND, "nothing has this id"));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }
}
