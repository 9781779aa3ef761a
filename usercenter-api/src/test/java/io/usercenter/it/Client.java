package io.usercenter.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Sends JSON and reads JSON, and holds the service to its {@link Contract}. */
final class Client {
  static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final String base;
  private final Map<String, String> headers;

  Client(String base) {
    this(base, Map.of());
  }

  private Client(String base, Map<String, String> headers) {
    this.base = base;
    this.headers = headers;
  }

  String base() {
    return base;
  }

  /** On 127.0.0.1. */
  int port() {
    return URI.create(base).getPort();
  }

  Client with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Client(base, more);
  }

  Client bearer(String token) {
    return with("Authorization", "Bearer " + token);
  }

  Client basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return with("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  /** As it is sent; empty for nobody. */
  String authorization() {
    return headers.getOrDefault("Authorization", "");
  }

  Answer get(String path) {
    return send("GET", path, HttpRequest.BodyPublishers.noBody(), "");
  }

  Answer delete(String path) {
    return send("DELETE", path, HttpRequest.BodyPublishers.noBody(), "");
  }

  Answer delete(String path, Object body) {
    return send(
        "DELETE",
        path,
        HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)),
        "application/json");
  }

  Answer post(String path, Object body) {
    return postText(path, "application/json", JSON.writeValueAsString(body));
  }

  Answer put(String path, Object body) {
    return send(
        "PUT",
        path,
        HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)),
        "application/json");
  }

  Answer patch(String path, String json) {
    return patchAs("application/json", path, json);
  }

  Answer patchAs(String type, String path, String json) {
    return send("PATCH", path, HttpRequest.BodyPublishers.ofString(json), type);
  }

  Answer postText(String path, String type, String body) {
    return send("POST", path, HttpRequest.BodyPublishers.ofString(body), type);
  }

  /** JSON that is written already; empty for none. */
  Answer send(String method, String path, String json) {
    return json.isEmpty()
        ? send(method, path, HttpRequest.BodyPublishers.noBody(), "")
        : send(method, path, HttpRequest.BodyPublishers.ofString(json), "application/json");
  }

  private Answer send(
      String method, String path, HttpRequest.BodyPublisher body, String contentType) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    headers.forEach(request::setHeader);
    if (!contentType.isEmpty()) {
      request.setHeader("Content-Type", contentType);
    }
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Contract.check(method, path, response);
      return new Answer(method + " " + path, response);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Registers a player with the password {@link #PASSWORD}. */
  Answer register(String username) {
    return post("/v1/accounts", Map.of("username", username, "password", PASSWORD));
  }

  /** Logs a player in with the password {@link #PASSWORD}. */
  Answer login(String username) {
    return post(
        "/v1/sessions", Map.of("grant", "password", "username", username, "password", PASSWORD));
  }

  Answer refresh(String refreshToken) {
    return post("/v1/sessions:refresh", Map.of("refreshToken", refreshToken));
  }

  Answer introspect(String accessToken) {
    return post("/server/v1/tokens:introspect", Map.of("token", accessToken));
  }

  static final String PASSWORD = "correct horse battery";
}
