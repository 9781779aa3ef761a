package io.usercenter.token;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests to the user center: bounded in time and in size, without redirects. */
final class UserCenter {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final String base;
  private final HttpClient http;

  /**
   * @param base absolute http or https URL without query, a slash at its end is dropped
   */
  UserCenter(String base) {
    URI uri = URI.create(base);
    String scheme = uri.getScheme();
    if (uri.getHost() == null
        || !("http".equals(scheme) || "https".equals(scheme))
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the user center's address must be like https://host[:port][/path], was " + base);
    }
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // the credential goes nowhere else
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** Whether whoever is on the way could read along. */
  boolean isPlainText() {
    URI uri = URI.create(base);
    String host = uri.getHost();
    boolean loopback = "localhost".equals(host) || "[::1]".equals(host) || host.startsWith("127.");
    return "http".equals(uri.getScheme()) && !loopback;
  }

  /**
   * @param path with its query, starts with a slash
   * @param timeout for all of it: connecting, waiting, reading
   * @param largest bytes of body that are read at most
   * @throws IOException if there is no whole answer with status 200
   */
  byte[] get(String path, @Nullable ServiceCredential credential, Duration timeout, int largest)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json").GET();
    if (credential != null) {
      request.header("Authorization", credential.authorization());
    }
    // HttpRequest.timeout() ends with the headers (JDK 17 to 25): a body that drips would hang us.
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request.build(), head -> new BoundedBody(largest));
    try {
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException(base + path + " answered " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException(base + path + " did not answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(base + path + " failed: " + e.getCause(), e.getCause());
    } finally {
      answer.cancel(true); // after an answer this does nothing
    }
  }

  @Override
  public String toString() {
    return base;
  }
}
