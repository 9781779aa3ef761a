package io.usercenter.roleevent;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Posts JSON to the user center with a service credential; bounded in time, no redirects. */
final class UserCenterHttp {
  static final JsonMapper JSON = new JsonMapper();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final String base;
  private final String authorization;
  private final Duration timeout;
  private final HttpClient http;

  /**
   * @param url {@code https://host[:port][/path]}
   * @param timeout for one request, all of it
   */
  UserCenterHttp(URI url, String credentialId, String secret, Duration timeout) {
    String scheme = url.getScheme();
    if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException(
          "the user center's address must be like https://host[:port]");
    }
    String text = url.toString();
    this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((credentialId + ":" + secret).getBytes(StandardCharsets.UTF_8));
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // the credential goes nowhere else
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** An answer that is none that was hoped for. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final boolean byUserCenter;

    /**
     * @param byUserCenter whether the user center itself answered, and nothing in between
     */
    RefusedException(int status, boolean byUserCenter, String message) {
      super(message);
      this.status = status;
      this.byUserCenter = byUserCenter;
    }

    /** Whether the request itself is at fault, so that sending it again changes nothing. */
    boolean isForGood() {
      return byUserCenter && (status == 400 || status == 413 || status == 422);
    }

    /** Whether less at once may go through, whoever it was that answered. */
    boolean isTooLarge() {
      return status == 413;
    }
  }

  /**
   * @throws RefusedException if it is answered with another status than 200
   * @throws IOException if there is no answer
   */
  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new RefusedException(
            response.statusCode(),
            isProblem(response),
            "%s%s answered %d %s"
                .formatted(base, path, response.statusCode(), code(response.body())));
      }
      return JSON.readTree(response.body());
    } catch (TimeoutException e) {
      throw new IOException(base + path + " did not answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(base + path + " failed: " + e.getCause(), e.getCause());
    } catch (JacksonException e) {
      throw new IOException(base + path + " did not answer with JSON", e);
    } finally {
      answer.cancel(true); // after an answer this does nothing
    }
  }

  /** A load balancer or a proxy refuses with a page of its own. */
  private static boolean isProblem(HttpResponse<String> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (type.split(";", 2)[0].strip().equalsIgnoreCase("application/problem+json")) {
      return true;
    }
    try {
      JsonNode code = JSON.readTree(response.body()).path("code");
      return code.isString() && !code.asString("").isEmpty();
    } catch (JacksonException e) {
      return false;
    }
  }

  private static String code(String problem) {
    try {
      JsonNode node = JSON.readTree(problem);
      return node.path("code").asString("") + " " + node.path("detail").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }
}
