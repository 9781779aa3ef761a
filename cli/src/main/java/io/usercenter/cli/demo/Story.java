package io.usercenter.cli.demo;

import io.usercenter.cli.demo.Checks.StoryEndsException;
import io.usercenter.id.GeneFunction;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.Verification;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import tools.jackson.databind.JsonNode;

/**
 * The story of one player, from registering to logging out, with everything that is expected on the
 * way. Thread safe: many players play at once.
 */
final class Story {
  private static final Duration BRIEF = Duration.ofMillis(2);
  private static final Duration MODERATE = Duration.ofMillis(25);
  private static final Duration CLOCKS_APART = Duration.ofMinutes(1);
  private static final int LONGEST_TOKEN_SECONDS = 3600;

  private final GameClients clients;
  private final GameServer server;
  private final OperatorDesk operator;
  private final Measurements measurements;
  private final Findings findings;
  private final Rules rules;

  /**
   * What this run expects and brings along.
   *
   * @param gene of the deployment
   * @param tag makes role ids unique
   * @param namesMayBeTaken a taken name ends a player's story without a finding
   * @param patience far more than anything should take
   */
  record Rules(
      GeneFunction gene,
      String tag,
      boolean namesMayBeTaken,
      Patience patience,
      InstantSource clock) {}

  Story(
      GameClients clients,
      GameServer server,
      OperatorDesk operator,
      Measurements measurements,
      Findings findings,
      Rules rules) {
    this.clients = clients;
    this.server = server;
    this.operator = operator;
    this.measurements = measurements;
    this.findings = findings;
    this.rules = rules;
  }

  /** The tokens of a session. */
  private record Session(UserId userId, String accessToken, String refreshToken) {
    @Override
    public String toString() {
      return "Session[" + userId + ", [REDACTED]]";
    }
  }

  /** Plays it. Whatever goes wrong is among the findings. */
  void play(Player player) throws InterruptedException {
    Checks checks = new Checks(findings, player.toString());
    try {
      tell(player, checks);
    } catch (StoryEndsException e) {
      // The findings say why.
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      checks.found(String.valueOf(e.getMessage()));
    } finally {
      measurements.playerDone();
    }
  }

  private void tell(Player player, Checks checks) throws Exception {
    Answer registered = clients.register(player.typed(), player.password());
    if (rules.namesMayBeTaken() && registered.code().equals("USERNAME_TAKEN")) {
      measurements.nameTaken();
      return;
    }
    checks.answered(registered, 201);
    Session session = entered(registered, player, checks);
    measurements.accountOn(session.userId().shard());
    checks.same(registered, "/account/displayName", player.name().display());
    hasNoRoles(registered, checks);
    lookUp(session.userId(), player, checks);

    session = login(player, session.userId(), checks);
    isGood(session, checks);
    session = refresh(session, player, checks);
    isGood(session, checks);

    Answer none = clients.myRoles(session.accessToken()); // and now a cache may know
    checks.answered(none, 200);
    hasNoRoles(none, checks);
    Characters characters = new Characters(session.userId(), player, rules.tag());
    makeCharacters(characters, checks);
    awaitRoles(characters, session, player, checks);

    Answer returned = clients.login(player.otherSpelling(), player.password());
    checks.answered(returned, 200);
    session = entered(returned, player, checks);
    characters.compare(returned, checks);
    Answer me = clients.me(session.accessToken());
    checks.answered(me, 200);
    checks.same(me, "/userId", session.userId().toString());
    checks.same(me, "/username", player.name().canonical());
    checks.same(me, "/shard", session.userId().shard().toString());
    awaitMyRoles(characters, session, checks);

    if (player.watched()) {
      isFound(characters, session.userId(), player, checks);
      session = banAndLift(session, player, checks);
    }
    logout(session, player, checks);
  }

  /** Looks closely at the answer to registering, logging in or refreshing. */
  private Session entered(Answer answer, Player player, Checks checks) {
    String decimal = checks.text(answer, "/account/userId");
    UserId userId;
    try {
      userId = UserId.parse(decimal);
    } catch (IllegalArgumentException e) {
      checks.found("%s: /account/userId is %s".formatted(answer, e.getMessage()));
      throw new StoryEndsException();
    }
    int gene = rules.gene().gene(player.name());
    checks.that(
        userId.gene() == gene,
        "%s: user id %s has gene %d (shard %s), the username has gene %d (shard %d)"
            .formatted(answer, userId, userId.gene(), userId.shard(), gene, gene & 31));
    checks.same(answer, "/account/shard", userId.shard().toString());
    checks.same(answer, "/account/username", player.name().canonical());
    checks.same(answer, "/tokenType", "Bearer");
    int life = answer.body().at("/expiresIn").asInt(0);
    checks.that(
        life > 0 && life <= LONGEST_TOKEN_SECONDS,
        "%s: /expiresIn is %s".formatted(answer, answer.body().at("/expiresIn")));
    Instant there = Instant.ofEpochMilli(answer.body().at("/serverTimeMs").asLong(0));
    checks.that(
        Duration.between(there, rules.clock().instant()).abs().compareTo(CLOCKS_APART) < 0,
        "%s: /serverTimeMs is %s".formatted(answer, there));
    isTime(answer, "/account/registeredAt", checks);
    String refreshToken = checks.text(answer, "/refreshToken");
    checks.that(
        refreshToken.startsWith("ucr_"),
        "%s: /refreshToken does not start with ucr_".formatted(answer));
    return new Session(userId, checks.text(answer, "/accessToken"), refreshToken);
  }

  private static void isTime(Answer answer, String pointer, Checks checks) {
    String text = checks.text(answer, pointer);
    try {
      var _ = Instant.parse(text);
    } catch (DateTimeException e) {
      checks.found("%s: %s is '%s', expected an RFC 3339 time".formatted(answer, pointer, text));
    }
  }

  private static void hasNoRoles(Answer answer, Checks checks) {
    JsonNode roles = answer.body().at("/roles");
    checks.that(
        roles.isArray() && roles.isEmpty(),
        "%s: /roles is %s, expected []".formatted(answer, roles));
    checks.that(
        !answer.body().has("lastServerId"), "%s has a /lastServerId too early".formatted(answer));
  }

  private void lookUp(UserId userId, Player player, Checks checks) throws InterruptedException {
    Answer found = server.lookup(userId);
    checks.answered(found, 200);
    checks.same(found, "/userId", userId.toString());
    checks.same(found, "/username", player.name().canonical());
    checks.same(found, "/shard", userId.shard().toString());
    checks.same(found, "/status", "ACTIVE");
  }

  private Session login(Player player, UserId userId, Checks checks) throws InterruptedException {
    Answer answer = clients.login(player.otherSpelling(), player.password());
    checks.answered(answer, 200);
    Session session = entered(answer, player, checks);
    checks.same("the user id after login", session.userId(), userId);
    return session;
  }

  /** A game server takes the access token: by asking, and by itself. */
  private void isGood(Session session, Checks checks) throws InterruptedException {
    Answer asked = server.introspect(session.accessToken());
    checks.answered(asked, 200);
    checks.that(
        asked.body().at("/active").asBoolean(false),
        "%s: a fresh token is not active: %s"
            .formatted(asked, asked.body().at("/reason").asString("")));
    checks.same(asked, "/userId", session.userId().toString());
    checks.same(asked, "/sub", session.userId().toString());
    checks.that(asked.body().at("/sid").isString(), asked + ": /sid is not a string");
    switch (server.verify(session.accessToken())) {
      case Verification.Verified(var token) ->
          checks.same("the verifier's user id", token.userId(), session.userId());
      case Verification.Rejected(RejectionReason reason) ->
          checks.found("the embedded verifier rejects a fresh token: " + reason);
    }
  }

  private Session refresh(Session session, Player player, Checks checks)
      throws InterruptedException {
    Answer answer = clients.refresh(session.refreshToken());
    checks.answered(answer, 200);
    Session next = entered(answer, player, checks);
    checks.same("the user id after refresh", next.userId(), session.userId());
    checks.that(
        !next.refreshToken().equals(session.refreshToken()),
        "%s gave the refresh token back that it got".formatted(answer));
    if (player.watched()) {
      Answer replay = clients.refresh(session.refreshToken());
      checks.answered(replay, 200);
      checks.that(
          checks.text(replay, "/refreshToken").equals(next.refreshToken()),
          "%s: a refresh token used twice within seconds has two successors".formatted(replay));
    }
    return next;
  }

  /** Two characters through Redis; then one levels up and the other one logs in, by HTTP. */
  private void makeCharacters(Characters characters, Checks checks) throws InterruptedException {
    Instant now = rules.clock().instant();
    server.publish(characters.created(now));
    List<RoleEvent> events = characters.levelledUpAndLoggedIn(now);
    Answer answer = server.post(events);
    checks.answered(answer, 200);
    JsonNode results = answer.body().at("/results");
    checks.same(answer + ": the number of results", results.size(), events.size());
    for (int i = 0; i < results.size(); i++) {
      String status = results.path(i).path("status").asString("");
      checks.that(
          status.equals("ACCEPTED") || status.equals("APPLIED"),
          "%s: role event %d is %s".formatted(answer, i, results.path(i)));
      checks.same(answer.toString(), results.path(i), "/eventId", events.get(i).eventId());
    }
  }

  /** Refreshes until the answer shows the characters: cheaper than logging in again and again. */
  private void awaitRoles(Characters characters, Session session, Player player, Checks checks)
      throws Exception {
    long start = System.nanoTime();
    Session[] current = {session};
    boolean seen =
        rules
            .patience()
            .until(
                MODERATE,
                () -> {
                  Answer answer = clients.refresh(current[0].refreshToken());
                  checks.answered(answer, 200);
                  current[0] = entered(answer, player, checks);
                  return characters.areIn(answer);
                });
    if (seen) {
      measurements.took(Step.ROLES_SEEN, System.nanoTime() - start);
    } else {
      checks.found(
          "%s after the role events a refresh does not answer with the characters"
              .formatted(rules.patience()));
    }
  }

  /** What the player is told may come from a cache, which the role events must have cleared. */
  private void awaitMyRoles(Characters characters, Session session, Checks checks)
      throws Exception {
    long start = System.nanoTime();
    boolean seen =
        rules
            .patience()
            .until(
                MODERATE,
                () -> {
                  Answer answer = clients.myRoles(session.accessToken());
                  checks.answered(answer, 200);
                  return characters.areIn(answer);
                });
    if (seen) {
      measurements.took(Step.LIST_SEEN, System.nanoTime() - start);
    } else {
      checks.found(
          "GET /v1/accounts/me/roles is without the characters %s after a login showed them"
              .formatted(rules.patience()));
    }
  }

  /** An operator finds the account by all that he may know of it. */
  private void isFound(Characters characters, UserId userId, Player player, Checks checks)
      throws InterruptedException {
    for (Answer found :
        List.of(
            operator.findByName(player.otherSpelling()),
            operator.findById(userId),
            operator.findByRole(characters.firstRoleId()))) {
      checks.answered(found, 200);
      JsonNode accounts = found.body().at("/accounts");
      checks.same(found + ": the number of accounts", accounts.size(), 1);
      isHim(found.toString(), accounts.path(0), characters, userId, player, checks);
    }
    Answer seen = operator.view(userId);
    checks.answered(seen, 200);
    isHim(seen.toString(), seen.body(), characters, userId, player, checks);
  }

  private static void isHim(
      String where,
      JsonNode account,
      Characters characters,
      UserId userId,
      Player player,
      Checks checks) {
    checks.same(where, account, "/userId", userId.toString());
    checks.same(where, account, "/username", player.name().canonical());
    checks.same(where, account, "/shard", userId.shard().toString());
    checks.same(where, account, "/status", "ACTIVE");
    checks.that(!account.has("activeBan"), where + " shows a ban");
    characters.compare(where, account.path("roles"), checks);
  }

  /**
   * Bans the player, waits until nobody takes his token, lifts the ban and lets him in again.
   *
   * @return his session after that
   */
  private Session banAndLift(Session session, Player player, Checks checks) throws Exception {
    isGood(session, checks);
    Instant until =
        rules.clock().instant().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
    Answer ban = operator.ban(session.userId(), "DEMO", "seen flying through walls", until);
    checks.answered(ban, 201);
    checks.same(ban, "/userId", session.userId().toString());
    checks.same(ban, "/reasonCode", "DEMO");
    String banId = checks.text(ban, "/banId");

    FutureTask<Boolean> byVerifier =
        watch(
            measurements.banSeenByVerifier(),
            ban.receivedNanos(),
            () -> !server.stillTakes(session.accessToken()));
    FutureTask<Boolean> byHttp =
        watch(
            measurements.banSeenByHttp(),
            ban.receivedNanos(),
            () -> !isActive(server.introspect(session.accessToken()), checks));
    checks.that(byHttp.get(), "introspection calls the token of a banned player active");
    checks.that(byVerifier.get(), "the embedded verifier takes the token of a banned player");
    isDead(session, "BANNED", "a banned player", checks);

    Answer login = clients.login(Step.OTHER, player.typed(), player.password());
    if (checks.refused(login, 403, "ACCOUNT_BANNED")) {
      checks.same(login, "/reasonCode", "DEMO");
      checks.same(login, "/until", until.toString());
      checks.same(login, "/detail", "seen flying through walls");
    }
    checks.refused(clients.refresh(session.refreshToken()), 403, "ACCOUNT_BANNED");
    Answer seen = operator.view(session.userId());
    checks.answered(seen, 200);
    checks.same(seen, "/activeBan/banId", banId);

    Answer lifted = operator.lift(banId);
    checks.answered(lifted, 200);
    checks.same(lifted, "/liftedBy", operator.name());
    isTime(lifted, "/liftedAt", checks);
    Session back = login(player, session.userId(), checks);
    isGood(back, checks);
    return back;
  }

  private FutureTask<Boolean> watch(Samples samples, long sinceNanos, Callable<Boolean> refused) {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              boolean seen = rules.patience().until(BRIEF, refused);
              samples.add(System.nanoTime() - sinceNanos);
              return seen;
            });
    Thread.startVirtualThread(task);
    return task;
  }

  private static boolean isActive(Answer introspection, Checks checks) {
    checks.answered(introspection, 200);
    return introspection.body().at("/active").asBoolean(false);
  }

  private void logout(Session session, Player player, Checks checks) throws Exception {
    Answer out = clients.logout(session.accessToken());
    checks.answered(out, 204);
    boolean refused =
        rules
            .patience()
            .until(
                BRIEF,
                () ->
                    !isActive(server.introspect(session.accessToken()), checks)
                        && !server.stillTakes(session.accessToken()));
    measurements.took(Step.LOGOUT_SEEN, System.nanoTime() - out.receivedNanos());
    checks.that(refused, "the token of a player who logged out is still taken");
    isDead(session, "REVOKED", "a player who logged out", checks);
    checks.refused(clients.refresh(session.refreshToken()), 401, "SESSION_ENDED");
    if (player.watched()) {
      checks.refused(clients.me(session.accessToken()), 401, "TOKEN_REJECTED");
    }
  }

  /** Both ways to check a token say why it is dead. */
  private void isDead(Session session, String reason, String whose, Checks checks)
      throws InterruptedException {
    Answer asked = server.introspect(session.accessToken());
    checks.answered(asked, 200);
    checks.that(
        asked.body().at("/reason").asString("").equals(reason),
        "introspection of the token of %s says %s, expected %s"
            .formatted(whose, asked.body(), reason));
    Verification verified = server.verify(session.accessToken());
    checks.that(
        verified instanceof Verification.Rejected(RejectionReason why) && why.name().equals(reason),
        "the verifier says %s to the token of %s, expected %s"
            .formatted(
                verified instanceof Verification.Rejected(RejectionReason why) ? why : "VERIFIED",
                whose,
                reason));
  }
}
