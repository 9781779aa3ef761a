package io.usercenter.id;

import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A look at a generator, for health and metrics. Counters run since the start.
 *
 * @param refusal what a caller is told now; null: ids are minted
 * @param machine the machine number held, if one is
 * @param windowLeft until refusal if the store stays away; zero or negative: refusing
 * @param lead how far the fullest lane is ahead of the clock
 * @param refused how often a caller got no id, for whatever reason
 * @param parked how often a caller waited for room in a lane
 * @param saturated how often it waited in vain; part of {@code refused}
 * @param leasesLost how often another process took the machine number over
 * @param votesLost how often each clock was outvoted
 * @param lastFailure why the store could not be asked last time; null if it could
 */
public record UserIdStatus(
    @Nullable Refusal refusal,
    OptionalInt machine,
    Duration windowLeft,
    Duration lead,
    long refused,
    long parked,
    long saturated,
    long leasesLost,
    ClockVotes votesLost,
    @Nullable String lastFailure) {

  /** Whether ids can be minted. */
  public boolean ready() {
    return refusal == null;
  }

  /**
   * Why there are no ids.
   *
   * @param reason for operators: names machine numbers, processes and databases
   */
  public record Refusal(UserIdUnavailableException.Code code, String reason) {}
}
