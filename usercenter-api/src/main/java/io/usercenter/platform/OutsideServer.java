package io.usercenter.platform;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.usercenter.trace.Step;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of others. An answer takes so long and is so large at most, and no redirect is followed,
 * because it could lead to a place that nobody configured. 64 wait for it at once at most, and when
 * half of the last 20 failed it is left alone for 5 s at a time.
 */
public final class OutsideServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutsideServer.class);
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final int AT_ONCE = 64;
  private static final int LAST_PORT = 65535;

  private final String what;
  private final Duration timeout;
  private final HttpClient client;
  private final CircuitBreaker breaker;
  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * @param what a word or two for the log
   * @param timeout for each request, from its beginning to the last byte of its answer
   */
  public OutsideServer(String what, Duration timeout) {
    this.what = what;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.breaker =
        CircuitBreaker.of(
            what,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(50)
                .waitDurationInOpenState(Duration.ofSeconds(5))
                .permittedNumberOfCallsInHalfOpenState(2)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(event -> log.warn("{}: {}", what, event.getStateTransition()));
  }

  /** Whether secrets may be sent there: nobody on the way reads or changes what is said. */
  public static boolean isSafe(URI uri) {
    String host = uri.getHost();
    return host != null
        && uri.getUserInfo() == null
        && uri.getPort() <= LAST_PORT
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme())
                && Set.of("127.0.0.1", "[::1]", "localhost").contains(host)));
  }

  /**
   * Does something that needs the server, which may be several requests.
   *
   * @throws OutsideFault when it failed, or was not tried because the server fails all the time
   */
  public <T> T attempt(Supplier<T> work) {
    if (!places.tryAcquire()) {
      throw new OutsideFault("too many wait for it", null);
    }
    try {
      return breaker.executeSupplier(work);
    } catch (CallNotPermittedException e) {
      throw new OutsideFault("it did not answer the last times", e);
    } catch (OutsideFault e) {
      log.warn("{}: {}", what, e.why());
      throw e;
    } finally {
      places.release();
    }
  }

  /** As {@link #send}. */
  public HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build());
  }

  private static HttpRequest traced(HttpRequest request) {
    return TraceFilter.traceparent()
        .map(
            parent ->
                HttpRequest.newBuilder(request, (_, _) -> true)
                    .setHeader("traceparent", parent)
                    .build())
        .orElse(request);
  }

  /**
   * Sends one request, within {@link #attempt}.
   *
   * @throws OutsideFault when there is no answer in time, or one that is too large
   */
  public HttpResponse<String> send(HttpRequest request) {
    try (Step step = Step.begin("call", what)) {
      return answered(request, step);
    }
  }

  private HttpResponse<String> answered(HttpRequest request, Step step) {
    // The timeout of a request ends with the headers of its answer; this one with the last byte.
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            traced(request),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST_ANSWER));
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      step.failed(e);
      throw new OutsideFault("no whole answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      step.failed(e);
      if (e.getCause() instanceof IOException failure) {
        throw new OutsideFault(failure.getClass().getSimpleName() + ": " + where(request), failure);
      }
      throw new IllegalStateException("an HTTP request failed: " + where(request), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutsideFault("this instance is stopping", e);
    } finally {
      answer.cancel(true); // closes the connection when the answer is not there
    }
  }

  private static String where(HttpRequest request) {
    return request.uri().getHost();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
