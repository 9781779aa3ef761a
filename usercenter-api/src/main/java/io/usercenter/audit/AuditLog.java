package io.usercenter.audit;

import io.usercenter.id.UserId;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/** The record of what operators did and tried. Refusals are on it too. */
@Component
public final class AuditLog {
  private static final int MAX_DETAIL = 2000;
  private static final int LISTED = 100;

  private final AuditMapper mapper;
  private final InstantSource clock;

  AuditLog(AuditMapper mapper, InstantSource clock) {
    this.mapper = mapper;
    this.clock = clock;
  }

  /**
   * Adds a line. Throws when it cannot: an action that cannot be recorded is not done.
   *
   * @param detail what exactly, without secrets; cut at 2000 characters
   */
  public void add(
      String operator,
      String action,
      @Nullable UserId target,
      String detail,
      String outcome,
      String ip) {
    mapper.insert(clock.instant(), operator, action, target, cut(detail), outcome, ip, traceId());
  }

  /**
   * Adds one line for each account that an action is about, all with the same detail, in one
   * statement.
   */
  public void addAll(String operator, String action, List<Line> lines, String detail, String ip) {
    if (!lines.isEmpty()) {
      mapper.insertAll(clock.instant(), operator, action, lines, cut(detail), ip, traceId());
    }
  }

  /** What an action meant, or came to, for one account. */
  public record Line(UserId target, String outcome) {}

  private static String cut(String detail) {
    return detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
  }

  private static String traceId() {
    String traceId = MDC.get("traceId");
    return traceId == null ? "" : traceId;
  }

  /** The newest hundred lines about an account. */
  public List<AuditEntry> about(UserId user) {
    return mapper.about(user, LISTED);
  }
}
