package io.usercenter.transfer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One file that is or was imported.
 *
 * @param name chosen by who started it, unique
 * @param bytes size of the file
 * @param sha256 of the file, 64 hex digits
 * @param maxRejects it stops when more lines are rejected
 * @param detail why it was stopped or failed; empty otherwise
 * @param runner the process that works on it, or did last
 * @param endedAt when it was done, or failed
 */
public record ImportJob(
    long jobId,
    String name,
    Source source,
    FileFormat format,
    long bytes,
    String sha256,
    long maxRejects,
    State state,
    String detail,
    String runner,
    String createdBy,
    Instant createdAt,
    @Nullable Instant endedAt) {
  /** What a name may be, as a regular expression. */
  public static final String NAME = "[A-Za-z0-9._-]{1,64}";

  /** Where its file is. The names are stored. */
  public enum Source {
    /** With whoever runs the command. */
    FILE,
    /** In the admin database. */
    UPLOAD
  }

  /** How it is. The names are stored and shown. */
  public enum State {
    /** Its file is there; nobody has begun. */
    WAITING,
    /** A process works on it, or was killed doing so. */
    RUNNING,
    /** It goes on when it is started again. */
    STOPPED,
    /** It cannot go on with this file. */
    FAILED,
    /** Every line was imported or rejected. */
    DONE
  }
}
