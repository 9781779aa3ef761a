package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.approval.Approvals;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What operators look for, do for players, and decide in twos; over HTTP. */
class OperatorWorkTest {
  private static final String PASSWORD = "a good long passphrase";
  private static final Map<String, String> REASON = Map.of("reason", "ticket 4711");
  private static final AtomicInteger CHANNELS = new AtomicInteger();

  private static Usercenter service;
  private static Client admin;
  private static Client other;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    admin = service.operator();
    other = operator("operators");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Client operator(String group) {
    String name = "op-" + Names.fresh().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    admin
        .post(
            "/admin/v1/operators",
            Map.of("name", name, "password", PASSWORD, "groups", List.of(group)))
        .expect(201);
    Answer login =
        service
            .inside()
            .post("/admin/v1/sessions", Map.of("name", name, "password", PASSWORD))
            .expect(201);
    return service.inside().bearer(login.text("/token"));
  }

  private static void eventually(Runnable expectation) {
    AtomicReference<String> last = new AtomicReference<>("");
    try {
      Eventually.holds(
          "what was expected",
          Duration.ofSeconds(40),
          () -> {
            try {
              expectation.run();
              return true;
            } catch (AssertionError e) {
              last.set(String.valueOf(e.getMessage()));
              return false;
            }
          });
    } catch (AssertionError e) {
      throw new AssertionError(last.get(), e);
    }
  }

  private static String channel() {
    return "list-" + ProcessHandle.current().pid() + "-" + CHANNELS.incrementAndGet();
  }

  private static UserId registeredOn(String channel) {
    return UserId.parse(
        service
            .players()
            .post(
                "/v1/accounts",
                Map.of("username", Names.fresh(), "password", Client.PASSWORD, "channel", channel))
            .expect(201)
            .text("/account/userId"));
  }

  @Test
  void anExactSearchTellsTheShardsItAsked() {
    String name = Names.fresh();
    UserId user = service.registered(name);
    for (String query : List.of("username=" + name, "userId=" + user)) {
      Answer found = admin.get("/admin/v1/accounts?" + query).expect(200);
      assertThat(found.text("/accounts/0/userId")).isEqualTo(user.toString());
      assertThat(found.json().at("/lookup/shards").intValue()).isEqualTo(1);
      assertThat(found.text("/lookup/shard")).isEqualTo(user.shard().toString());
      assertThat(found.text("/lookup/visited/0")).isEqualTo(user.shard().toString());
      assertThat(found.json().at("/lookup/elapsedMs").isNumber()).isTrue();
    }
    String renamed = Names.fresh();
    admin
        .post(
            "/admin/v1/accounts/" + user + ":rename",
            Map.of("username", renamed, "displayName", "Ayla the Second", "reason", "insulting"))
        .expect(200);
    for (String query : List.of("username=" + renamed, "identity=username:" + renamed)) {
      Answer found = admin.get("/admin/v1/accounts?" + query).expect(200);
      assertThat(found.text("/accounts/0/userId")).isEqualTo(user.toString());
      assertThat(found.text("/accounts/0/displayName")).isEqualTo("Ayla the Second");
      assertThat(found.json().at("/lookup/shards").intValue()).isBetween(1, 2);
    }
    assertThat(admin.get("/admin/v1/accounts?username=" + name).json().at("/accounts")).isEmpty();
    admin.get("/admin/v1/accounts?identity=nothing").expectProblem(400, "VALIDATION_FAILED");
    admin
        .get("/admin/v1/accounts?userId=" + user + "&username=" + name)
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void aGuestIsFoundByItsDevice() {
    String device = "device-of-" + Names.fresh();
    UserId user =
        UserId.parse(
            service
                .players()
                .post("/v1/sessions", Map.of("grant", "device", "deviceId", device))
                .expect(200)
                .text("/account/userId"));
    Answer found = admin.get("/admin/v1/accounts?identity=device:" + device).expect(200);
    assertThat(found.text("/accounts/0/userId")).isEqualTo(user.toString());
    Answer identities = admin.get("/admin/v1/accounts/" + user + "/identities").expect(200);
    assertThat(identities.text("/identities/0/provider")).isEqualTo("device");
    assertThat(identities.text("/identities/0/subject")).isEqualTo("***");
  }

  @Test
  void whoGoesFromPageToPageGetsEveryAccountOfAChannelOnceNewestFirst() {
    String channel = channel();
    Set<UserId> registered = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      registered.add(registeredOn(channel));
    }
    List<UserId> listed = pages(admin, "&channel=" + channel);
    assertThat(listed).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(listed).hasSize(40).containsExactlyInAnyOrderElementsOf(registered);
    admin.get("/admin/v1/accounts:list?after=nonsense").expectProblem(400, "VALIDATION_FAILED");
    admin.get("/admin/v1/accounts:list?limit=101").expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void aListShowsWhatFitsByStatusAndTimeAndNothingElse() throws SQLException {
    String channel = channel();
    UserId stays = registeredOn(channel);
    UserId leaves = registeredOn(channel);
    UserId imported = registeredOn(channel);
    admin.post("/admin/v1/accounts/" + leaves + ":delete", REASON).expect(200);
    try (Connection connection =
            service.bean(ShardPools.class).of(imported.shard()).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE user SET register_time = '2012-03-04', import_job = 1 WHERE user_id = "
              + imported);
    }
    try (Connection connection = service.bean(ShardPools.class).admin().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO import_job (source, format, bytes, max_rejects, state, created_by,"
              + " created_at) VALUES ('FILE', 'CSV', 0, 0, 'RUNNING', 'test', UTC_TIMESTAMP(3))");
      try {
        String of = "channel=" + channel;
        assertThat(ids(of)).containsExactlyInAnyOrder(stays, leaves, imported);
        assertThat(ids(of + "&status=PENDING_DELETION")).containsExactly(leaves);
        assertThat(ids(of + "&status=ACTIVE")).containsExactlyInAnyOrder(stays, imported);
        assertThat(ids(of + "&registeredTo=2013-01-01T00:00:00Z")).containsExactly(imported);
        assertThat(ids(of + "&registeredFrom=2013-01-01T00:00:00Z"))
            .containsExactlyInAnyOrder(stays, leaves);
        assertThat(ids(of + "&registeredTo=2011-01-01T00:00:00Z")).isEmpty();
      } finally {
        statement.execute("DELETE FROM import_job WHERE created_by = 'test'");
      }
    }
  }

  private static List<UserId> ids(String query) {
    List<UserId> ids = new ArrayList<>();
    for (JsonNode account :
        admin.get("/admin/v1/accounts:list?" + query).expect(200).json().at("/accounts")) {
      ids.add(UserId.parse(account.at("/userId").stringValue()));
    }
    return ids;
  }

  @Test
  void theCharactersOfAServerComeInPages() {
    String server = "srv-" + CHANNELS.incrementAndGet();
    Set<String> roles = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      String roleId = "hero-" + server + "-" + i;
      roles.add(roleId);
      plays(service.registered(Names.fresh()), server, roleId);
    }
    Set<String> seen = new HashSet<>();
    String after = "";
    do {
      Answer page =
          admin.get("/admin/v1/roles:byServer?limit=2&serverId=" + server + after).expect(200);
      for (JsonNode role : page.json().at("/roles")) {
        assertThat(seen.add(role.at("/role/roleId").stringValue())).isTrue();
      }
      after = page.after();
    } while (!after.isEmpty());
    assertThat(seen).isEqualTo(roles);
    String roleId = roles.iterator().next();
    Answer found = admin.get("/admin/v1/accounts?roleId=" + roleId).expect(200);
    assertThat(found.text("/accounts/0/roles/0/roleId")).isEqualTo(roleId);
    assertThat(found.json().at("/lookup/shards").intValue()).isBetween(1, 2);
  }

  @Test
  void anOperatorOfTwoServersGetsEveryPlayerOfTheirsOnce() {
    List<String> servers = List.of("sa" + Names.fresh(), "sb" + Names.fresh());
    Client desk = operatorOf(servers);
    Shard shard = new Shard(7);
    List<UserId> staying = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      UserId user = service.registered(Names.in(shard::equals));
      if (i % 3 < 2) {
        plays(user, servers.get(0), "r" + user);
      }
      if (i % 3 > 0) {
        plays(user, servers.get(1), "r" + user);
      }
      if (i < 12) {
        staying.addFirst(user);
      } else { // more of the newest than a shard looks at first
        admin.post("/admin/v1/accounts/" + user + ":delete", REASON).expect(200);
      }
    }
    service.registered(Names.in(shard::equals)); // plays nowhere

    assertThat(pages(desk, "&status=ACTIVE")).isEqualTo(staying);
    assertThat(pages(desk, ""))
        .isSortedAccordingTo(Comparator.reverseOrder())
        .doesNotHaveDuplicates()
        .hasSize(24);
  }

  private static List<UserId> pages(Client desk, String query) {
    List<UserId> listed = new ArrayList<>();
    String after = "";
    do {
      Answer page = desk.get("/admin/v1/accounts:list?limit=7" + query + after).expect(200);
      assertThat(page.json().at("/missingShards")).isEmpty();
      assertThat(page.json().at("/accounts").size()).isLessThanOrEqualTo(7);
      for (JsonNode account : page.json().at("/accounts")) {
        listed.add(UserId.parse(account.at("/userId").stringValue()));
      }
      after = page.after();
    } while (!after.isEmpty());
    return listed;
  }

  private static Client operatorOf(List<String> servers) {
    for (String server : servers) {
      admin.post("/admin/v1/game-servers", Map.of("serverId", server, "name", server)).expect(201);
    }
    String group = "of-" + servers.getFirst();
    String id = admin.post("/admin/v1/groups", Map.of("name", group)).expect(201).text("/groupId");
    admin
        .post(
            "/admin/v1/groups/" + id + "/grants",
            Map.of(
                "permissions",
                List.of("ACCOUNT_LIST"),
                "servers",
                Map.of("serverIds", servers),
                "channels",
                "ALL"))
        .expect(201);
    return operator(group);
  }

  private static void plays(UserId user, String server, String roleId) {
    String event =
        """
        {"eventId":"e","type":"ROLE_CREATED","serverId":"%s","userId":"%s","roleId":"%s",
         "revision":1,"occurredAt":"2026-11-01T08:00:00Z","role":{"name":"Hero","level":1}}
        """
            .formatted(server, user, roleId);
    if (RoleEvents.parse(event) instanceof ParsedRoleEvent.Valid(var valid)) {
      service.bean(RoleStore.class).apply(List.of(valid));
    }
  }

  @Test
  void aTemporaryPasswordEndsAllSessionsAndLetsIn() {
    String name = Names.fresh();
    UserId user = service.registered(name);
    Answer session = service.players().login(name).expect(200);
    Answer given = admin.post("/admin/v1/accounts/" + user + ":resetPassword", REASON).expect(200);
    assertThat(given.json().at("/sessionsEnded").intValue()).isEqualTo(2);
    service.players().refresh(session.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    service.players().login(name).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    service
        .players()
        .post(
            "/v1/sessions",
            Map.of(
                "grant",
                "password",
                "username",
                name,
                "password",
                given.text("/temporaryPassword")))
        .expect(200);
    assertThat(admin.get("/admin/v1/accounts/" + user + "/audit").body())
        .contains("RESET_PASSWORD")
        .doesNotContain(given.text("/temporaryPassword"));
    admin
        .post("/admin/v1/accounts/7077888:resetPassword", REASON)
        .expectProblem(404, "ACCOUNT_NOT_FOUND");
  }

  @Test
  void whoIsLockedOutByWrongGuessesIsLetInAgain() {
    String name = Names.fresh();
    UserId user = service.registered(name);
    Map<String, String> wrong =
        Map.of("grant", "password", "username", name, "password", "not his password");
    while (service.players().post("/v1/sessions", wrong).status() != 429) {}
    service.players().login(name).expectProblem(429, "TOO_MANY_ATTEMPTS");
    admin.post("/admin/v1/accounts/" + user + ":unlock", REASON).expect(204);
    service.players().login(name).expect(200);
  }

  @Test
  void notesComeNewestFirstInPages() {
    UserId user = service.registered(Names.fresh());
    String path = "/admin/v1/accounts/" + user + "/notes";
    for (String text : List.of("first", "second", "third")) {
      admin.post(path, Map.of("text", text)).expect(201);
    }
    Answer page = admin.get(path + "?limit=2").expect(200);
    assertThat(page.text("/notes/0/text")).isEqualTo("third");
    assertThat(page.text("/notes/1/text")).isEqualTo("second");
    Answer last = admin.get(path + "?limit=2&after=" + page.text("/next")).expect(200);
    assertThat(last.text("/notes/0/text")).isEqualTo("first");
    assertThat(last.json().at("/next").isMissingNode()).isTrue();
    admin.post(path, Map.of("text", " ")).expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void theDashboardCountsWhatHappensAndKnowsEveryShard() {
    Answer before = admin.get("/admin/v1/dashboard").expect(200);
    String name = Names.fresh();
    service.registered(name);
    service.players().login(name).expect(200);
    service
        .players()
        .post(
            "/v1/sessions", Map.of("grant", "password", "username", name, "password", "wrong one"))
        .expect(401);
    eventually(
        () -> {
          JsonNode now = admin.get("/admin/v1/dashboard").expect(200).json();
          for (String kind : List.of("registrations", "logins", "refusals")) {
            assertThat(now.at("/" + kind + "/last24h").longValue())
                .as(kind)
                .isGreaterThan(before.json().at("/" + kind + "/last24h").longValue());
            assertThat(now.at("/" + kind + "/perHour").size()).isEqualTo(24);
          }
          assertThat(now.at("/online").longValue()).isPositive();
          assertThat(now.at("/shards").size()).isEqualTo(32);
          assertThat(now.at("/shards/31/up").booleanValue()).isTrue();
          assertThat(now.at("/shards/31/accounts").isNumber()).isTrue();
          assertThat(now.at("/roleLag/entries").isNumber()).isTrue();
          assertThat(now.at("/idMachines")).isNotEmpty();
        });
  }

  private static Map<String, Object> batchOf(List<UserId> users) {
    return Map.of(
        "userIds", users.stream().map(UserId::toString).toList(), "reasonCode", "BOT_FARM");
  }

  private static List<UserId> players(int count) throws Exception {
    return Parallel.run(count, i -> service.registered(Names.fresh()));
  }

  private static int bansOf(UserId user) {
    return admin.get("/admin/v1/accounts/" + user + "/bans").expect(200).json().at("/bans").size();
  }

  @Test
  void moreThanFiftyAreBannedOnceWhenAnotherOperatorApproves() throws Exception {
    List<UserId> users = players(51);
    Answer asked = other.post("/admin/v1/bans:batch", batchOf(users)).expect(202);
    assertThat(asked.text("/state")).isEqualTo("PENDING");
    String path = "/admin/v1/approvals/" + asked.text("/approvalId");
    assertThat(bansOf(users.getFirst())).isZero();
    Answer shown = admin.get(path).expect(200);
    assertThat(shown.text("/payload")).contains(users.getLast().toString());
    admin
        .post(path + ":approve", Map.of("reason", "ok", "payloadSha256", "0".repeat(64)))
        .expectProblem(409, "APPROVAL_CHANGED");

    List<Answer> decisions =
        Parallel.run(
            8,
            i ->
                admin.post(
                    path + ":approve",
                    Map.of("reason", "ok", "payloadSha256", shown.text("/payloadSha256"))));
    assertThat(decisions.stream().filter(answer -> answer.status() == 200)).hasSize(1);
    assertThat(decisions.stream().filter(answer -> answer.status() == 409)).hasSize(7);
    assertThat(admin.get(path).text("/state")).isEqualTo("EXECUTED");
    assertThat(admin.get(path).text("/result")).contains("BANNED=51");
    for (UserId user : users) {
      assertThat(bansOf(user)).isEqualTo(1);
    }
    assertThat(admin.get("/admin/v1/approvals?state=EXECUTED").expect(200).body())
        .contains(asked.text("/approvalId"));
  }

  @Test
  void nobodyApprovesHisOwn() throws Exception {
    Answer asked = admin.post("/admin/v1/bans:batch", batchOf(players(51))).expect(202);
    String path = "/admin/v1/approvals/" + asked.text("/approvalId");
    admin.post(path + ":approve", REASON).expectProblem(409, "APPROVAL_NEEDS_ANOTHER");
    other.post(path + ":approve", REASON).expectProblem(403, "PERMISSION_MISSING");
    operator("viewers").get(path).expect(403);
  }

  @Test
  void whatADeadProcessLeftIsGoneOnWithAndDoneOnce() throws Exception {
    List<UserId> users = players(51);
    String id = other.post("/admin/v1/bans:batch", batchOf(users)).expect(202).text("/approvalId");
    // It died right after the decision; and it died when all was done and nothing noted.
    for (String moment : List.of("after the decision", "before the end was written")) {
      setApproval(
          id,
          "state = 'APPROVED', checker = 'admin', runner = 'dead', ended_at = NULL,"
              + " runner_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND");
      eventually(
          () ->
              assertThat(admin.get("/admin/v1/approvals/" + id).text("/state"))
                  .as(moment)
                  .isEqualTo("EXECUTED"));
      for (UserId user : users) {
        assertThat(bansOf(user)).as(moment).isEqualTo(1);
      }
    }
    assertThat(service.bean(Approvals.class).byId(id).orElseThrow().result()).contains("BANNED=51");
  }

  @Test
  void whatWasChangedOrIsTooOldIsNotDone() throws Exception {
    List<UserId> users = players(51);
    String tampered =
        other.post("/admin/v1/bans:batch", batchOf(users)).expect(202).text("/approvalId");
    setApproval(tampered, "payload = REPLACE(payload, 'BOT_FARM', 'CHEATING')");
    admin
        .post("/admin/v1/approvals/" + tampered + ":approve", REASON)
        .expectProblem(409, "APPROVAL_CHANGED");
    String old = other.post("/admin/v1/bans:batch", batchOf(users)).expect(202).text("/approvalId");
    setApproval(old, "expires_at = UTC_TIMESTAMP(3)");
    admin
        .post("/admin/v1/approvals/" + old + ":approve", REASON)
        .expectProblem(409, "APPROVAL_DECIDED");
    assertThat(admin.get("/admin/v1/approvals/" + old).text("/state")).isEqualTo("EXPIRED");
    String rejected =
        other.post("/admin/v1/bans:batch", batchOf(users)).expect(202).text("/approvalId");
    admin.post("/admin/v1/approvals/" + rejected + ":reject", REASON).expect(200);
    admin
        .post("/admin/v1/approvals/" + rejected + ":approve", REASON)
        .expectProblem(409, "APPROVAL_DECIDED");
    assertThat(bansOf(users.getFirst())).isZero();
  }

  private static void setApproval(String id, String what) throws SQLException {
    try (Connection connection = service.bean(ShardPools.class).admin().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE approval SET " + what + " WHERE approval_id = '" + id + "'"))
          .isEqualTo(1);
    }
  }

  @Test
  void allThatIsKeptOfAPlayerGoesToWhoAskedWhenAnotherApproved() {
    String name = Names.fresh();
    UserId user = service.registered(name);
    Answer asked = admin.post("/admin/v1/accounts/" + user + ":export", REASON).expect(202);
    String path = "/admin/v1/approvals/" + asked.text("/approvalId");
    admin.get(path + "/export").expectProblem(409, "APPROVAL_NOT_EXECUTED");
    admin.post(path + ":approve", REASON).expectProblem(409, "APPROVAL_NEEDS_ANOTHER");
    Client second = secondSuperAdmin();
    second.post(path + ":approve", REASON).expect(200);
    Answer export = admin.get(path + "/export").expect(200);
    assertThat(export.text("/sections/account/username")).isEqualTo(name);
    second.get(path + "/export").expectProblem(404, "APPROVAL_NOT_FOUND");
    assertThat(admin.get("/admin/v1/accounts/" + user + "/audit").body())
        .contains("ASK_FOR_EXPORT")
        .contains("APPROVED_ACCOUNT_EXPORT")
        .contains("FETCH_EXPORT");
  }

  private static Client secondSuperAdmin() {
    return service.superAdmin("root-" + Names.fresh());
  }

  @Test
  void aSuperAdminIsMadeByTwo() {
    Client second = secondSuperAdmin();
    String name = "op-" + Names.fresh();
    Map<String, Object> wanted =
        Map.of("name", name, "password", PASSWORD, "superAdmin", true, "reason", "ann has left");
    Answer asked = admin.post("/admin/v1/operators", wanted).expect(202);
    assertThat(asked.json().at("/superAdmin").booleanValue()).isFalse();
    Answer login =
        service
            .inside()
            .post("/admin/v1/sessions", Map.of("name", name, "password", PASSWORD))
            .expect(201);
    Client newcomer = service.inside().bearer(login.text("/token"));
    assertThat(isSuperAdmin(newcomer)).isFalse();

    String path = "/admin/v1/approvals/" + asked.text("/approvalId");
    assertThat(second.get(path).expect(200).text("/reason")).isEqualTo("ann has left");
    admin.post(path + ":approve", REASON).expectProblem(409, "APPROVAL_NEEDS_ANOTHER");
    other.post(path + ":approve", REASON).expectProblem(403, "PERMISSION_MISSING");
    assertThat(isSuperAdmin(newcomer)).isFalse();
    second.post(path + ":approve", REASON).expect(200);
    assertThat(second.get(path).text("/state")).isEqualTo("EXECUTED");
    assertThat(isSuperAdmin(newcomer)).isTrue();

    String operator = "/admin/v1/operators/" + asked.text("/operatorId");
    admin.patch(operator, "{\"superAdmin\":false}").expect(200);
    assertThat(isSuperAdmin(newcomer)).isFalse();
    Answer again =
        admin.patch(operator, "{\"superAdmin\":true,\"displayName\":\"Ben\"}").expect(202);
    assertThat(again.text("/displayName")).isEqualTo("Ben");
    assertThat(again.json().at("/superAdmin").booleanValue()).isFalse();
    second.post("/admin/v1/approvals/" + again.text("/approvalId") + ":reject", REASON).expect(200);
    assertThat(isSuperAdmin(newcomer)).isFalse();
  }

  private static boolean isSuperAdmin(Client operator) {
    return operator.get("/admin/v1/me").expect(200).json().at("/superAdmin").booleanValue();
  }
}
