package io.usercenter.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static tools.jackson.databind.node.JsonNodeFactory.instance;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.token.Verification;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A game server: asks the user center with its service credential, checks tokens by the library
 * that it embeds, and tells what happens to characters.
 */
final class GameServer {
  private final Http http;
  private final URI url;
  private final String authorization;
  private final Function<String, Verification> verifier;
  private final Consumer<List<RoleEvent>> streams;
  private final Measurements measurements;

  /**
   * @param authorization its credential, as {@link #basic} writes it
   * @param verifier checks access tokens
   * @param streams sends role events through Redis
   */
  GameServer(
      Http http,
      URI url,
      String authorization,
      Function<String, Verification> verifier,
      Consumer<List<RoleEvent>> streams,
      Measurements measurements) {
    this.http = http;
    this.url = url;
    this.authorization = authorization;
    this.verifier = verifier;
    this.streams = streams;
    this.measurements = measurements;
  }

  /** RFC 7617. */
  static String basic(String credentialId, String secret) {
    return "Basic "
        + Base64.getEncoder().encodeToString((credentialId + ":" + secret).getBytes(UTF_8));
  }

  /** The same server with another credential. */
  GameServer as(String otherAuthorization) {
    return new GameServer(http, url, otherAuthorization, verifier, streams, measurements);
  }

  Answer introspect(String token) throws InterruptedException {
    ObjectNode body = instance.objectNode().put("token", token);
    return http.send(
        Step.INTROSPECT, "POST", url, "/server/v1/tokens:introspect", authorization, body);
  }

  Verification verify(String token) {
    long start = System.nanoTime();
    Verification verification = verifier.apply(token);
    measurements.took(Step.VERIFY, System.nanoTime() - start);
    return verification;
  }

  /** Like {@link #verify}, not measured: for asking often. */
  boolean stillTakes(String token) {
    return verifier.apply(token) instanceof Verification.Verified;
  }

  Answer lookup(UserId userId) throws InterruptedException {
    return http.send(Step.LOOKUP, "GET", url, "/server/v1/accounts/" + userId, authorization, null);
  }

  void publish(List<RoleEvent> events) {
    long start = System.nanoTime();
    streams.accept(events);
    measurements.took(Step.ROLE_STREAM, System.nanoTime() - start);
  }

  Answer post(List<RoleEvent> events) throws InterruptedException {
    ObjectNode body = instance.objectNode();
    ArrayNode list = body.putArray("events");
    events.forEach(event -> list.add(Http.JSON.readTree(RoleEvents.write(event))));
    return http.send(Step.ROLE_EVENTS, "POST", url, "/server/v1/role-events", authorization, body);
  }
}
