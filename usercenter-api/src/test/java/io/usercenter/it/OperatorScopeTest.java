package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.it.ScopedWorld.Desk;
import io.usercenter.it.ScopedWorld.Figure;
import io.usercenter.it.ScopedWorld.Player;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * No endpoint tells an operator of what is out of his scope, by no list, count, order or error.
 * Walks all endpoints of operators in {@code docs/openapi.json} in random worlds, with random
 * grants, and compares each answer with what a model of scopes says; what is out of scope and what
 * does not exist must be answered alike. {@code -Dscope.worlds=N} walks N worlds, {@code
 * -Dscope.seed=N} that one.
 */
class OperatorScopeTest {
  private static Usercenter service;
  private static Client boss;

  @SuppressWarnings("NullAway.Init") // each test makes its own
  private ScopedWorld world;

  private final Map<String, String> leaks = new TreeMap<>(); // the first of each endpoint
  private int queries;

  @BeforeAll
  static void start() {
    service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "planted.leak=true",
            "usercenter.operators.reauthentication=1h"); // a slow machine walks for minutes
    boss = service.operator();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /** How one endpoint is tried by one operator. */
  private interface Rule {
    void walk(Desk desk);
  }

  @Test
  void noEndpointTellsOfWhatIsOutOfScope() throws Exception {
    Map<String, Rule> rules = rules();
    Set<String> endpoints = endpoints();
    assertThat(rules.keySet())
        .as("each endpoint of operators has a rule here, and each rule an endpoint")
        .isEqualTo(endpoints);
    int worlds = Integer.getInteger("scope.worlds", 1);
    int walked = 0;
    for (int i = 0; i < worlds; i++) {
      long seed = Long.getLong("scope.seed", 7_777L + i);
      world = new ScopedWorld(service, boss, new Random(seed), permissions());
      for (Desk desk : world.desks) {
        walk(rules, desk, "seed " + seed);
        walked++;
      }
    }
    assertThat(leaks).isEmpty();
    System.out.printf(
        "scopes: %d endpoints x %d operators with random grants, %d queries compared, leaks 0%n",
        endpoints.size(), walked, queries);
    assertThat(queries).isGreaterThan(500 * worlds);
  }

  private void walk(Map<String, Rule> rules, Desk desk, String seed) {
    rules.forEach(
        (endpoint, rule) -> {
          try {
            rule.walk(desk);
          } catch (AssertionError e) {
            leaks.putIfAbsent(
                endpoint,
                "%s, %s with %s: %s"
                    .formatted(
                        seed, desk.name(), new HashSet<>(desk.grants().values()), e.getMessage()));
          }
        });
  }

  /** One query without a scope: this test sees it, and the guard does not let it through. */
  @Test
  void aPlantedLeakIsFoundAndRefused() throws Exception {
    world = new ScopedWorld(service, boss, new Random(42), permissions());
    Desk desk = world.desks.getFirst();
    Player hidden =
        world.players.stream()
            .filter(player -> !desk.sees("ACCOUNT_READ", player))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(
            () ->
                ofAPlayer("ACCOUNT_READ", this::sees, "GET", "/planted/unguarded/%s", "")
                    .walk(desk))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(hidden.id());
    desk.client()
        .get("/admin/v1/planted/forgotten/" + hidden.id())
        .expectProblem(500, "INTERNAL_ERROR");
    desk.client()
        .get("/admin/v1/planted/forgotten/" + hidden.nobody())
        .expectProblem(500, "INTERNAL_ERROR");
    boss.get("/admin/v1/planted/forgotten/" + hidden.id())
        .expectProblem(500, "INTERNAL_ERROR"); // who may see everything shows the mistake too
  }

  /** Each of the two removes the other one at the same moment, and there are no others. */
  @Test
  void ofTheLastTwoSuperAdminsOneRemains() throws Exception {
    for (int round = 0; round < 5; round++) {
      List<String> names = List.of(Names.fresh(), Names.fresh());
      List<Client> two = names.stream().map(service::superAdmin).toList();
      List<String> ids =
          names.stream().map(name -> TwoInstancesTest.operatorId(boss, name)).toList();
      List<String> others = onlySuperAdmins(ids);
      try {
        List<Answer> answers =
            Parallel.run(2, i -> two.get(i).delete("/admin/v1/operators/" + ids.get(1 - i)));
        assertThat(answers.stream().filter(answer -> answer.status() == 204)).hasSize(1);
        int left = answers.get(0).status() == 204 ? 0 : 1;
        two.get(left)
            .delete("/admin/v1/operators/" + ids.get(left))
            .expectProblem(409, "LAST_SUPER_ADMIN");
        two.get(left)
            .patch("/admin/v1/operators/" + ids.get(left), "{\"status\":\"DISABLED\"}")
            .expectProblem(409, "LAST_SUPER_ADMIN");
        two.get(left)
            .patch("/admin/v1/operators/" + ids.get(left), "{\"superAdmin\":false}")
            .expectProblem(409, "LAST_SUPER_ADMIN");
        if (round == 0) {
          theOnlyOneMakesAnother(two.get(left));
        }
      } finally {
        superAdmins(others, true);
      }
      boss.delete("/admin/v1/operators/" + ids.getFirst());
      boss.delete("/admin/v1/operators/" + ids.getLast());
    }
  }

  /** Nobody could approve it; the next one takes two again. */
  private static void theOnlyOneMakesAnother(Client single) {
    String name = Names.fresh();
    Answer made =
        single
            .post(
                "/admin/v1/operators",
                Map.of("name", name, "password", "a super admin of a test", "superAdmin", true))
            .expect(201);
    assertThat(made.json().at("/superAdmin").booleanValue()).isTrue();
    assertThat(made.json().has("approvalId")).isFalse();
    assertThat(
            single
                .get("/admin/v1/audit?action=MAKE_SUPER_ADMIN_ALONE&limit=1")
                .expect(200)
                .text("/entries/0/detail"))
        .contains(name, "single super admin");
    String another = Names.fresh();
    String asked =
        single
            .post(
                "/admin/v1/operators",
                Map.of("name", another, "password", "a super admin of a test", "superAdmin", true))
            .expect(202)
            .text("/operatorId");
    for (String id : List.of(asked, made.text("/operatorId"))) {
      single.delete("/admin/v1/operators/" + id).expect(204);
    }
  }

  /** A grant on no server, or on a group that has none yet, is no way to what one does not have. */
  @Test
  void nobodyGivesHimselfMoreByAGrantOnNothing() {
    String tag = Names.fresh();
    String server = tag + "-s1";
    boss.post("/admin/v1/game-servers", Map.of("serverId", server, "name", server)).expect(201);
    String channel = tag + "-c1";
    String other = tag + "-c2";
    for (String one : List.of(channel, other)) {
      boss.post("/admin/v1/channels", Map.of("channel", one, "name", one)).expect(201);
    }
    String mine = serverGroup(tag + "-mine", List.of(server));
    String empty = serverGroup(tag + "-empty", List.of());
    String group =
        boss.post("/admin/v1/groups", Map.of("name", "desk-" + tag)).expect(201).text("/groupId");
    grant(boss, group, List.of("GROUP_WRITE"), Map.of("serverIds", List.of()), List.of())
        .expect(201);
    grantBans(boss, group, mine, channel).expect(201);
    Client clerk = service.inside().bearer(member(tag + "-clerk", "desk-" + tag));

    for (String permission : List.of("OPERATOR_WRITE", "APPROVAL_DECIDE", "ACCOUNT_REVEAL")) {
      grant(clerk, group, List.of(permission), Map.of("serverIds", List.of()), List.of())
          .expectProblem(403, "PERMISSION_MISSING");
    }
    grantBans(clerk, group, empty, channel).expectProblem(403, "PERMISSION_MISSING");
    grantBans(clerk, group, mine, other).expectProblem(403, "PERMISSION_MISSING");
    assertThat(texts(clerk.get("/admin/v1/me").expect(200), "/permissions", ""))
        .containsExactly("BAN_READ", "GROUP_WRITE");

    grantBans(clerk, group, mine, channel).expect(201);
    grant(clerk, group, List.of("GROUP_WRITE"), Map.of("serverIds", List.of()), List.of())
        .expect(201);
  }

  private static Answer grantBans(Client giver, String group, String serverGroup, String channel) {
    return grant(
        giver,
        group,
        List.of("BAN_READ"),
        Map.of("serverGroupIds", List.of(serverGroup)),
        List.of(channel));
  }

  private static String serverGroup(String name, List<String> servers) {
    return boss.post("/admin/v1/server-groups", Map.of("name", name, "serverIds", servers))
        .expect(201)
        .text("/serverGroupId");
  }

  private static Answer grant(
      Client giver, String group, List<String> permissions, Object servers, Object channels) {
    return giver.post(
        "/admin/v1/groups/" + group + "/grants",
        Map.of("permissions", permissions, "servers", servers, "channels", channels));
  }

  /** Taking away a second factor, ending sessions: not of who may do more. */
  @Test
  void nobodyHasAHandInTheLoginsOfWhoMayDoMore() {
    String tag = Names.fresh();
    String group =
        boss.post("/admin/v1/groups", Map.of("name", "desk-" + tag)).expect(201).text("/groupId");
    boss.post(
            "/admin/v1/groups/" + group + "/grants",
            Map.of(
                "permissions",
                List.of("OPERATOR_READ", "OPERATOR_WRITE"),
                "servers",
                "ALL",
                "channels",
                "ALL"))
        .expect(201);
    Client clerk = service.inside().bearer(member(tag + "-clerk", "desk-" + tag));
    Client mighty = service.inside().bearer(member(tag + "-mighty", "operators"));
    Client peer = service.inside().bearer(member(tag + "-peer", "desk-" + tag));
    for (Client target : List.of(mighty, peer)) {
      String operator =
          "/admin/v1/operators/" + target.get("/admin/v1/me").expect(200).text("/operatorId");
      String session = clerk.get(operator + "/sessions").expect(200).text("/sessions/0/sessionId");
      if (target == mighty) {
        clerk.post(operator + ":resetTotp", A_REASON).expectProblem(403, "PERMISSION_MISSING");
        clerk.post(operator + ":resetPassword", A_REASON).expectProblem(403, "PERMISSION_MISSING");
        clerk.delete(operator + "/sessions/" + session).expectProblem(403, "PERMISSION_MISSING");
        target.get("/admin/v1/me").expect(200);
      } else {
        clerk.delete(operator + "/sessions/" + session).expect(204);
        target.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
        clerk.post(operator + ":resetTotp", A_REASON).expect(204);
        String password =
            clerk
                .post(operator + ":resetPassword", A_REASON)
                .expect(200)
                .text("/temporaryPassword");
        service
            .inside()
            .post("/admin/v1/sessions", Map.of("name", tag + "-peer", "password", password))
            .expect(201);
      }
    }
  }

  /** The record and the explanation say it in words and values that a reader knows. */
  @Test
  void aGrantIsOnRecordAndExplainedByItsPermissionsServersAndChannels() {
    String tag = Names.fresh();
    for (String server : List.of(tag + "-s1", tag + "-s2")) {
      boss.post("/admin/v1/game-servers", Map.of("serverId", server, "name", server)).expect(201);
    }
    boss.post("/admin/v1/channels", Map.of("channel", tag + "-c", "name", tag)).expect(201);
    String group =
        boss.post("/admin/v1/groups", Map.of("name", "desk-" + tag)).expect(201).text("/groupId");
    String grant =
        boss.post(
                "/admin/v1/groups/" + group + "/grants",
                Map.of(
                    "permissions",
                    List.of("BAN_WRITE", "ACCOUNT_READ"),
                    "servers",
                    Map.of("serverIds", List.of(tag + "-s1", tag + "-s2")),
                    "channels",
                    List.of(tag + "-c")))
            .expect(201)
            .text("/grants/0/grantId");
    assertThat(
            boss.get("/admin/v1/audit?action=GRANT&limit=1").expect(200).text("/entries/0/detail"))
        .isEqualTo(
            "group %s: permissions: ACCOUNT_READ, BAN_WRITE; servers: %s-s1, %s-s2; channels: %s-c"
                .formatted(group, tag, tag, tag));
    boss.post(
            "/admin/v1/groups/" + group + "/grants",
            Map.of("permissions", List.of("BAN_READ"), "servers", "ALL", "channels", "ALL"))
        .expect(201);
    assertThat(
            boss.get("/admin/v1/audit?action=GRANT&limit=1").expect(200).text("/entries/0/detail"))
        .isEqualTo("group " + group + ": permissions: BAN_READ; servers: ALL; channels: ALL");

    String clerk =
        service
            .inside()
            .bearer(member(tag + "-clerk", "desk-" + tag))
            .get("/admin/v1/me")
            .expect(200)
            .text("/operatorId");
    assertThat(
            boss.get("/admin/v1/operators/" + clerk)
                .expect(200)
                .json()
                .at("/totpEnabled")
                .booleanValue())
        .isFalse();
    Answer explained =
        boss.get(
                "/admin/v1/operators/%s:explain?permission=BAN_WRITE&serverId=%s&channel=other"
                    .formatted(clerk, tag + "-s1"))
            .expect(200);
    assertThat(explained.json().at("/allowed").booleanValue()).isFalse();
    assertThat(explained.json().at("/superAdmin").booleanValue()).isFalse();
    assertThat(explained.json().at("/grants")).hasSize(1);
    assertThat(explained.text("/grants/0/grantId")).isEqualTo(grant);
    assertThat(explained.json().at("/grants/0/servers").booleanValue()).isTrue();
    assertThat(explained.json().at("/grants/0/channels").booleanValue()).isFalse();
    boss.patch("/admin/v1/operators/" + clerk, "{\"status\":\"DISABLED\",\"reason\":\"left\"}")
        .expect(200);
    assertThat(
            boss.get("/admin/v1/audit?action=CHANGE_OPERATOR&limit=1")
                .expect(200)
                .text("/entries/0/detail"))
        .isEqualTo("operator " + clerk + ": status: DISABLED; reason: left");
  }

  private static String member(String name, String group) {
    Map<String, Object> body =
        Map.of("name", name, "password", "a good long passphrase", "groups", List.of(group));
    boss.post("/admin/v1/operators", body).expect(201);
    return service
        .inside()
        .post("/admin/v1/sessions", Map.of("name", name, "password", "a good long passphrase"))
        .expect(201)
        .text("/token");
  }

  /** By the back door: whoever asks would remove himself. */
  private static List<String> onlySuperAdmins(List<String> ids) throws Exception {
    List<String> others = new ArrayList<>();
    try (Connection admin = service.bean(ShardPools.class).admin().getConnection();
        ResultSet rows =
            admin
                .createStatement()
                .executeQuery(
                    "SELECT operator_id FROM operator WHERE super_admin AND status = 'ACTIVE'"
                        + " AND deleted_at IS NULL")) {
      while (rows.next()) {
        others.add(rows.getString(1));
      }
    }
    others.removeAll(ids);
    superAdmins(others, false);
    return others;
  }

  private static void superAdmins(List<String> ids, boolean are) throws Exception {
    try (Connection admin = service.bean(ShardPools.class).admin().getConnection()) {
      admin
          .createStatement()
          .executeUpdate(
              "UPDATE operator SET super_admin = %b WHERE operator_id IN (%s)"
                  .formatted(are, String.join(",", ids)));
    }
  }

  private static Set<String> permissions() {
    return values(boss.get("/admin/v1/permissions").expect(200).json().at("/permissions")).stream()
        .map(permission -> permission.at("/permission").stringValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> endpoints() throws Exception {
    Set<String> endpoints = new TreeSet<>();
    JsonNode paths =
        Client.JSON.readTree(Files.readString(Path.of("..", "docs", "openapi.json"))).at("/paths");
    paths.propertyNames().stream()
        .filter(path -> path.startsWith("/admin/"))
        .forEach(
            path ->
                paths
                    .get(path)
                    .propertyNames()
                    .forEach(
                        method ->
                            endpoints.add(
                                method.toUpperCase(java.util.Locale.ROOT)
                                    + " "
                                    + path.substring("/admin/v1".length()))));
    return endpoints;
  }

  private Map<String, Rule> rules() {
    Map<String, Rule> rules = new TreeMap<>();
    rules.put("GET /accounts", this::finding);
    rules.put("GET /accounts/{userId}", this::account);
    rules.put("GET /accounts/{userId}/roles", this::characters);
    rules.put(
        "GET /accounts/{userId}/sessions",
        ofAPlayer("ACCOUNT_READ", this::sees, "GET", "/accounts/%s/sessions", ""));
    rules.put("GET /accounts/{userId}/bans", this::bans);
    rules.put(
        "GET /accounts/{userId}/audit",
        ofAPlayer("AUDIT_READ", this::whole, "GET", "/accounts/%s/audit", ""));
    rules.put(
        "POST /accounts/{userId}:forceLogout",
        ofAPlayer("ACCOUNT_KICK", this::whole, "POST", "/accounts/%s:forceLogout", REASON));
    rules.put(
        "POST /accounts/{userId}:delete",
        ofAPlayer("ACCOUNT_DELETE", this::whole, "POST", "/accounts/%s:delete", REASON));
    rules.put(
        "POST /accounts/{userId}:restore",
        ofAPlayer("ACCOUNT_DELETE", this::whole, "POST", "/accounts/%s:restore", REASON));
    rules.put(
        "POST /accounts/{userId}:resetPassword",
        ofAPlayer(
            "ACCOUNT_RESET_PASSWORD", this::whole, "POST", "/accounts/%s:resetPassword", REASON));
    rules.put(
        "POST /accounts/{userId}:unlock",
        ofAPlayer("ACCOUNT_UNLOCK", this::whole, "POST", "/accounts/%s:unlock", REASON));
    rules.put(
        "POST /accounts/{userId}:rename",
        ofAPlayer(
            "ACCOUNT_RENAME",
            this::whole,
            "POST",
            "/accounts/%s:rename",
            "{\"displayName\":\"Ayla\",\"reason\":\"a test\"}"));
    rules.put(
        "GET /accounts/{userId}/identities",
        ofAPlayer("ACCOUNT_READ", this::sees, "GET", "/accounts/%s/identities", ""));
    rules.put(
        "GET /accounts/{userId}/notes",
        ofAPlayer("ACCOUNT_READ", this::sees, "GET", "/accounts/%s/notes", ""));
    rules.put(
        "POST /accounts/{userId}/notes",
        ofAPlayer(
            "ACCOUNT_NOTE", this::sees, "POST", "/accounts/%s/notes", "{\"text\":\"a note\"}"));
    rules.put(
        "POST /accounts/{userId}:export",
        ofAPlayer("ACCOUNT_EXPORT", this::whole, "POST", "/accounts/%s:export", REASON));
    rules.put("GET /accounts:list", this::listing);
    rules.put("GET /roles:byServer", this::byServer);
    rules.put("GET /approvals", this::approvals);
    rules.put(
        "GET /approvals/{approvalId}", desk -> approval(desk, "APPROVAL_READ", "GET", "", ""));
    rules.put(
        "POST /approvals/{approvalId}:approve",
        desk -> approval(desk, "APPROVAL_DECIDE", "POST", ":approve", REASON));
    rules.put(
        "POST /approvals/{approvalId}:reject",
        desk -> approval(desk, "APPROVAL_DECIDE", "POST", ":reject", REASON));
    rules.put(
        "GET /approvals/{approvalId}/export",
        desk ->
            asked()
                .forEach(
                    (player, id) -> alike(desk, "GET", "/approvals/%s/export", "", id, id + "x")));
    rules.put("GET /dashboard", plain("SYSTEM_READ", "GET", "/dashboard"));
    rules.put("POST /bans", this::banning);
    rules.put("POST /bans/{banId}:lift", this::lifting);
    rules.put("POST /bans:batch", this::batch);
    rules.put("GET /ban-batches", desk -> needs(desk, "BAN_READ", "GET", "/ban-batches", ""));
    rules.put("GET /ban-batches/{batchId}", this::othersBatch);
    rules.put("POST /ban-batches/{batchId}:repeat", desk -> othersBatch(desk, ":repeat"));
    rules.put("POST /ban-batches/{batchId}:undo", desk -> othersBatch(desk, ":undo"));
    rules.put("GET /roles", this::byCharacterName);
    rules.put("GET /role-events/rejected", this::rejected);
    rules.put("POST /role-events/rejected:replay", this::replay);
    rules.put("GET /role-feeds/gaps", this::gaps);
    rules.put("GET /role-streams", everywhere("ROLE_SYNC_READ", "GET", "/role-streams", ""));
    rules.put(
        "POST /role-streams/{stream}:pause",
        refusedBut("ROLE_SYNC_WRITE", "POST", "/role-streams/07:pause", REASON));
    rules.put(
        "POST /role-streams/{stream}:resume",
        everywhere("ROLE_SYNC_WRITE", "POST", "/role-streams/07:resume", "{}"));
    rules.put("GET /keys", everywhere("KEY_READ", "GET", "/keys", ""));
    rules.put("POST /keys:rotate", refusedBut("KEY_WRITE", "POST", "/keys:rotate", REASON));
    rules.put(
        "POST /keys/{kid}:compromise",
        refusedBut("KEY_WRITE", "POST", "/keys/none:compromise", REASON));
    rules.put(
        "GET /servers/{serverId}/ticket-keys",
        ofAServer("KEY_READ", "GET", "/servers/%s/ticket-keys", ""));
    rules.put(
        "POST /servers/{serverId}/ticket-keys:rotate",
        ofAServer("KEY_WRITE", "POST", "/servers/%s/ticket-keys:rotate", REASON));
    rules.put(
        "POST /servers/{serverId}/ticket-keys/{epoch}:compromise",
        ofAServer("KEY_WRITE", "POST", "/servers/%s/ticket-keys/0:compromise", REASON));
    rules.put("GET /ticket-keys", this::serversWithKeys);
    rules.put("GET /service-credentials", this::credentials);
    rules.put("POST /service-credentials/{credentialId}:rotate", this::rotated);
    rules.put("POST /service-credentials", this::newCredential);
    rules.put("DELETE /service-credentials/{credentialId}", this::revoked);
    rules.put("GET /channels", desk -> directory(desk, "/channels", "/channels", "/channel"));
    rules.put(
        "GET /game-servers", desk -> directory(desk, "/game-servers", "/servers", "/serverId"));
    rules.put("GET /server-groups", plain("DIRECTORY_READ", "GET", "/server-groups"));
    for (String path : List.of("/channels", "/game-servers", "/server-groups")) {
      String variable =
          switch (path) {
            case "/channels" -> "/{channel}";
            case "/game-servers" -> "/{serverId}";
            default -> "/{serverGroupId}";
          };
      rules.put("POST " + path, refusedBut("DIRECTORY_WRITE", "POST", path, "{}"));
      rules.put(
          "PATCH " + path + variable,
          refusedBut("DIRECTORY_WRITE", "PATCH", path + "/0", "{\"name\":\"x\",\"serverIds\":[]}"));
      rules.put(
          "DELETE " + path + variable, refusedBut("DIRECTORY_WRITE", "DELETE", path + "/0", ""));
    }
    // Nobody's players are in these: the machinery, and who works here.
    rules.put("GET /shards", plain("SYSTEM_READ", "GET", "/shards"));
    rules.put("GET /id-workers", plain("SYSTEM_READ", "GET", "/id-workers"));
    rules.put("GET /ids/{userId}", plain("SYSTEM_READ", "GET", "/ids/123456789"));
    rules.put("GET /imports", plain("IMPORT_READ", "GET", "/imports"));
    rules.put("GET /imports/{jobId}", refusedBut("IMPORT_READ", "GET", "/imports/0", ""));
    rules.put(
        "GET /imports/{jobId}/rejects", refusedBut("IMPORT_READ", "GET", "/imports/0/rejects", ""));
    rules.put("POST /imports", refusedBut("ACCOUNT_IMPORT", "POST", "/imports?name=x", ""));
    rules.put(
        "POST /imports/{jobId}:continue",
        refusedBut("ACCOUNT_IMPORT", "POST", "/imports/0:continue", "{}"));
    rules.put("GET /permissions", desk -> ask(desk, "GET", "/permissions", "").expect(200));
    rules.put("GET /operators", plain("OPERATOR_READ", "GET", "/operators"));
    rules.put("POST /operators", this::greedyOperator);
    rules.put("GET /operators/{operatorId}", plain("OPERATOR_READ", "GET", "/operators/1"));
    rules.put(
        "PATCH /operators/{operatorId}",
        notOfTheBoss("PATCH", "/operators/1", "{\"status\":\"DISABLED\"}"));
    rules.put("DELETE /operators/{operatorId}", notOfTheBoss("DELETE", "/operators/1", ""));
    rules.put(
        "POST /operators/{operatorId}:resetPassword",
        notOfTheBoss("POST", "/operators/1:resetPassword", REASON));
    rules.put(
        "GET /operators/{operatorId}/effective",
        plain("OPERATOR_READ", "GET", "/operators/1/effective"));
    rules.put(
        "GET /operators/{operatorId}:explain",
        plain("OPERATOR_READ", "GET", "/operators/1:explain?permission=BAN_READ"));
    rules.put("GET /groups", plain("GROUP_READ", "GET", "/groups"));
    rules.put("GET /groups/{groupId}", plain("GROUP_READ", "GET", "/groups/1"));
    rules.put("POST /groups", refusedBut("GROUP_WRITE", "POST", "/groups", "{}"));
    rules.put("PATCH /groups/{groupId}", notOfTheBoss("PATCH", "/groups/1", "{}"));
    rules.put("DELETE /groups/{groupId}", notOfTheBoss("DELETE", "/groups/1", ""));
    rules.put(
        "PUT /groups/{groupId}/members",
        notOfTheBoss("PUT", "/groups/1/members", "{\"operatorIds\":[]}"));
    rules.put("POST /groups/{groupId}/grants", this::greedyGrant);
    rules.put(
        "DELETE /groups/{groupId}/grants/{grantId}",
        notOfTheBoss("DELETE", "/groups/1/grants/1", ""));
    rules.put(
        "POST /accounts/{userId}:reveal",
        ofAPlayer(
            "ACCOUNT_REVEAL",
            this::whole,
            "POST",
            "/accounts/%s:reveal",
            "{\"fields\":[\"registerIp\",\"identities\",\"sessions\"],\"reason\":\"a test\"}"));
    Rule linesOfAll = everywhere("AUDIT_READ", "GET", "/audit", "");
    Rule linesOfOne = ofAPlayer("AUDIT_READ", this::whole, "GET", "/audit?targetUserId=%s", "");
    rules.put(
        "GET /audit",
        desk -> {
          linesOfAll.walk(desk);
          if (!desk.everywhere("AUDIT_READ")) {
            linesOfOne.walk(desk);
          }
        });
    rules.put("GET /audit:verify", plain("AUDIT_VERIFY", "GET", "/audit:verify"));
    rules.put(
        "GET /operators/{operatorId}/sessions",
        plain("OPERATOR_READ", "GET", "/operators/1/sessions"));
    rules.put(
        "DELETE /operators/{operatorId}/sessions/{sessionId}",
        notOfTheBoss("DELETE", "/operators/1/sessions/none", ""));
    rules.put(
        "POST /operators/{operatorId}:resetTotp",
        notOfTheBoss("POST", "/operators/1:resetTotp", REASON));
    for (String own :
        List.of(
            "GET /me",
            "POST /me:reauthenticate",
            "POST /me:changePassword",
            "POST /me/totp",
            "POST /me/totp:confirm",
            "POST /me/totp:disable",
            "GET /me/sessions",
            "DELETE /me/sessions/{sessionId}")) {
      rules.put(own, desk -> {});
    }
    rules.put("POST /sessions", desk -> {}); // who he is, is found out there
    rules.put("DELETE /sessions/current", desk -> {}); // his own
    return rules;
  }

  private static final String REASON = "{\"reason\":\"a test\"}";
  private static final Map<String, String> A_REASON = Map.of("reason", "a test");

  private boolean sees(String permission, Player player) {
    return desk(permission).sees(permission, player);
  }

  private boolean whole(String permission, Player player) {
    return desk(permission).seesAllOf(permission, player);
  }

  @SuppressWarnings("NullAway.Init") // a rule sets it first
  private Desk walking;

  private Desk desk(String permission) {
    assertThat(walking).as(permission).isNotNull();
    return walking;
  }

  private Answer ask(Desk desk, String method, String path, String body) {
    queries++;
    return desk.client().send(method, "/admin/v1" + path, body);
  }

  private boolean needs(Desk desk, String permission, String method, String path, String body) {
    Answer answer = ask(desk, method, path, body);
    if (desk.has(permission)) {
      assertThat(answer.status()).as(answer.request() + answer.body()).isNotEqualTo(403);
      return true;
    }
    answer.expectProblem(403, "PERMISSION_MISSING");
    return false;
  }

  /** Status and body, but for the ids and the trace. */
  private static String shape(Answer answer, String... ids) {
    String text = answer.status() + " " + answer.header("Content-Type") + " " + answer.body();
    for (String id : ids) {
      text = text.replace(id, "ID");
    }
    return text.replaceAll("[0-9a-f]{32}", "TRACE");
  }

  private void alike(Desk desk, String method, String path, String body, String id, String nobody) {
    Answer hidden = ask(desk, method, path.formatted(id), body.replace("%s", id));
    Answer absent = ask(desk, method, path.formatted(nobody), body.replace("%s", nobody));
    assertThat(absent.status()).as(absent.body()).isIn(403, 404);
    assertThat(shape(hidden, id))
        .as("%s is out of scope of %s, and must look as if it were not there", id, desk.name())
        .isEqualTo(shape(absent, nobody));
  }

  private Rule ofAPlayer(
      String permission,
      BiPredicate<String, Player> inScope,
      String method,
      String path,
      String body) {
    return desk -> {
      walking = desk;
      for (Player player : world.players) {
        if (desk.has(permission) && inScope.test(permission, player)) {
          Answer answer = ask(desk, method, path.formatted(player.id()), body);
          assertThat(answer.status()).as(answer.request() + answer.body()).isIn(200, 201, 202, 204);
          if (method.equals("GET")) {
            Answer known = boss.get("/admin/v1" + path.formatted(player.id()));
            assertThat(known.status() == 200 ? answer.body() : known.body())
                .isEqualTo(known.body());
          } else if (path.endsWith(":delete")) {
            boss.send("POST", "/admin/v1/accounts/%s:restore".formatted(player.id()), REASON)
                .expect(200);
          }
        } else {
          alike(desk, method, path, body, player.id(), player.nobody());
        }
      }
    };
  }

  private Rule ofAServer(String permission, String method, String path, String body) {
    return desk -> {
      for (String server : world.servers) {
        if (desk.seesServer(permission, server)) {
          ask(desk, method, path.formatted(server), body).expect(200);
        } else {
          alike(desk, method, path, body, server, server + "x");
        }
      }
    };
  }

  private Rule plain(String permission, String method, String path) {
    return desk -> {
      if (needs(desk, permission, method, path, "")) {
        ask(desk, method, path, "").expect(200);
      }
    };
  }

  /** What belongs to no server: whoever has the permission everywhere, and nobody else. */
  private Rule everywhere(String permission, String method, String path, String body) {
    return desk -> {
      Answer answer = ask(desk, method, path, body);
      if (desk.everywhere(permission)) {
        answer.expect(200);
      } else {
        answer.expectProblem(403, "PERMISSION_MISSING");
      }
    };
  }

  /** Not done by who may do it: it would change the world of other tests. */
  private Rule refusedBut(String permission, String method, String path, String body) {
    return desk -> {
      boolean global = permission.startsWith("KEY") || permission.startsWith("ROLE_SYNC");
      if (global ? !desk.everywhere(permission) : !desk.has(permission)) {
        assertThat(ask(desk, method, path, body).status()).isIn(400, 403, 415);
      }
    };
  }

  /** What everybody's superior is, or has, is not theirs to change. */
  private Rule notOfTheBoss(String method, String path, String body) {
    return desk -> {
      if (!desk.hasAWholeWorld()) {
        ask(desk, method, path, body).expectProblem(403, "PERMISSION_MISSING");
      }
    };
  }

  private void finding(Desk desk) {
    for (Player player : world.players) {
      boolean seen = desk.sees("ACCOUNT_READ", player);
      found(desk, "username=" + player.name(), "username=" + player.name() + "x", seen, player);
      found(desk, "userId=" + player.id(), "userId=" + player.nobody(), seen, player);
      for (Figure character : player.characters()) {
        found(
            desk,
            "roleId=" + character.roleId(),
            "roleId=" + character.roleId() + "x",
            seen && desk.sees("ROLE_READ", player, character),
            player);
      }
    }
  }

  private void found(Desk desk, String query, String absent, boolean seen, Player player) {
    Answer answer = ask(desk, "GET", "/accounts?" + query, "");
    if (!desk.has("ACCOUNT_READ")) {
      answer.expectProblem(403, "PERMISSION_MISSING");
    } else if (seen) {
      assertThat(texts(answer, "/accounts", "/userId")).containsExactly(player.id());
      shows(desk, answer.json().at("/accounts/0"), player);
    } else {
      assertThat(shape(answer, player.id()))
          .as(query)
          .isEqualTo(shape(ask(desk, "GET", "/accounts?" + absent, ""), player.nobody()));
    }
  }

  private void account(Desk desk) {
    for (Player player : world.players) {
      if (desk.has("ACCOUNT_READ") && desk.sees("ACCOUNT_READ", player)) {
        shows(desk, ask(desk, "GET", "/accounts/" + player.id(), "").expect(200).json(), player);
      } else {
        alike(desk, "GET", "/accounts/%s", "", player.id(), player.nobody());
      }
    }
  }

  private void shows(Desk desk, JsonNode account, Player player) {
    assertThat(account.at("/username").stringValue()).isEqualTo(player.name());
    assertThat(texts(account.at("/roles"), "/roleId"))
        .containsExactlyInAnyOrderElementsOf(visibleCharacters(desk, player));
    if (!desk.sees("BAN_READ", player)) {
      assertThat(account.at("/activeBan").isMissingNode() || account.at("/activeBan").isNull())
          .isTrue();
    }
  }

  private static List<String> visibleCharacters(Desk desk, Player player) {
    return player.characters().stream()
        .filter(character -> desk.sees("ROLE_READ", player, character))
        .map(Figure::roleId)
        .toList();
  }

  private void characters(Desk desk) {
    for (Player player : world.players) {
      if (desk.sees("ROLE_READ", player)) {
        Answer answer = ask(desk, "GET", "/accounts/%s/roles".formatted(player.id()), "");
        assertThat(texts(answer.expect(200), "/roles", "/roleId"))
            .containsExactlyInAnyOrderElementsOf(visibleCharacters(desk, player));
      } else {
        alike(desk, "GET", "/accounts/%s/roles", "", player.id(), player.nobody());
      }
    }
  }

  private Predicate<JsonNode> banInScope(Desk desk, String permission, Player player) {
    return ban ->
        !ban.at("/scope").stringValue().equals("SERVER")
            || desk.holds(permission, ban.at("/target").stringValue(), player.channel());
  }

  private void bans(Desk desk) {
    Player banned = world.pick(world.players);
    boss.post(
            "/admin/v1/bans",
            Map.of(
                "userId",
                banned.id(),
                "scope",
                "SERVER",
                "target",
                world.pick(world.servers),
                "reasonCode",
                "TEST"))
        .expect(201);
    for (Player player : world.players) {
      if (desk.sees("BAN_READ", player)) {
        List<String> expected =
            values(bansOf(player)).stream()
                .filter(banInScope(desk, "BAN_READ", player))
                .map(ban -> ban.at("/banId").stringValue())
                .toList();
        Answer answer = ask(desk, "GET", "/accounts/%s/bans".formatted(player.id()), "");
        assertThat(texts(answer.expect(200), "/bans", "/banId")).isEqualTo(expected);
      } else {
        alike(desk, "GET", "/accounts/%s/bans", "", player.id(), player.nobody());
      }
    }
  }

  private static JsonNode bansOf(Player player) {
    return boss.get("/admin/v1/accounts/" + player.id() + "/bans").expect(200).json().at("/bans");
  }

  private void banning(Desk desk) {
    for (Player player : world.players) {
      String server = world.pick(world.servers);
      String onServer =
          "{\"userId\":\"%s\",\"scope\":\"SERVER\",\"target\":\""
              + server
              + "\",\"reasonCode\":\"T\"}";
      String everywhere =
          "{\"userId\":\"%s\",\"scope\":\"FEATURE\",\"target\":\"chat\",\"reasonCode\":\"T\"}";
      ban(desk, player, onServer, desk.seesOn("BAN_WRITE", player, server));
      ban(desk, player, everywhere, desk.seesAllOf("BAN_WRITE", player));
    }
  }

  private void ban(Desk desk, Player player, String body, boolean allowed) {
    int before = bansOf(player).size();
    if (allowed) {
      ask(desk, "POST", "/bans", body.replace("%s", player.id())).expect(201);
    } else {
      alike(desk, "POST", "/bans", body, player.id(), player.nobody());
    }
    assertThat(bansOf(player).size()).isEqualTo(before + (allowed ? 1 : 0));
  }

  private void lifting(Desk desk) {
    for (Player player : world.players) {
      for (JsonNode ban : values(bansOf(player))) {
        if (!ban.path("liftedAt").isMissingNode() && !ban.path("liftedAt").isNull()) {
          continue;
        }
        String id = ban.at("/banId").stringValue();
        boolean allowed =
            ban.at("/scope").stringValue().equals("SERVER")
                ? desk.seesOn("BAN_WRITE", player, ban.at("/target").stringValue())
                : desk.seesAllOf("BAN_WRITE", player);
        if (allowed) {
          ask(desk, "POST", "/bans/%s:lift".formatted(id), "{}").expect(200);
        } else {
          String nobody = Long.toString(Long.parseLong(id) ^ (1L << 40));
          alike(desk, "POST", "/bans/%s:lift", "{}", id, nobody);
        }
      }
    }
  }

  private final Map<String, String> batches = new HashMap<>(); // desk -> batch

  private void batch(Desk desk) {
    String server = world.pick(world.servers);
    for (boolean dry : new boolean[] {true, false}) {
      String body =
          Client.JSON.writeValueAsString(
              Map.of(
                  "usernames",
                  world.players.stream().map(Player::name).toList(),
                  "scope",
                  "SERVER",
                  "target",
                  server,
                  "reasonCode",
                  "TEST",
                  "dryRun",
                  dry));
      Answer answer = ask(desk, "POST", "/bans:batch", body);
      if (!desk.has("BAN_BATCH")) {
        answer.expectProblem(403, "PERMISSION_MISSING");
        return;
      }
      List<JsonNode> items = values(answer.expect(200).json().at("/items"));
      for (int i = 0; i < items.size(); i++) {
        Player player = world.players.get(i);
        boolean unknown = items.get(i).at("/result").stringValue().equals("UNKNOWN");
        assertThat(unknown).isEqualTo(!desk.seesOn("BAN_BATCH", player, server));
        if (!desk.sees("BAN_BATCH", player)) {
          assertThat(items.get(i).path("userId").isNull() || !items.get(i).has("userId")).isTrue();
        }
      }
      if (!dry) {
        batches.put(desk.name(), answer.text("/batchId"));
      }
    }
  }

  private void othersBatch(Desk desk) {
    othersBatch(desk, "");
    if (desk.has("BAN_READ")) {
      Set<String> others = new HashSet<>(batches.values());
      others.remove(batches.get(desk.name()));
      Answer list = ask(desk, "GET", "/ban-batches", "").expect(200);
      if (!desk.everywhere("BAN_READ")) {
        assertThat(others)
            .doesNotContainAnyElementsOf(
                java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("none"),
                        texts(list, "/batches", "/batchId").stream())
                    .toList());
      }
    }
  }

  private void othersBatch(Desk desk, String action) {
    String permission = action.isEmpty() ? "BAN_READ" : "BAN_BATCH";
    String method = action.isEmpty() ? "GET" : "POST";
    batches.forEach(
        (by, id) -> {
          if (!desk.everywhere(permission) && !by.equals(desk.name())) {
            alike(
                desk,
                method,
                "/ban-batches/%s" + action,
                action.isEmpty() ? "" : "{}",
                id,
                id + "x");
          } else if (by.equals(desk.name()) && desk.has(permission)) {
            ask(desk, method, "/ban-batches/" + id + action, action.isEmpty() ? "" : "{}");
          }
        });
  }

  private final Map<String, Map<Player, String>> exports = new HashMap<>(); // of a world

  /** What somebody else has asked for: an export of each player. */
  private Map<Player, String> asked() {
    return exports.computeIfAbsent(
        world.tag,
        _ -> {
          Map<Player, String> asked = new HashMap<>();
          for (Player player : world.players) {
            asked.put(
                player,
                boss.send("POST", "/admin/v1/accounts/%s:export".formatted(player.id()), REASON)
                    .expect(202)
                    .text("/approvalId"));
          }
          return asked;
        });
  }

  private void approval(Desk desk, String permission, String method, String action, String body) {
    asked()
        .forEach(
            (player, id) -> {
              String path = "/approvals/%s" + action;
              if (!desk.has(permission) || !desk.seesAllOf("ACCOUNT_EXPORT", player)) {
                alike(desk, method, path, body, id, id + "x");
              } else if (method.equals("GET")) {
                ask(desk, method, path.formatted(id), body).expect(200);
              }
            });
  }

  private void approvals(Desk desk) {
    Map<Player, String> asked = asked();
    Set<String> got = new HashSet<>();
    String next = "";
    do {
      Answer page = ask(desk, "GET", "/approvals?limit=100" + next, "");
      if (!desk.has("APPROVAL_READ")) {
        page.expectProblem(403, "PERMISSION_MISSING");
        return;
      }
      got.addAll(texts(page.expect(200), "/approvals", "/approvalId"));
      next = page.after();
    } while (!next.isEmpty());
    asked.forEach(
        (player, id) ->
            assertThat(got.contains(id)).isEqualTo(desk.seesAllOf("ACCOUNT_EXPORT", player)));
  }

  private void listing(Desk desk) {
    if (!desk.has("ACCOUNT_LIST")) {
      ask(desk, "GET", "/accounts:list", "").expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    for (String channel : world.channels) {
      assertThat(listed(desk, "&channel=" + channel))
          .containsExactlyInAnyOrderElementsOf(
              listable(desk, player -> player.channel().equals(channel)));
    }
    // The rest sees the players of other tests as well.
    if (desk.cells("ACCOUNT_LIST").stream()
        .allMatch(cell -> cell.servers() != null || cell.channels() != null)) {
      assertThat(listed(desk, "")).containsExactlyInAnyOrderElementsOf(listable(desk, _ -> true));
    }
  }

  private List<String> listable(Desk desk, Predicate<Player> which) {
    return world.players.stream()
        .filter(which)
        .filter(player -> desk.sees("ACCOUNT_LIST", player))
        .map(Player::id)
        .toList();
  }

  /** Page by page; who is on two of them is there twice. */
  private List<String> listed(Desk desk, String query) {
    List<String> got = new ArrayList<>();
    String next = "";
    do {
      Answer page = ask(desk, "GET", "/accounts:list?limit=3" + query + next, "").expect(200);
      got.addAll(texts(page, "/accounts", "/userId"));
      next = page.after();
    } while (!next.isEmpty());
    return got;
  }

  private void byServer(Desk desk) {
    for (String server : world.servers) {
      Set<String> got = new HashSet<>();
      String next = "";
      do {
        Answer page = ask(desk, "GET", "/roles:byServer?limit=2&serverId=" + server + next, "");
        if (!desk.has("ROLE_READ")) {
          page.expectProblem(403, "PERMISSION_MISSING");
          return;
        }
        got.addAll(texts(page.expect(200).json().at("/roles"), "/role/roleId"));
        next = page.after();
      } while (!next.isEmpty());
      Set<String> expected = new HashSet<>();
      for (Player player : world.players) {
        player.characters().stream()
            .filter(c -> c.server().equals(server) && desk.sees("ROLE_READ", player, c))
            .forEach(c -> expected.add(c.roleId()));
      }
      assertThat(got).isEqualTo(expected);
    }
  }

  private void byCharacterName(Desk desk) {
    for (String server : List.of("", world.servers.get(0), world.servers.get(1))) {
      Set<String> expected = new TreeSet<>();
      for (Player player : world.players) {
        player.characters().stream()
            .filter(c -> server.isEmpty() || c.server().equals(server))
            .filter(c -> desk.sees("ROLE_READ", player, c))
            .forEach(c -> expected.add(c.roleId()));
      }
      for (int limit : new int[] {3, 100}) {
        List<String> got = new ArrayList<>();
        String next = "";
        do {
          Answer page =
              ask(
                  desk,
                  "GET",
                  "/roles?name=%s&limit=%d%s%s"
                      .formatted(
                          world.tag, limit, server.isEmpty() ? "" : "&serverId=" + server, next),
                  "");
          if (!desk.has("ROLE_READ")) {
            page.expectProblem(403, "PERMISSION_MISSING");
            return;
          }
          got.addAll(texts(page.expect(200).json().at("/roles"), "/role/roleId"));
          next = page.after();
        } while (!next.isEmpty());
        assertThat(got).containsExactlyElementsOf(expected);
      }
    }
  }

  private void rejected(Desk desk) {
    Set<String> seen = new HashSet<>();
    long after = world.rejected.keySet().stream().mapToLong(Long::parseLong).min().orElse(0) - 1;
    Answer page =
        ask(desk, "GET", "/role-events/rejected?replayed=true&limit=500&after=" + after, "");
    if (!desk.has("ROLE_SYNC_READ")) {
      page.expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    seen.addAll(texts(page.expect(200), "/events", "/rejectedId"));
    world.rejected.forEach(
        (id, server) ->
            assertThat(seen.contains(id)).isEqualTo(desk.seesServer("ROLE_SYNC_READ", server)));
    if (!desk.everywhere("ROLE_SYNC_READ")) {
      assertThat(world.rejected.keySet()).containsAll(seen);
    }
  }

  private void replay(Desk desk) {
    String ids = world.rejected.keySet().stream().collect(Collectors.joining("\",\"", "\"", "\""));
    Answer answer = ask(desk, "POST", "/role-events/rejected:replay", "{\"ids\":[" + ids + "]}");
    if (!desk.has("ROLE_SYNC_WRITE")) {
      answer.expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    assertThat(texts(answer.expect(200), "/replays", "/rejectedId"))
        .containsExactlyInAnyOrderElementsOf(
            world.rejected.entrySet().stream()
                .filter(one -> desk.seesServer("ROLE_SYNC_WRITE", one.getValue()))
                .map(Map.Entry::getKey)
                .toList());
  }

  private void gaps(Desk desk) {
    Answer answer = ask(desk, "GET", "/role-feeds/gaps", "");
    if (!desk.has("ROLE_SYNC_READ")) {
      answer.expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    Set<String> seen = new HashSet<>(texts(answer.expect(200), "/gaps", "/serverId"));
    for (String server : world.servers) {
      assertThat(seen.contains(server)).isEqualTo(desk.seesServer("ROLE_SYNC_READ", server));
    }
  }

  private final Map<String, List<String>> made = new HashMap<>(); // credential -> servers

  private void newCredential(Desk desk) {
    for (List<String> servers :
        List.of(
            List.of(world.servers.get(0)),
            List.of(world.servers.get(1), world.servers.get(2)),
            List.of("*"))) {
      Map<String, Object> body = Map.of("name", world.tag, "serverIds", servers);
      boolean allowed =
          servers.equals(List.of("*"))
              ? desk.everywhere("CREDENTIAL_WRITE")
              : servers.stream().allMatch(s -> desk.seesServer("CREDENTIAL_WRITE", s));
      Answer answer =
          ask(desk, "POST", "/service-credentials", Client.JSON.writeValueAsString(body));
      if (allowed) {
        made.put(answer.expect(201).text("/credentialId"), servers);
      } else {
        answer.expectProblem(403, "PERMISSION_MISSING");
      }
      made.put(
          boss.post("/admin/v1/service-credentials", body).expect(201).text("/credentialId"),
          servers);
    }
  }

  private boolean speaksFor(Desk desk, String permission, List<String> servers) {
    return servers.equals(List.of("*"))
        ? desk.everywhere(permission)
        : servers.stream().allMatch(server -> desk.seesServer(permission, server));
  }

  private void credentials(Desk desk) {
    Answer answer = ask(desk, "GET", "/service-credentials", "");
    if (!desk.has("CREDENTIAL_READ")) {
      answer.expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    Set<String> seen = new HashSet<>(texts(answer.expect(200), "/credentials", "/credentialId"));
    made.forEach(
        (id, servers) ->
            assertThat(seen.contains(id)).isEqualTo(speaksFor(desk, "CREDENTIAL_READ", servers)));
  }

  private void revoked(Desk desk) {
    for (List<String> servers : List.of(List.of(world.servers.get(0)), List.of("*"))) {
      String id =
          boss.post(
                  "/admin/v1/service-credentials", Map.of("name", world.tag, "serverIds", servers))
              .expect(201)
              .text("/credentialId");
      if (speaksFor(desk, "CREDENTIAL_WRITE", servers)) {
        ask(desk, "DELETE", "/service-credentials/" + id, "").expect(204);
      } else {
        alike(desk, "DELETE", "/service-credentials/%s", "", id, "gs_nobody");
      }
    }
  }

  private void rotated(Desk desk) {
    for (List<String> servers : List.of(List.of(world.servers.get(0)), List.of("*"))) {
      String id =
          boss.post(
                  "/admin/v1/service-credentials", Map.of("name", world.tag, "serverIds", servers))
              .expect(201)
              .text("/credentialId");
      if (speaksFor(desk, "CREDENTIAL_WRITE", servers)) {
        ask(desk, "POST", "/service-credentials/%s:rotate".formatted(id), "{}").expect(201);
      } else {
        alike(desk, "POST", "/service-credentials/%s:rotate", "{}", id, "gs_nobody");
      }
    }
  }

  private void serversWithKeys(Desk desk) {
    Answer answer = ask(desk, "GET", "/ticket-keys?limit=500&after=" + world.tag, "");
    if (!desk.has("KEY_READ")) {
      answer.expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    List<String> seen = texts(answer.expect(200), "/servers", "/serverId");
    for (String server : world.servers) {
      assertThat(seen.contains(server)).isEqualTo(desk.seesServer("KEY_READ", server));
    }
  }

  private void directory(Desk desk, String path, String list, String id) {
    Answer answer = ask(desk, "GET", path, "");
    if (!desk.has("DIRECTORY_READ")) {
      answer.expectProblem(403, "PERMISSION_MISSING");
      return;
    }
    boolean channels = path.equals("/channels");
    Set<String> seen = new HashSet<>(texts(answer.expect(200), list, id));
    for (String one : channels ? world.channels : world.servers) {
      assertThat(seen.contains(one))
          .isEqualTo(
              desk.cells("DIRECTORY_READ").stream()
                  .anyMatch(cell -> channels ? cell.channel(one) : cell.server(one)));
    }
  }

  private void greedyOperator(Desk desk) {
    String name = desk.name() + "-greedy";
    String body =
        Client.JSON.writeValueAsString(
            Map.of("name", name, "password", "a good long passphrase", "superAdmin", true));
    ask(desk, "POST", "/operators", body).expectProblem(403, "PERMISSION_MISSING");
    String member =
        Client.JSON.writeValueAsString(
            Map.of(
                "name",
                name,
                "password",
                "a good long passphrase",
                "groups",
                List.of("operators")));
    if (!desk.hasAWholeWorld()) {
      ask(desk, "POST", "/operators", member).expectProblem(403, "PERMISSION_MISSING");
    }
  }

  /** A group of his own, and grants to it that are his to give, or not. */
  private void greedyGrant(Desk desk) {
    String group =
        boss.post("/admin/v1/groups", Map.of("name", desk.name() + "-" + queries))
            .expect(201)
            .text("/groupId");
    for (int i = 0; i < 4; i++) {
      String server = world.pick(world.servers);
      String channel = world.pick(world.channels);
      String body =
          Client.JSON.writeValueAsString(
              Map.of(
                  "permissions",
                  List.of("BAN_READ"),
                  "servers",
                  Map.of("serverIds", List.of(server)),
                  "channels",
                  List.of(channel)));
      Answer answer = ask(desk, "POST", "/groups/" + group + "/grants", body);
      if (desk.has("GROUP_WRITE") && desk.holds("BAN_READ", server, channel)) {
        answer.expect(201);
      } else {
        answer.expectProblem(403, "PERMISSION_MISSING");
      }
    }
    if (!desk.everywhere("BAN_READ")) {
      ask(
              desk,
              "POST",
              "/groups/" + group + "/grants",
              "{\"permissions\":[\"BAN_READ\"],\"servers\":\"ALL\",\"channels\":\"ALL\"}")
          .expectProblem(403, "PERMISSION_MISSING");
    }
  }

  private static List<JsonNode> values(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static List<String> texts(Answer answer, String array, String pointer) {
    return texts(answer.json().at(array), pointer);
  }

  private static List<String> texts(JsonNode array, String pointer) {
    Function<JsonNode, String> text = node -> node.at(pointer).stringValue();
    return values(array).stream().map(text).toList();
  }
}
