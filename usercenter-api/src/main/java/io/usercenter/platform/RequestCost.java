package io.usercenter.platform;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.shard.ShardVisits;
import io.usercenter.trace.Work;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Counts, per request, the shards it touched and the statements it sent: the live proof that
 * routing works. Metrics {@code uc.request.shards} and {@code uc.request.statements}, by route.
 */
final class RequestCost extends OncePerRequestFilter {
  private static final Logger log = LoggerFactory.getLogger(RequestCost.class);
  private static final String VISITS = ShardVisits.class.getName();
  private static final String HEADER = "Server-Timing";

  private final MeterRegistry meters;
  private final HttpSettings settings;
  private final Map<String, Summaries> summaries = new ConcurrentHashMap<>();

  RequestCost(MeterRegistry meters, HttpSettings settings) {
    this.meters = meters;
    this.settings = settings;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try (ShardVisits visits = ShardVisits.open(Work.current())) {
      request.setAttribute(VISITS, visits);
      chain.doFilter(request, response);
      Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
      if (route != null && visits.statements() > 0) {
        Summaries of =
            summaries.computeIfAbsent(request.getMethod() + " " + route, this::summaries);
        of.shards.record(visits.shardCount());
        of.statements.record(visits.statements());
        if (log.isDebugEnabled()) {
          // Together with the trace and span ids of the line: the way from the caller to the
          // shards.
          log.debug(
              "{} {} answered {}: shards {}, {} statements",
              request.getMethod(),
              route,
              response.getStatus(),
              visits.shards(),
              visits.statements());
        }
      }
      if (settings.serverTiming() && !response.isCommitted()) {
        response.setHeader(HEADER, text(visits)); // an answer without a body
      }
    }
  }

  private Summaries summaries(String route) {
    return new Summaries(
        meters.summary("uc.request.shards", "route", route),
        meters.summary("uc.request.statements", "route", route));
  }

  /** Looked up once: a look-up compares all tags. */
  private record Summaries(DistributionSummary shards, DistributionSummary statements) {}

  /** W3C Server Timing section 3: {@code name;desc="..."}. */
  private static String text(ShardVisits visits) {
    return "shards;desc=\"%d\", statements;desc=\"%d\""
        .formatted(visits.shardCount(), visits.statements());
  }

  /** Shows the cost of a request to who asked for it, when the setting allows. */
  @RestControllerAdvice
  static final class Header implements ResponseBodyAdvice<Object> {
    private final HttpSettings settings;

    Header(HttpSettings settings) {
      this.settings = settings;
    }

    @Override
    public boolean supports(
        MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
      return settings.serverTiming();
    }

    @Override
    public @Nullable Object beforeBodyWrite(
        @Nullable Object body,
        MethodParameter returnType,
        MediaType selectedContentType,
        Class<? extends HttpMessageConverter<?>> selectedConverterType,
        ServerHttpRequest request,
        ServerHttpResponse response) {
      if (request instanceof ServletServerHttpRequest servlet
          && servlet.getServletRequest().getAttribute(VISITS) instanceof ShardVisits visits) {
        response.getHeaders().set(HEADER, text(visits));
      }
      return body;
    }
  }
}
