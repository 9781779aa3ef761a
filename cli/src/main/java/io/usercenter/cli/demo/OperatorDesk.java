package io.usercenter.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static tools.jackson.databind.node.JsonNodeFactory.instance;

import io.usercenter.id.UserId;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The requests of an operator who has logged in, on the internal port. */
final class OperatorDesk {
  private final Http http;
  private final URI url;
  private final String name;
  private final String token;

  OperatorDesk(Http http, URI url, String name, String token) {
    this.http = http;
    this.url = url;
    this.name = name;
    this.token = token;
  }

  static Answer login(Http http, URI url, String name, String password)
      throws InterruptedException {
    ObjectNode body = instance.objectNode().put("name", name).put("password", password);
    return http.send(Step.OTHER, "POST", url, "/admin/v1/sessions", null, body);
  }

  String name() {
    return name;
  }

  Answer logout() throws InterruptedException {
    return send(Step.OTHER, "DELETE", "/admin/v1/sessions/current", null);
  }

  Answer createOperator(String operator, String password, String group)
      throws InterruptedException {
    ObjectNode body = instance.objectNode().put("name", operator).put("password", password);
    body.putArray("groups").add(group);
    return send(Step.OTHER, "POST", "/admin/v1/operators", body);
  }

  Answer createServiceCredential(String purpose, List<String> serverIds)
      throws InterruptedException {
    ObjectNode body = instance.objectNode().put("name", purpose);
    serverIds.forEach(body.putArray("serverIds")::add);
    return send(Step.OTHER, "POST", "/admin/v1/service-credentials", body);
  }

  Answer revokeServiceCredential(String credentialId) throws InterruptedException {
    return send(Step.OTHER, "DELETE", "/admin/v1/service-credentials/" + credentialId, null);
  }

  Answer findByName(String username) throws InterruptedException {
    return find(Step.FIND_BY_NAME, "username", username);
  }

  Answer findById(UserId userId) throws InterruptedException {
    return find(Step.FIND_BY_ID, "userId", userId.toString());
  }

  Answer findByRole(String roleId) throws InterruptedException {
    return find(Step.FIND_BY_ROLE, "roleId", roleId);
  }

  private Answer find(Step step, String by, String value) throws InterruptedException {
    String query = by + "=" + URLEncoder.encode(value, UTF_8);
    return send(step, "GET", "/admin/v1/accounts?" + query, null);
  }

  Answer view(UserId userId) throws InterruptedException {
    return send(Step.VIEW, "GET", "/admin/v1/accounts/" + userId, null);
  }

  Answer ban(UserId userId, String reasonCode, String message, Instant until)
      throws InterruptedException {
    ObjectNode body =
        instance
            .objectNode()
            .put("userId", userId.toString())
            .put("reasonCode", reasonCode)
            .put("message", message)
            .put("until", until.toString());
    return send(Step.BAN, "POST", "/admin/v1/bans", body);
  }

  Answer lift(String banId) throws InterruptedException {
    return send(Step.LIFT, "POST", "/admin/v1/bans/" + banId + ":lift", null);
  }

  private Answer send(Step step, String method, String path, @Nullable ObjectNode body)
      throws InterruptedException {
    return http.send(step, method, url, path, "Bearer " + token, body);
  }
}
