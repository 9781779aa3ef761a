package io.usercenter.audit;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;

/**
 * What verifying the audit found.
 *
 * @param verified how many places of the chain were looked at
 * @param bad how many problems there are
 * @param firstBad the first of them; absent when there is none
 * @param waiting lines that will have their place in the chain in a moment
 * @param erased notes that are gone because their player was erased
 * @param head the end of the chain, {@code position:link}; keep it elsewhere and send it as {@code
 *     witness} next time
 * @param next to be sent as {@code after}, when not all was looked at; absent at the end
 * @param elapsedMs how long it took
 */
public record AuditVerdict(
    long verified,
    long bad,
    @Nullable Finding firstBad,
    long waiting,
    long erased,
    String head,
    @Nullable Long next,
    long elapsedMs) {

  /** What can be wrong. */
  public enum Problem {
    /** The line is not what was written. */
    LINE_CHANGED,
    /** The line is gone. */
    LINE_MISSING,
    /** The line was never written by the service, or its place in the chain was taken away. */
    LINE_UNCHAINED,
    /** What was noted is not what was written. */
    NOTE_CHANGED,
    /** What was noted is gone, though the player was not erased. */
    NOTE_MISSING,
    /** The link does not follow from the one before it and its line. */
    LINK_CHANGED,
    /** There is no link at that place. */
    LINK_MISSING,
    /** The chain ends before the place that it had come to. */
    TRUNCATED,
    /** The chain goes on after its head, or the head is none that the service made. */
    HEAD_CHANGED
  }

  /**
   * A problem.
   *
   * @param position its place in the chain; absent for lines that have none
   * @param auditId the line; absent when it is not known
   */
  public record Finding(
      Problem problem,
      @Nullable Long position,
      @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Long auditId) {}
}
