package io.usercenter.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls over HTTP/1.1 with connections that are kept. Who gets no answer (JDK-8357639: the JDK's
 * client loses one now and then), or is told that the service is too busy (503, RFC 9110, section
 * 15.6.4), asks again, which is told of.
 */
final class Http {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String FORM = "application/x-www-form-urlencoded";

  private static final int TRIES = 10;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  /**
   * Calls of one service.
   *
   * @param base such as {@code http://127.0.0.1:8080}
   */
  Http(String base) {
    this.base = base;
  }

  static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  static String bearer(String token) {
    return "Bearer " + token;
  }

  static String json(Object value) {
    return JSON.writeValueAsString(value);
  }

  static JsonNode read(String text) {
    return JSON.readTree(text);
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** One who has no cookies yet. */
  Browser browser() {
    return new Browser();
  }

  /** Whether this path answers 200 now. */
  boolean isUp(String path) {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(URI.create(base + path))
                      .timeout(Duration.ofSeconds(5))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  String postJson(String path, String authorization, Object body) {
    return send("POST", path, authorization, "application/json", json(body));
  }

  /** The same with a request header of its own. */
  String postJson(String path, String header, String value, Object body) {
    return send("POST", path, Map.of(header, value), "application/json", json(body));
  }

  /** The same with a body that is JSON already. */
  String postJsonText(String path, String authorization, String body) {
    return send("POST", path, authorization, "application/json", body);
  }

  String putJson(String path, String authorization, Object body) {
    return send("PUT", path, authorization, "application/json", json(body));
  }

  String postForm(String path, String authorization, String body) {
    return send("POST", path, authorization, FORM, body);
  }

  private String send(String method, String path, String authorization, String type, String body) {
    Map<String, String> headers =
        authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization);
    return send(method, path, headers, type, body);
  }

  private String send(
      String method, String path, Map<String, String> headers, String type, String body) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return send(request.build(), 2).body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
  }

  /**
   * Sends until there is an answer.
   *
   * @param hundred what its status begins with; any other throws
   */
  private HttpResponse<String> send(HttpRequest request, int hundred) {
    String what = request.method() + " " + request.uri();
    boolean lost = false;
    for (int tries = 1; ; tries++) {
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 == hundred) {
          return answer;
        }
        String said = what + ": " + answer.statusCode() + " " + answer.body();
        if (answer.statusCode() != 503 || tries == TRIES) {
          throw lost ? new AnswerLostException(said) : new IllegalStateException(said);
        }
        System.err.println("sent again: " + said);
        Thread.sleep(PAUSE);
      } catch (IOException e) {
        lost = true;
        if (tries == TRIES) {
          throw new UncheckedIOException(what, e);
        }
        System.err.println("sent again: " + what + ": " + e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }

  /**
   * What was asked again, because there was no answer, was refused: it can have been done already.
   */
  static final class AnswerLostException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private AnswerLostException(String said) {
      super(said);
    }
  }

  /** Keeps its cookies, and says where it is led instead of going there. */
  final class Browser {
    private final Map<String, String> cookies = new LinkedHashMap<>();

    private Browser() {}

    /** The page. */
    String page(String path) {
      return send(request(path), 2).body();
    }

    /** Where the page leads to. */
    String led(String path) {
      return location(send(request(path), 3));
    }

    /** Where a form leads to. */
    String submit(String path, Map<String, String> fields) {
      return location(
          send(
              request(path)
                  .header("Content-Type", FORM)
                  .POST(HttpRequest.BodyPublishers.ofString(form(fields))),
              3));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, int hundred) {
      request.header("Accept", "text/html");
      if (!cookies.isEmpty()) {
        request.header(
            "Cookie",
            cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; ")));
      }
      HttpResponse<String> answer = Http.this.send(request.build(), hundred);
      for (String line : answer.headers().allValues("Set-Cookie")) {
        for (HttpCookie cookie : HttpCookie.parse(line)) {
          cookies.put(cookie.getName(), cookie.getValue());
        }
      }
      return answer;
    }

    private static String location(HttpResponse<String> answer) {
      return answer.headers().firstValue("Location").orElseThrow();
    }
  }
}
