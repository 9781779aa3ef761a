package io.usercenter.cli.demo;

import io.usercenter.id.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What must be refused, tried once each. */
final class SpotChecks {
  private static final UserId NOBODY = new UserId((1L << 21) | 5);

  private final Findings findings;
  private final List<Outcome> outcomes = new ArrayList<>();

  SpotChecks(Findings findings) {
    this.findings = findings;
  }

  /**
   * One of them.
   *
   * @param asExpected whether it was refused the right way
   * @param answer what was said
   */
  record Outcome(String what, boolean asExpected, String answer) {}

  List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  /**
   * Tries them all.
   *
   * @param player somebody who has registered
   * @param viewer an operator who may only look
   */
  void run(
      GameClients clients,
      GameServer server,
      OperatorDesk viewer,
      Player player,
      InstantSource clock)
      throws InterruptedException {
    try {
      tryAll(clients, server, viewer, player, clock);
    } catch (NoAnswerException e) {
      findings.add("spot checks", String.valueOf(e.getMessage()));
    }
  }

  private void tryAll(
      GameClients clients,
      GameServer server,
      OperatorDesk viewer,
      Player player,
      InstantSource clock)
      throws InterruptedException {
    refused(
        "wrong password",
        clients.login(Step.OTHER, player.typed(), "not-" + player.password()),
        401,
        "WRONG_NAME_OR_PASSWORD");
    refused(
        "unknown name",
        clients.login(Step.OTHER, "nobody-" + player.number(), "12345678"),
        401,
        "WRONG_NAME_OR_PASSWORD");
    refused(
        "name taken, spelled differently",
        clients.register(player.otherSpelling(), player.password()),
        409,
        "USERNAME_TAKEN");
    refused(
        "name with an emoji",
        clients.register("ayla\uD83D\uDE00", player.password()),
        400,
        "USERNAME_INVALID");
    refused("token made up", clients.me("made-up"), 401, "TOKEN_REJECTED");
    refused(
        "wrong service credential",
        server.as(GameServer.basic("nobody", "wrong")).introspect("x"),
        401,
        "WRONG_SERVICE_CREDENTIAL");
    refused(
        "operator who may only look bans",
        viewer.ban(NOBODY, "DEMO", "must not happen", clock.instant().plus(Duration.ofHours(1))),
        403,
        "PERMISSION_MISSING");
    refused("account that does not exist", server.lookup(NOBODY), 404, "ACCOUNT_NOT_FOUND");
    refused("operators' path at the public port", clients.adminAtThePublicPort(), 404, "NOT_FOUND");

    Answer garbage = server.introspect("no.token.at-all");
    note(
        "garbage as a token",
        garbage,
        "active=%s %s"
            .formatted(
                garbage.body().path("active").asString(""),
                garbage.body().path("reason").asString("")),
        "active=false MALFORMED");

    Answer posted = server.post(List.of(Characters.ofAnotherServer(NOBODY, clock.instant())));
    JsonNode result = posted.body().path("results").path(0);
    note(
        "role event of a server not granted",
        posted,
        result.path("status").asString("") + " " + result.path("reason").asString(""),
        "REJECTED SERVER_NOT_GRANTED");
  }

  private void refused(String what, Answer answer, int status, String code) {
    int before = findings.count();
    boolean asExpected = new Checks(findings, what).refused(answer, status, code);
    outcomes.add(
        new Outcome(
            what,
            asExpected && findings.count() == before,
            "%d %s".formatted(answer.status(), answer.code())));
  }

  /** What is refused inside of an answer 200. */
  private void note(String what, Answer answer, String said, String expected) {
    boolean asExpected = answer.status() == 200 && said.equals(expected);
    if (!asExpected) {
      findings.add(what, "%s: %s, expected 200 %s".formatted(answer, said, expected));
    }
    outcomes.add(new Outcome(what, asExpected, answer.status() + " " + said));
  }
}
