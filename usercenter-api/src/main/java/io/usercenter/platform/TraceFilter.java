package io.usercenter.platform;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request a trace id: the caller's, when it sends a {@code traceparent} (W3C Trace
 * Context section 3.2), else a new one. It stands in every log line, in every problem document and
 * in the header {@code X-Trace-Id}.
 */
final class TraceFilter extends OncePerRequestFilter {
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

  private static final String ATTRIBUTE = TraceFilter.class.getName();

  private final RandomGenerator random;

  TraceFilter(RandomGenerator random) {
    this.random = random;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String traceId =
        request.getAttribute(ATTRIBUTE) instanceof String known
            ? known
            : traceIdOf(request.getHeader("traceparent"));
    request.setAttribute(ATTRIBUTE, traceId);
    response.setHeader("X-Trace-Id", traceId);
    try (var _ = MDC.putCloseable("traceId", traceId)) {
      chain.doFilter(request, response);
    }
  }

  /** The page for an error belongs to the request that failed. */
  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  private String traceIdOf(@Nullable String traceparent) {
    if (traceparent != null && traceparent.length() <= 64) {
      Matcher matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }
}
