package io.usercenter.platform;

import io.usercenter.trace.TraceParent;
import io.usercenter.trace.Traces;
import io.usercenter.trace.Work;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Gives every request a trace id: the caller's, when it sends a {@code traceparent} (W3C Trace
 * Context section 3.2), else a new one. It stands in every log line, in every problem document and
 * in the header {@code X-Trace-Id}; a span id of ours and the caller's stand beside it in the log,
 * and {@link #traceparent} hands both on. A request that is sampled is a span of {@link Traces}
 * besides.
 */
final class TraceFilter extends OncePerRequestFilter {
  private static final String ATTRIBUTE = TraceFilter.class.getName();

  /**
   * @param parent the span of the caller, empty when it told none
   */
  private record Ids(String trace, String span, String parent) {}

  private final RandomGenerator random;
  private final Traces traces;
  private final Ports ports;
  private final Supplier<TracedCallers> gameServers;

  TraceFilter(
      RandomGenerator random, Traces traces, Ports ports, Supplier<TracedCallers> gameServers) {
    this.random = random;
    this.traces = traces;
    this.ports = ports;
    this.gameServers = gameServers;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getAttribute(ATTRIBUTE) instanceof Ids known) { // the page for an error
      follow(known, request, response, chain);
      return;
    }
    TraceParent caller = TraceParent.parse(request.getHeader("traceparent"));
    Work work = traces.on() ? begin(request, caller) : null;
    if (work == null) {
      follow(ids(caller), request, response, chain);
      return;
    }
    try (work) {
      TraceParent ours = work.traceParent();
      follow(new Ids(ours.trace(), ours.span(), parentOf(caller)), request, response, chain);
      describe(work, request, response.getStatus());
    } catch (ServletException | IOException | RuntimeException e) { // the page for it comes later
      describe(work, request, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      throw e;
    }
  }

  private void follow(
      Ids ids, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    request.setAttribute(ATTRIBUTE, ids);
    response.setHeader("X-Trace-Id", ids.trace);
    try (var _ = MDC.putCloseable("traceId", ids.trace);
        var _ = MDC.putCloseable("spanId", ids.span);
        var _ = MDC.putCloseable("parentSpanId", ids.parent)) {
      chain.doFilter(request, response);
    }
  }

  /** Players and strangers do not decide what is traced: they could have everything kept. */
  private @Nullable Work begin(HttpServletRequest request, @Nullable TraceParent caller) {
    String path = request.getRequestURI();
    if (path.startsWith("/server/")) {
      return traces.request(caller, caller != null && gameServers.get().decide(request));
    }
    if (path.startsWith("/admin/")) {
      return traces.request(caller, ports.isInternal(request));
    }
    return path.startsWith("/v1/") ? traces.request(caller, false) : null;
  }

  /** Tells the route and never the path, in which ids and names stand. */
  private static void describe(Work work, HttpServletRequest request, int status) {
    work.put("http.request.method", request.getMethod());
    Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    work.rename(route == null ? request.getMethod() : request.getMethod() + " " + route);
    if (route != null) {
      work.put("http.route", route.toString());
    }
    work.put("http.response.status_code", status);
    if (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
      work.failed(Integer.toString(status));
    }
  }

  /** What a request of ours to others carries, when this thread works for a request. */
  static Optional<String> traceparent() {
    TraceParent traced = TraceParent.current();
    if (traced != null) {
      return Optional.of(traced.toString());
    }
    String trace = MDC.get("traceId");
    String span = MDC.get("spanId");
    return trace == null || span == null
        ? Optional.empty()
        : Optional.of(new TraceParent(trace, span, false).toString());
  }

  /** The page for an error belongs to the request that failed. */
  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  private Ids ids(@Nullable TraceParent caller) {
    HexFormat hex = HexFormat.of();
    String span = hex.toHexDigits(random.nextLong());
    return caller == null
        ? new Ids(hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()), span, "")
        : new Ids(caller.trace(), span, caller.span());
  }

  private static String parentOf(@Nullable TraceParent caller) {
    return caller == null ? "" : caller.span();
  }
}
