package io.usercenter.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests over connections that are kept, each sent once: nothing is asked again. */
final class Caller implements Closeable {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI service;
  private final CloseableHttpClient client;

  /**
   * To one service.
   *
   * @param connections how many there are at most
   */
  Caller(URI service, int connections) {
    this.service = service;
    this.client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnTotal(connections)
                    .setMaxConnPerRoute(connections)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(Timeout.ofSeconds(10))
                            .setSocketTimeout(Timeout.ofSeconds(60))
                            .build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(Timeout.ofSeconds(60)).build())
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableRedirectHandling()
            .build();
  }

  /** What was answered. */
  record Answer(int status, JsonNode body) {
    /** A member of the answer; empty when there is none. */
    String text(String pointer) {
      return body.at(pointer).asString("");
    }

    /** Come again later (RFC 6585, section 4; RFC 9110, section 15.6.4). */
    boolean isLater() {
      return status == 429 || status == 503;
    }

    /** How the table tells of it. */
    String said() {
      return (status + " " + text("/code")).strip();
    }
  }

  /** The value of {@code Authorization} of a service credential, {@code id:secret}. */
  static String basic(String credential) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends it.
   *
   * @param address as {@code X-Forwarded-For}; null for none
   * @throws IOException no answer, or one that is no JSON
   */
  Answer post(
      String path,
      Map<String, String> body,
      @Nullable String address,
      @Nullable String authorization)
      throws IOException {
    HttpPost request = new HttpPost(service + path);
    request.setEntity(
        new StringEntity(JSON.writeValueAsString(body), ContentType.APPLICATION_JSON));
    if (address != null) {
      request.setHeader("X-Forwarded-For", address);
    }
    if (authorization != null) {
      request.setHeader("Authorization", authorization);
    }
    return client.execute(
        request, response -> new Answer(response.getCode(), read(response.getEntity())));
  }

  private static JsonNode read(@Nullable HttpEntity entity) throws IOException {
    if (entity == null) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(EntityUtils.toString(entity, StandardCharsets.UTF_8));
    } catch (JacksonException | ParseException e) {
      throw new IOException("an answer that is no JSON", e);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
