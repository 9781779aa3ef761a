package io.usercenter.channel;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks servers of others. An answer takes so long and is so large at most, and no redirect is
 * followed, because it could lead to a place that nobody configured.
 */
final class BoundedHttp implements AutoCloseable {
  private static final int LARGEST_ANSWER = 256 * 1024;

  private final Duration timeout;
  private final HttpClient client;

  BoundedHttp(Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build());
  }

  /**
   * @throws ChannelFault when there is no answer in time, or one that is too large
   */
  HttpResponse<String> send(HttpRequest request) {
    // The timeout of a request ends with the headers of its answer; this one with the last byte.
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST_ANSWER));
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ChannelFault("no whole answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw new ChannelFault(failure.getClass().getSimpleName() + ": " + where(request), failure);
      }
      throw new IllegalStateException("an HTTP request failed: " + where(request), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChannelFault("this instance is stopping", e);
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
