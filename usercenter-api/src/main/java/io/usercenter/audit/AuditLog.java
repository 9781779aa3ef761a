package io.usercenter.audit;

import io.usercenter.id.UserId;
import io.usercenter.platform.AdminTransactions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/** The record of what operators did and tried. Refusals are on it too. */
@Component
public final class AuditLog {
  private static final int MAX_DETAIL = 2000;
  private static final int LISTED = 100;
  private static final int TRIES = 3;

  private final AuditMapper mapper;
  private final AuditDigests digests;
  private final AdminTransactions transactions;
  private final SecureRandom random;
  private final InstantSource clock;
  private final AtomicLong last = new AtomicLong();

  AuditLog(
      AuditMapper mapper,
      AuditDigests digests,
      AdminTransactions transactions,
      SecureRandom random,
      InstantSource clock) {
    this.mapper = mapper;
    this.digests = digests;
    this.transactions = transactions;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Adds a line. Throws when it cannot: an action that cannot be recorded is not done.
   *
   * @param detail what exactly, without secrets; cut at 2000 characters; goes when the target is
   *     erased
   */
  public void add(
      String operator,
      String action,
      @Nullable UserId target,
      String detail,
      String outcome,
      String ip) {
    append(operator, action, List.of(new Line(target, outcome)), detail, ip);
  }

  /**
   * Adds one line for each account that an action is about, all with the same detail, in one
   * transaction.
   */
  public void addAll(String operator, String action, List<Line> lines, String detail, String ip) {
    for (int from = 0; from < lines.size(); from += AuditIds.MOST_AT_ONCE) {
      append(
          operator,
          action,
          lines.subList(from, Math.min(lines.size(), from + AuditIds.MOST_AT_ONCE)),
          detail,
          ip);
    }
  }

  /** What an action meant, or came to, for one account. */
  public record Line(@Nullable UserId target, String outcome) {}

  private void append(String operator, String action, List<Line> lines, String detail, String ip) {
    String cut = cut(detail);
    for (int attempt = 1; ; attempt++) {
      List<AuditMapper.Line> rows = rows(operator, action, lines, cut, ip);
      try {
        transactions.in(() -> insert(rows, cut));
        return;
      } catch (DuplicateKeyException e) { // another instance drew the same name
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private int insert(List<AuditMapper.Line> rows, String detail) {
    mapper.insert(rows);
    if (!detail.isEmpty()) {
      mapper.insertNotes(rows, detail);
    }
    mapper.insertPending(rows);
    return rows.size();
  }

  private List<AuditMapper.Line> rows(
      String operator, String action, List<Line> lines, String detail, String ip) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String traceId = traceId();
    int count = lines.size();
    long drawn = AuditIds.first(at, count, random);
    // In one process names rise, so what was meant stands before what it came to.
    long next = last.updateAndGet(before -> Math.max(drawn, before + 1) + count - 1) - count + 1;
    List<AuditMapper.Line> rows = new ArrayList<>(lines.size());
    for (Line line : lines) {
      long id = next++;
      byte[] salt = new byte[16];
      random.nextBytes(salt);
      byte @Nullable [] note = detail.isEmpty() ? null : AuditDigests.ofNote(salt, detail);
      rows.add(
          new AuditMapper.Line(
              id,
              at,
              operator,
              action,
              line.target(),
              line.outcome(),
              ip,
              traceId,
              salt,
              note,
              digests.ofLine(
                  id, at, operator, action, line.target(), line.outcome(), ip, traceId, note)));
    }
    return rows;
  }

  private static String cut(String detail) {
    return detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
  }

  private static String traceId() {
    String traceId = MDC.get("traceId");
    return traceId == null ? "" : traceId;
  }

  /** The newest hundred lines about an account. */
  public List<AuditEntry> about(UserId user) {
    return search(AuditSearch.about(user), LISTED);
  }

  /**
   * Lines, newest first.
   *
   * @param limit at most so many
   */
  public List<AuditEntry> search(AuditSearch search, int limit) {
    return mapper.search(search, search.least(), search.bound(), limit);
  }

  /** Removes what was noted about a player who is erased, and says so on the record. */
  void eraseNotes(UserId user) {
    if (mapper.hasNotes(user)) {
      transactions.in(
          () -> {
            add("system", "ERASE_NOTES", user, "", "DONE", "");
            return mapper.removeNotes(user);
          });
    }
  }
}
