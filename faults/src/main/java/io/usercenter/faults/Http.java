package io.usercenter.faults;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Requests whose fate is a value: a fault is what they are sent for. */
final class Http {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Longer than the service waits for a database. */
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /** What became of a request. */
  sealed interface Fate {}

  /**
   * It was answered.
   *
   * @param last whether the answer says that it is the last one on its connection
   */
  record Answer(int status, String body, boolean last) implements Fate {
    JsonNode json() {
      return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    }

    String text(String pointer) {
      return json().at(pointer).asString("");
    }

    @Override
    public String toString() {
      return status + " " + body;
    }
  }

  /** Nobody took it: nothing was done. */
  record Refused() implements Fate {}

  /** It was sent, and whether it was done is not known. */
  record Unanswered(String why) implements Fate {}

  static HttpRequest.Builder get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
  }

  static HttpRequest.Builder post(String url, Object body) {
    return get(url)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
  }

  static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  Fate send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body(),
          response.headers().firstValue("Connection").orElse("").equals("close"));
    } catch (ConnectException e) {
      return new Refused();
    } catch (IOException e) {
      return refused(e) ? new Refused() : new Unanswered(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean refused(@Nullable Throwable e) {
    return e != null && (e instanceof ConnectException || refused(e.getCause()));
  }
}
