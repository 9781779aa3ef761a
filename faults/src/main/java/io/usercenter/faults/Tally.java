package io.usercenter.faults;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What callers saw while one fault lasted and until it was over. */
final class Tally {
  private static final int MOST_KEPT = 20;

  private final LongAdder requests = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder busy = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong lastFailure = new AtomicLong(Long.MIN_VALUE);
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final LongAdder wrongCount = new LongAdder();
  private final Queue<String> other = new ConcurrentLinkedQueue<>();

  void sent() {
    requests.increment();
    inFlight.incrementAndGet();
  }

  void answered() {
    inFlight.decrementAndGet();
  }

  void acknowledged() {
    acknowledged.increment();
  }

  /** Told to come again (503, 429). */
  void busy(String what) {
    busy.increment();
    failed(what);
  }

  /**
   * Told that the same request, which failed before, may still be worked on: only who sent it
   * waits, docs/idempotency.md says for how long.
   */
  void waited() {
    waited.increment();
  }

  void refused() {
    refused.increment();
    failed("");
  }

  void unanswered(String what) {
    unanswered.increment();
    failed(what);
  }

  /** A 5xx other than 503. */
  void broken(String what) {
    broken.increment();
    failed(what);
  }

  /** An answer that contradicts what was acknowledged before. */
  void wrong(String what) {
    wrongCount.increment();
    keep(wrong, what);
  }

  private void failed(String what) {
    lastFailure.set(System.nanoTime());
    if (!what.isEmpty()) {
      keep(other, what);
    }
  }

  private static void keep(Queue<String> queue, String what) {
    if (queue.size() < MOST_KEPT) {
      queue.add(what);
    }
  }

  int inFlight() {
    return inFlight.get();
  }

  /** In {@link System#nanoTime}; {@link Long#MIN_VALUE} when there was none. */
  long lastFailure() {
    return lastFailure.get();
  }

  long requests() {
    return requests.sum();
  }

  long acknowledgements() {
    return acknowledged.sum();
  }

  long busyAnswers() {
    return busy.sum();
  }

  long waits() {
    return waited.sum();
  }

  long refusals() {
    return refused.sum();
  }

  long unansweredRequests() {
    return unanswered.sum();
  }

  long brokenAnswers() {
    return broken.sum();
  }

  long wrongAnswers() {
    return wrongCount.sum();
  }

  /** The first of them. */
  List<String> wrongOnes() {
    return List.copyOf(wrong);
  }

  /** The first failures that contradict nothing. */
  List<String> failures() {
    return List.copyOf(other);
  }
}
