package io.usercenter.cli.demo;

import static tools.jackson.databind.node.JsonNodeFactory.instance;

import java.net.URI;
import tools.jackson.databind.node.ObjectNode;

/** The requests that game clients send, on the public port. */
final class GameClients {
  private final Http http;
  private final URI url;

  GameClients(Http http, URI url) {
    this.http = http;
    this.url = url;
  }

  Answer register(String username, String password) throws InterruptedException {
    ObjectNode body = instance.objectNode().put("username", username).put("password", password);
    body.putObject("device").put("id", "demo").put("class", "pc");
    return http.send(Step.REGISTER, "POST", url, "/v1/accounts", null, body);
  }

  Answer login(String username, String password) throws InterruptedException {
    return login(Step.LOGIN, username, password);
  }

  /** A login that is to be refused, and counts with those of its step. */
  Answer login(Step step, String username, String password) throws InterruptedException {
    ObjectNode body =
        instance
            .objectNode()
            .put("grant", "password")
            .put("username", username)
            .put("password", password);
    body.putObject("device").put("id", "demo").put("class", "pc");
    return http.send(step, "POST", url, "/v1/sessions", null, body);
  }

  Answer refresh(String refreshToken) throws InterruptedException {
    ObjectNode body = instance.objectNode().put("refreshToken", refreshToken);
    return http.send(Step.REFRESH, "POST", url, "/v1/sessions:refresh", null, body);
  }

  Answer me(String accessToken) throws InterruptedException {
    return http.send(Step.ME, "GET", url, "/v1/accounts/me", "Bearer " + accessToken, null);
  }

  Answer myRoles(String accessToken) throws InterruptedException {
    return http.send(
        Step.MY_ROLES, "GET", url, "/v1/accounts/me/roles", "Bearer " + accessToken, null);
  }

  Answer logout(String accessToken) throws InterruptedException {
    return http.send(
        Step.LOGOUT, "DELETE", url, "/v1/sessions/current", "Bearer " + accessToken, null);
  }

  /** A path of operators, asked for at the wrong door. */
  Answer adminAtThePublicPort() throws InterruptedException {
    return http.send(Step.OTHER, "GET", url, "/admin/v1/shards", null, null);
  }
}
