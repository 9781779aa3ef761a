package io.usercenter.approval;

import io.usercenter.idempotency.Idempotency;
import io.usercenter.platform.Digests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** Where operators ask for what needs two of them. */
public final class ApprovalDesk {
  static final Duration EXPIRES_AFTER = Duration.ofHours(24);

  private final ApprovalMapper mapper;
  private final Idempotency idempotency;
  private final InstantSource clock;

  ApprovalDesk(ApprovalMapper mapper, Idempotency idempotency, InstantSource clock) {
    this.mapper = mapper;
    this.idempotency = idempotency;
    this.clock = clock;
  }

  /** Writes down what somebody wants. Nothing is done yet. */
  public Approval ask(Approvals.Person maker, Approvals.Wish wish) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
    String id = "ap_" + idempotency.freshId();
    mapper.insert(
        new Approval(
            id,
            wish.kind(),
            wish.target(),
            wish.payload(),
            digest(wish.payload()),
            wish.summary(),
            wish.reach(),
            maker.operatorId(),
            maker.name(),
            wish.reason(),
            now,
            now.plus(EXPIRES_AFTER),
            Approval.State.PENDING,
            null,
            null,
            null,
            null,
            null));
    return mapper.byId(id, now).orElseThrow();
  }

  static String digest(String payload) {
    return HexFormat.of().formatHex(Digests.sha256(payload));
  }
}
