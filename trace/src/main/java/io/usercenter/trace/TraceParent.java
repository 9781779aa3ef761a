package io.usercenter.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent} (W3C Trace Context section 3.2).
 *
 * @param trace 32 hexadecimal digits, not all 0
 * @param span 16 of them: who asks
 * @param sampled whether the caller keeps this trace
 */
public record TraceParent(String trace, String span, boolean sampled) {
  private static final int LONGEST = 64;
  private static final Pattern FORM =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");

  /** Reads the header; null when there is none, or nonsense. */
  public static @Nullable TraceParent parse(@Nullable String header) {
    if (header == null || header.length() > LONGEST) {
      return null;
    }
    Matcher matcher = FORM.matcher(header);
    return matcher.matches()
        ? new TraceParent(
            matcher.group(1), matcher.group(2), (Integer.parseInt(matcher.group(3), 16) & 1) == 1)
        : null;
  }

  /** What this thread works on, when that is traced; null when it is not. */
  public static @Nullable TraceParent current() {
    SpanContext current = Span.current().getSpanContext();
    return current.isSampled()
        ? new TraceParent(current.getTraceId(), current.getSpanId(), true)
        : null;
  }

  SpanContext context() {
    return SpanContext.createFromRemoteParent(
        trace, span, TraceFlags.getSampled(), TraceState.getDefault());
  }

  /** The header. */
  @Override
  public String toString() {
    return "00-" + trace + "-" + span + (sampled ? "-01" : "-00");
  }
}
