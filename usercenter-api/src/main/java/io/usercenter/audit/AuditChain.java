package io.usercenter.audit;

import io.usercenter.audit.AuditMapper.Linked;
import io.usercenter.audit.AuditVerdict.Finding;
import io.usercenter.audit.AuditVerdict.Problem;
import io.usercenter.id.UserId;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Whether the audit is what was written. */
@Component
public final class AuditChain {
  private static final int PAGE = 4000;

  /** Pages that are being read while one is judged: MySQL has one processor for each. */
  private static final int AHEAD = 2;

  /** Lines that are counted at once. */
  private static final int COUNTED = 100_000;

  /** Places looked at in one call, so that an answer comes before anybody gives up. */
  private static final long AT_ONCE = 2_000_000;

  private final AuditMapper mapper;
  private final AuditDigests digests;
  private final InstantSource clock;

  AuditChain(AuditMapper mapper, AuditDigests digests, InstantSource clock) {
    this.mapper = mapper;
    this.digests = digests;
    this.clock = clock;
  }

  /**
   * A head that was kept elsewhere.
   *
   * @param position how many lines the chain had
   * @param link how it ended, 64 hexadecimal digits
   */
  public record Witness(long position, String link) {}

  /**
   * Goes through the chain, page by page, and through the lines that should be in it.
   *
   * @param from only lines since; null for all
   * @param to only lines before; null for all
   * @param after a {@code next} of an answer; 0 begins
   */
  public AuditVerdict verify(
      @Nullable Instant from, @Nullable Instant to, long after, @Nullable Witness witness) {
    Instant began = clock.instant();
    Findings findings = new Findings();
    AuditMapper.Ends ends =
        mapper.ends().orElseThrow(() -> new IllegalStateException("audit_head has no row"));
    long begin = Math.max(after, from == null ? 0 : placeBefore(from));
    long wanted = to == null ? ends.last() : Math.min(ends.last(), placeBefore(to));
    long end = Math.min(wanted, begin + AT_ONCE);

    long verified = walk(begin, end, findings);
    boolean all = end >= wanted;
    strays(
        begin,
        end,
        after == 0 ? (from == null ? 0 : AuditIds.floor(from)) : idAt(begin) + 1,
        all ? (to == null ? Long.MAX_VALUE : AuditIds.floor(to) - 1) : idAt(end),
        findings);
    if (all) {
      judgeEnds(ends, witness, findings);
    }
    return new AuditVerdict(
        verified,
        findings.count,
        findings.first,
        mapper.countPending(),
        findings.erased,
        ends.position() + ":" + HexFormat.of().formatHex(ends.link()),
        all ? null : end,
        Duration.between(began, clock.instant()).toMillis());
  }

  private long placeBefore(Instant moment) {
    return mapper.lastBefore(AuditIds.floor(moment)).orElse(0L);
  }

  private long idAt(long position) {
    return mapper.auditIdAt(position).orElse(0L);
  }

  private void judgeEnds(AuditMapper.Ends ends, @Nullable Witness witness, Findings findings) {
    boolean isNew = ends.position() == 0 && ends.last() == 0;
    if (!isNew && !same(ends.mac(), digests.ofHead(ends.position(), ends.link()))) {
      findings.add(Problem.HEAD_CHANGED, ends.position(), null);
    } else if (ends.last() > ends.position()) {
      findings.add(Problem.HEAD_CHANGED, ends.position() + 1, null);
    } else {
      judgeKept(ends.position(), ends.link(), ends.last(), findings);
    }
    if (witness != null) {
      judgeKept(witness.position(), HexFormat.of().parseHex(witness.link()), ends.last(), findings);
    }
  }

  /** The chain must still hold what it once ended with. */
  private void judgeKept(long position, byte[] link, long last, Findings findings) {
    if (position > last) {
      findings.add(Problem.TRUNCATED, last + 1, null);
    } else if (position > 0
        && !mapper.link(position).map(there -> same(there.link(), link)).orElse(false)) {
      findings.add(Problem.LINK_CHANGED, position, null);
    }
  }

  private long walk(long begin, long end, Findings findings) {
    long verified = 0;
    long at = begin;
    // Null when it is not known: then the next link cannot be judged, but those after it can.
    byte @Nullable [] before =
        begin == 0
            ? AuditDigests.NO_LINK
            : mapper.link(begin).map(AuditMapper.Hash::link).orElse(null);
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Deque<Future<List<Linked>>> ahead = new ArrayDeque<>();
      long asked = begin;
      while (asked < end || !ahead.isEmpty()) {
        while (asked < end && ahead.size() < AHEAD) {
          long from = asked;
          long to = Math.min(end, asked + PAGE);
          ahead.add(readers.submit(() -> mapper.linked(from, to)));
          asked = to;
        }
        List<Linked> page = read(ahead.remove());
        Set<UserId> erased = erasedIn(page);
        for (Linked link : page) {
          if (link.position() != at + 1) {
            findings.add(Problem.LINK_MISSING, at + 1, null);
            before = null;
          }
          judge(link, before, erased, findings);
          before = link.link();
          at = link.position();
        }
        verified += page.size();
      }
    }
    if (at < end) {
      findings.add(Problem.LINK_MISSING, at + 1, null);
    }
    return verified;
  }

  private static List<Linked> read(Future<List<Linked>> page) {
    try {
      return page.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the audit was read", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IllegalStateException("the audit cannot be read", e.getCause());
    }
  }

  private Set<UserId> erasedIn(List<Linked> page) {
    Set<UserId> noteless = new HashSet<>();
    for (Linked link : page) {
      if (link.noteDigest() != null && link.detail() == null && link.target() != null) {
        noteless.add(link.target());
      }
    }
    return noteless.isEmpty() ? Set.of() : Set.copyOf(mapper.erasedAmong(noteless));
  }

  private void judge(Linked link, byte @Nullable [] before, Set<UserId> erased, Findings findings) {
    byte @Nullable [] mac = link.mac();
    if (mac == null) {
      findings.add(Problem.LINE_MISSING, link);
      return;
    }
    if (!same(mac, lineOf(link))) {
      findings.add(Problem.LINE_CHANGED, link);
    } else if (before != null && !same(link.link(), digests.ofLink(link.position(), before, mac))) {
      findings.add(Problem.LINK_CHANGED, link);
    } else if (link.detail() != null) {
      if (link.noteDigest() == null
          || link.salt() == null
          || !same(link.noteDigest(), AuditDigests.ofNote(link.salt(), link.detail()))) {
        findings.add(Problem.NOTE_CHANGED, link);
      }
    } else if (link.noteDigest() != null) {
      if (link.target() != null && erased.contains(link.target())) {
        findings.erased++;
      } else {
        findings.add(Problem.NOTE_MISSING, link);
      }
    }
  }

  private byte[] lineOf(Linked link) {
    return digests.ofLine(
        link.auditId(),
        Objects.requireNonNull(link.at()),
        Objects.requireNonNull(link.operator()),
        Objects.requireNonNull(link.action()),
        link.target(),
        Objects.requireNonNull(link.outcome()),
        Objects.requireNonNull(link.ip()),
        Objects.requireNonNull(link.traceId()),
        link.noteDigest());
  }

  /**
   * Lines with these names that are neither in the chain nor on their way into it. While every link
   * has its line there are none when there are as many lines as links, which is soon counted.
   */
  private void strays(long begin, long end, long least, long last, Findings findings) {
    boolean allHaveLines = findings.count == 0;
    long after = least - 1;
    for (long place = begin + COUNTED; after < last; place += COUNTED) {
      long bound = place >= end ? last : Math.clamp(idAt(place), after, last);
      if (!allHaveLines || mapper.surplus(after, bound) != 0) {
        look(after, bound, findings);
      }
      after = bound;
    }
  }

  private void look(long begin, long last, Findings findings) {
    long after = begin;
    while (true) {
      AuditMapper.Strays page = mapper.strays(after, last, PAGE);
      if (page.firstStray() != null) {
        findings.add(Problem.LINE_UNCHAINED, null, page.firstStray());
        findings.count += page.strays() - 1;
      }
      if (page.last() == null || page.seen() < PAGE) {
        return;
      }
      after = page.last();
    }
  }

  private static boolean same(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  private static final class Findings {
    private long count;
    private long erased;
    private @Nullable Finding first;

    void add(Problem problem, Linked link) {
      add(problem, link.position(), link.auditId());
    }

    void add(Problem problem, @Nullable Long position, @Nullable Long auditId) {
      count++;
      if (first == null) {
        first = new Finding(problem, position, auditId);
      }
    }
  }
}
