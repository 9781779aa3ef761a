package io.usercenter.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a fault did.
 *
 * @param inFlight requests that were being answered when it began
 * @param lost what was acknowledged and is not there
 * @param reconciled characters that Redis had lost and the game server brought back
 * @param served from its end to the last request that failed; null when that went on
 * @param roles from its end until what had been acknowledged of characters was in the directory;
 *     null when it never was
 */
record Outcome(
    Fault fault,
    int inFlight,
    Tally tally,
    List<String> lost,
    int reconciled,
    @Nullable Duration served,
    @Nullable Duration roles) {
  static final String HEADER =
      """
      | fault | in flight | requests | acknowledged | lost | wrong answers | 503 | 409 in flight | other 5xx | no answer | refused | requests served after | characters there after |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\
      """;

  /** As a row of the table. */
  String row() {
    return "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %s | %s%s |"
        .formatted(
            fault.title(),
            inFlight,
            tally.requests(),
            tally.acknowledgements(),
            lost.size(),
            tally.wrongAnswers(),
            tally.busyAnswers(),
            tally.waits(),
            tally.brokenAnswers(),
            tally.unansweredRequests(),
            tally.refusals(),
            after(served),
            after(roles),
            reconciled == 0 ? "" : ", %d reconciled".formatted(reconciled));
  }

  private static String after(@Nullable Duration time) {
    return time == null ? "**never**" : Waiting.seconds(time);
  }

  /** What must not be; empty when all is well. */
  List<String> faults() {
    List<String> bad = new ArrayList<>();
    lost.stream().limit(20).forEach(what -> bad.add("lost: " + what));
    tally.wrongOnes().forEach(what -> bad.add("wrong answer: " + what));
    if (served == null || roles == null) {
      bad.add("it did not recover: " + tally.failures());
    }
    if (tally.brokenAnswers() > 0) {
      bad.add("5xx other than 503: " + tally.failures());
    }
    if (fault.whole() && tally.busyAnswers() + tally.unansweredRequests() > 0) {
      bad.add("requests failed: " + tally.failures());
    }
    return bad.stream().map(what -> fault.title() + ": " + what).toList();
  }
}
