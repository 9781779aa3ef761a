package io.usercenter.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/** A part of the {@link Work} of this thread that asks somebody else and waits. */
public final class Step implements AutoCloseable {
  private static final Step UNTRACED = new Step(null, Scope.noop());

  private final @Nullable Span span;
  private final Scope scope;

  private Step(@Nullable Span span, Scope scope) {
    this.span = span;
    this.scope = scope;
  }

  /**
   * Begins a part on this thread, which closes it. Does nothing, and allocates nothing, when the
   * work of this thread is not traced.
   *
   * @param whom a word, such as {@code redis}
   * @param what a few words that stand in the code; nothing that was sent
   */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public static Step begin(String whom, String what) {
    Work work = Work.current();
    if (work == null) {
      return UNTRACED;
    }
    Span span = work.child(whom + " " + what);
    return new Step(span, span.makeCurrent());
  }

  /** Marks it as failed. */
  public void failed(Throwable failure) {
    if (span != null) {
      Work.failed(span, failure.getClass().getName());
    }
  }

  @Override
  public void close() {
    scope.close();
    if (span != null) {
      span.end();
    }
  }
}
