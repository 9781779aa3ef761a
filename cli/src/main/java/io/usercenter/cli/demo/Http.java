package io.usercenter.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Sends requests and measures them. What is answered 503 with {@code Retry-After} is sent again, as
 * a good client does, and counted.
 */
final class Http implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);
  private static final int TRIES = 6;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .executor(threads)
          .build();
  private final Measurements measurements;

  Http(Measurements measurements) {
    this.measurements = measurements;
  }

  /**
   * Sends a request.
   *
   * @param path with its query; starts with a slash
   * @param authorization null for none
   * @param body null for none
   * @throws NoAnswerException when nothing came back, or not in time
   */
  Answer send(
      Step step,
      String method,
      URI base,
      String path,
      @Nullable String authorization,
      @Nullable JsonNode body)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(TIMEOUT)
            .header("Accept", "application/json, application/problem+json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    }
    return send(step, method + " " + path, request.build());
  }

  private Answer send(Step step, String name, HttpRequest request) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      long sent = System.nanoTime();
      HttpResponse<byte[]> response;
      try {
        response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      } catch (IOException e) {
        throw new NoAnswerException(name, e);
      }
      long received = System.nanoTime();
      Answer answer = read(name, response, received);
      Optional<Duration> pause = response.headers().firstValue("Retry-After").flatMap(Http::pause);
      if (answer.status() == 503 && pause.isPresent() && tries < TRIES) {
        measurements.retried(answer.code().isEmpty() ? "503" : answer.code());
        Thread.sleep(pause.get());
        continue;
      }
      if (answer.status() < 300) {
        measurements.took(step, received - sent);
        count(step, answer);
      } else {
        measurements.took(Step.OTHER, received - sent);
      }
      return answer;
    }
  }

  private void count(Step step, Answer answer) {
    if (answer.cost().isPresent()) {
      measurements.cost(step, answer.cost().get());
    } else if (step.shardRule() != Step.ShardRule.ANY) {
      measurements.costUnknown();
    }
  }

  /** RFC 9110 section 10.2.3, the form in seconds; the other is for dates, which nobody sends. */
  private static Optional<Duration> pause(String retryAfter) {
    try {
      Duration pause = Duration.ofSeconds(Long.parseLong(retryAfter.strip()));
      return pause.isNegative() || pause.compareTo(LONGEST_RETRY_AFTER) > 0
          ? Optional.empty()
          : Optional.of(pause);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Answer read(String name, HttpResponse<byte[]> response, long received) {
    JsonNode body = JsonNodeFactory.instance.missingNode();
    if (response.body().length > 0) {
      try {
        body = JSON.readTree(response.body());
      } catch (JacksonException notJson) {
        // The content type tells.
      }
    }
    return new Answer(
        name,
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        body,
        response.headers().firstValue("Server-Timing").flatMap(Cost::parse),
        received);
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
