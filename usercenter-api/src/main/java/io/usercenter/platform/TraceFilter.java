package io.usercenter.platform;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request a trace id: the caller's, when it sends a {@code traceparent} (W3C Trace
 * Context section 3.2), else a new one. It stands in every log line, in every problem document and
 * in the header {@code X-Trace-Id}; a span id of ours and the caller's stand beside it in the log,
 * and {@link #traceparent} hands both on.
 */
final class TraceFilter extends OncePerRequestFilter {
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}");

  private static final String ATTRIBUTE = TraceFilter.class.getName();

  /**
   * @param parent the span of the caller, empty when it told none
   */
  private record Span(String trace, String id, String parent) {}

  private final RandomGenerator random;

  TraceFilter(RandomGenerator random) {
    this.random = random;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Span span =
        request.getAttribute(ATTRIBUTE) instanceof Span known
            ? known
            : spanOf(request.getHeader("traceparent"));
    request.setAttribute(ATTRIBUTE, span);
    response.setHeader("X-Trace-Id", span.trace);
    try (var _ = MDC.putCloseable("traceId", span.trace);
        var _ = MDC.putCloseable("spanId", span.id);
        var _ = MDC.putCloseable("parentSpanId", span.parent)) {
      chain.doFilter(request, response);
    }
  }

  /** What a request of ours to others carries, when this thread works for a request. */
  static Optional<String> traceparent() {
    String trace = MDC.get("traceId");
    String span = MDC.get("spanId");
    return trace == null || span == null
        ? Optional.empty()
        : Optional.of("00-" + trace + "-" + span + "-00");
  }

  /** The page for an error belongs to the request that failed. */
  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  private Span spanOf(@Nullable String traceparent) {
    HexFormat hex = HexFormat.of();
    String id = hex.toHexDigits(random.nextLong());
    if (traceparent != null && traceparent.length() <= 64) {
      Matcher matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches()) {
        return new Span(matcher.group(1), id, matcher.group(2));
      }
    }
    return new Span(
        hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()), id, "");
  }
}
