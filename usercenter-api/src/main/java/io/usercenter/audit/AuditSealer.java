package io.usercenter.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.platform.AdminTransactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Gives lines their places in the chain. Instances add lines without a look at each other; whoever
 * holds the row of the head seals what waits, in the order of the names. A line whose transaction
 * ended late waits like the others and comes later in the chain.
 */
@Component
final class AuditSealer {
  private static final Logger log = LoggerFactory.getLogger(AuditSealer.class);
  private static final int AT_ONCE = 1000;
  private static final Duration TELL_EVERY = Duration.ofMinutes(1);

  private final AuditMapper mapper;
  private final AuditDigests digests;
  private final AdminTransactions transactions;
  private final InstantSource clock;
  private final AtomicLong waitingSeconds = new AtomicLong();
  private Instant toldAt = Instant.EPOCH;

  AuditSealer(
      AuditMapper mapper,
      AuditDigests digests,
      AdminTransactions transactions,
      InstantSource clock,
      MeterRegistry meters) {
    this.mapper = mapper;
    this.digests = digests;
    this.transactions = transactions;
    this.clock = clock;
    meters.gauge("uc.audit.waiting", waitingSeconds);
  }

  @Scheduled(initialDelay = 1000, fixedDelay = 1000)
  void look() {
    try {
      seal();
    } catch (DataAccessException | TransactionException e) {
      log.warn("sealing the audit waits: {}", e.toString());
    }
  }

  /** Until nothing waits, or somebody else is at it. */
  void seal() {
    Optional<Long> oldest = mapper.oldestPending();
    waitingSeconds.set(
        oldest
            .map(id -> Duration.between(AuditIds.at(id), clock.instant()).toSeconds())
            .orElse(0L));
    if (oldest.isPresent()) {
      while (transactions.in(this::sealSome) == AT_ONCE) {}
    }
  }

  private int sealSome() {
    Optional<AuditMapper.Head> head = mapper.lockHead();
    if (head.isEmpty()) {
      return 0;
    }
    List<AuditMapper.Link> links = new ArrayList<>();
    long position = head.get().position();
    byte[] link = head.get().link();
    for (AuditMapper.Pending line : mapper.pending(AT_ONCE)) {
      link = digests.ofLink(++position, link, line.mac());
      links.add(new AuditMapper.Link(position, line.auditId(), link));
    }
    if (!links.isEmpty()) {
      mapper.insertLinks(links);
      mapper.removePending(head.get().position());
      mapper.moveHead(position, link, digests.ofHead(position, link));
      tell(position, link);
    }
    return links.size();
  }

  /** Logs are kept elsewhere: who cuts the chain and sets the head back cannot take this back. */
  private void tell(long position, byte[] link) {
    Instant now = clock.instant();
    if (toldAt.plus(TELL_EVERY).isBefore(now)) {
      toldAt = now;
      log.info("the audit is sealed up to {}:{}", position, HexFormat.of().formatHex(link));
    }
  }
}
