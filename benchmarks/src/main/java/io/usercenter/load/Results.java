package io.usercenter.load;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What became of the requests. Times are from when a request was due, which in an open loop is
 * before it was sent when there was no room for it or no player: what waits in front of a service
 * that stands still is counted. The rate is that of the answers that came in time; those that came
 * after the end have only their times counted.
 */
final class Results {
  private final Map<Kind, Row> rows = new EnumMap<>(Kind.class);
  private final LongAdder waited = new LongAdder();
  private final Duration time;
  private final long end;

  /** Of a load that begins now. */
  Results(Duration time) {
    this.time = time;
    this.end = System.nanoTime() + time.toNanos();
    for (Kind kind : Kind.values()) {
      rows.put(kind, new Row());
    }
  }

  /** The value of {@link System#nanoTime} from which on nothing is due. */
  long end() {
    return end;
  }

  /** One that was answered as it should be, just now. */
  void good(Kind kind, long due) {
    long now = System.nanoTime();
    Row row = of(kind);
    row.good.recordValue(micros(now - due));
    if (now - end < 0) {
      row.inTime.increment();
    }
  }

  /** One that the service turned away for now, by 429 or 503. */
  void turnedAway(Kind kind, String code) {
    of(kind).turnedAway.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  /** One that had another answer, or none. */
  void failed(Kind kind, String how) {
    of(kind).failed.computeIfAbsent(how, _ -> new LongAdder()).increment();
  }

  /** One that was due when all players were busy, so that it was sent later. */
  void waited() {
    waited.increment();
  }

  long good() {
    return rows.values().stream().mapToLong(row -> row.good.getTotalCount()).sum();
  }

  long turnedAway() {
    return rows.values().stream().mapToLong(row -> sum(row.turnedAway)).sum();
  }

  long failed() {
    return rows.values().stream().mapToLong(row -> sum(row.failed)).sum();
  }

  /** The time in milliseconds that so many of a hundred good answers took at most, of all kinds. */
  double percentile(double percent) {
    Histogram all = new Histogram(3);
    rows.values().forEach(row -> all.add(row.good));
    return all.getValueAtPercentile(percent) / 1e3;
  }

  /** A table in Markdown. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            """
            | | a second | p50 | p99 | p99.9 | worst | turned away | failed |
            |---|---:|---:|---:|---:|---:|---:|---:|
            """);
    rows.forEach(
        (kind, row) -> {
          if (!row.isEmpty()) {
            table.append(row.line(kind, time));
          }
        });
    rows.forEach(
        (kind, row) -> {
          row.turnedAway.forEach((code, count) -> table.append(said(kind, count, code)));
          row.failed.forEach((how, count) -> table.append(said(kind, count, how)));
        });
    if (waited.sum() > 0) {
      table.append(
          "%,d were sent later than due, as all players were waiting for an answer: more --players, or the service is behind%n"
              .formatted(waited.sum()));
    }
    return table.toString();
  }

  private static String said(Kind kind, LongAdder count, String what) {
    return "%s, %,d times: %s%n".formatted(kind.title(), count.sum(), what);
  }

  private Row of(Kind kind) {
    Row row = rows.get(kind);
    if (row == null) {
      throw new AssertionError(kind);
    }
    return row;
  }

  private static long micros(long nanos) {
    return Math.max(0, nanos / 1000);
  }

  private static long sum(Map<String, LongAdder> counts) {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Of one kind. */
  private static final class Row {
    private final Histogram good = new ConcurrentHistogram(3);
    private final LongAdder inTime = new LongAdder();
    private final Map<String, LongAdder> turnedAway = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentSkipListMap<>();

    boolean isEmpty() {
      return good.getTotalCount() == 0 && turnedAway.isEmpty() && failed.isEmpty();
    }

    String line(Kind kind, Duration time) {
      return "| %s | %,.1f | %s | %,d | %,d |%n"
          .formatted(
              kind.title(),
              inTime.sum() * 1e3 / time.toMillis(),
              DoubleStream.of(50, 99, 99.9, 100)
                  .mapToObj(
                      percent -> "%.1f ms".formatted(good.getValueAtPercentile(percent) / 1e3))
                  .collect(Collectors.joining(" | ")),
              sum(turnedAway),
              sum(failed));
    }
  }
}
