package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleReconciler;
import io.usercenter.roleevent.RoleSnapshot;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Characters as operators find them, and what operators and game servers do about their sync. */
class RolesTest {
  private static Usercenter service;
  private static Client players;
  private static Client operator;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    players = service.players();
    operator = service.operator();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static UserId player() {
    return UserId.parse(players.register(Names.fresh()).expect(201).text("/account/userId"));
  }

  private static String event(UserId user, String server, String role, String name, int revision) {
    return """
    {"eventId":"e","type":"ROLE_UPDATED","serverId":"%s","userId":"%s","roleId":"%s",
     "revision":%d,"occurredAt":"2026-11-01T08:00:00Z","role":{"name":"%s","level":%d}}
    """
        .formatted(server, user, role, revision, name, revision);
  }

  private static void apply(String event) {
    if (RoleEvents.parse(event) instanceof ParsedRoleEvent.Valid(var valid)) {
      service.bean(RoleStore.class).apply(List.of(valid));
    }
  }

  private static String rejected(String event, String reason) throws Exception {
    try (Connection connection = service.bean(ShardPools.class).admin().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO rejected_role_event
                  (stream, entry_id, rejected_at, reason, detail, server_id, event)
                VALUES ('test', UUID(), UTC_TIMESTAMP(3), ?, 'for a test', 'rs1', ?)
                """,
                PreparedStatement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, reason);
      insert.setString(2, event);
      insert.executeUpdate();
      var keys = insert.getGeneratedKeys();
      assertThat(keys.next()).isTrue();
      return keys.getString(1);
    }
  }

  @Test
  void whatWasRejectedIsAppliedWhenAnOperatorVouchesForIt() throws Exception {
    UserId user = player();
    String forged = rejected(event(user, "rs1", "f" + user, "Forged", 4), "FORGED");
    String poison = rejected("not { json", "MALFORMED");
    Answer open = operator.get("/admin/v1/role-events/rejected?serverId=rs1").expect(200);
    assertThat(open.json().at("/events").findValuesAsString("rejectedId")).contains(forged, poison);

    Answer done =
        operator
            .post("/admin/v1/role-events/rejected:replay", Map.of("ids", List.of(forged, poison)))
            .expect(200);

    assertThat(done.json().at("/replays").findValuesAsString("outcome"))
        .containsExactlyInAnyOrder("APPLIED", "MALFORMED");
    Answer roles = operator.get("/admin/v1/accounts/" + user + "/roles").expect(200);
    assertThat(roles.text("/roles/0/name")).isEqualTo("Forged");
    assertThat(
            operator
                .get("/admin/v1/role-events/rejected?serverId=rs1&reason=FORGED")
                .expect(200)
                .json()
                .at("/events")
                .findValuesAsString("rejectedId"))
        .doesNotContain(forged);
    Answer kept =
        operator
            .get("/admin/v1/role-events/rejected?replayed=true&limit=500&reason=FORGED")
            .expect(200);
    assertThat(kept.json().at("/events").findValuesAsString("replayedBy")).contains("admin");
    // By what they have in common.
    rejected(event(user, "rs1", "f" + user, "Older", 3), "UNKNOWN_USER");
    assertThat(
            operator
                .post(
                    "/admin/v1/role-events/rejected:replay",
                    Map.of("reason", "UNKNOWN_USER", "serverId", "rs1"))
                .expect(200)
                .json()
                .at("/replays")
                .findValuesAsString("outcome"))
        .containsExactly("SUPERSEDED");
  }

  @Test
  void whatIsReplayedUnseenLeavesOutWhoseSenderWasNotBelieved() throws Exception {
    UserId user = player();
    String forged = rejected(event(user, "rs1", "a" + user, "Forged", 1), "FORGED");
    String notGranted = rejected(event(user, "rs1", "b" + user, "NotGranted", 1), "NOT_GRANTED");
    String unknown = rejected(event(user, "rs1", "c" + user, "Unknown", 1), "UNKNOWN_USER");

    assertThat(replayed(Map.of("serverId", "rs1")))
        .contains(unknown)
        .doesNotContain(forged, notGranted);

    assertThat(replayed(Map.of())).doesNotContain(forged, notGranted);
    assertThat(replayed(Map.of("serverId", "rs1", "reason", "NOT_GRANTED")))
        .contains(notGranted)
        .doesNotContain(forged);
    assertThat(replayed(Map.of("ids", List.of(forged)))).containsExactly(forged);
  }

  private static List<String> replayed(Map<String, Object> what) {
    return operator
        .post("/admin/v1/role-events/rejected:replay", what)
        .expect(200)
        .json()
        .at("/replays")
        .findValuesAsString("rejectedId");
  }

  @Test
  void streamsAreStoppedWithAReason() {
    operator
        .post("/admin/v1/role-streams/31:pause", Map.of("reason", "disk of shard 31"))
        .expect(200);
    operator.post("/admin/v1/role-streams/31:pause", Map.of("reason", "another")).expect(200);
    Answer streams = operator.get("/admin/v1/role-streams").expect(200);
    assertThat(streams.json().at("/streams").size()).isEqualTo(32);
    assertThat(streams.text("/streams/31/reason")).isEqualTo("disk of shard 31");
    assertThat(streams.text("/streams/31/pausedBy")).isEqualTo("admin");
    assertThat(streams.json().at("/streams/31/entries").isIntegralNumber()).isTrue();
    assertThat(streams.json().at("/streams/30/paused").booleanValue()).isFalse();

    operator.post("/admin/v1/role-streams/31:resume", Map.of()).expect(200);

    assertThat(
            operator
                .get("/admin/v1/role-streams")
                .expect(200)
                .json()
                .at("/streams/31/paused")
                .booleanValue())
        .isFalse();
    operator
        .post("/admin/v1/role-streams/32:pause", Map.of("reason", "x"))
        .expectProblem(404, "NOT_FOUND");
  }

  @Test
  void charactersAreFoundByTheBeginningOfTheirNamesPageByPage() {
    String beginning = Names.fresh() + "_%";
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      UserId user = player();
      String name = beginning + "小" + (i / 2);
      apply(event(user, i % 2 == 0 ? "fs1" : "fs2", "n" + user, name, 1));
      expected.add(name);
    }
    apply(event(player(), "fs1", "other", beginning.replace("%", "x"), 1));
    List<String> found = new ArrayList<>();
    String after = "";
    do {
      Answer page =
          operator.get("/admin/v1/roles?limit=3&name=" + encoded(beginning) + after).expect(200);
      assertThat(page.json().at("/missingShards").isEmpty()).isTrue();
      page.json().at("/roles").forEach(role -> found.add(role.at("/role/name").stringValue()));
      after = page.json().hasNonNull("next") ? "&after=" + page.text("/next") : "";
    } while (!after.isEmpty());

    assertThat(found).containsExactlyElementsOf(expected);
    assertThat(
            operator
                .get("/admin/v1/roles?serverId=fs2&name=" + encoded(beginning))
                .expect(200)
                .json()
                .at("/roles")
                .size())
        .isEqualTo(3);
    operator.get("/admin/v1/roles?after=nonsense&name=x").expectProblem(400, "VALIDATION_FAILED");
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void aGameServerReconcilesWhatItHas() {
    Client server = service.gameServer("rec1");
    UserId user = player();
    Shard shard = user.shard();
    server
        .post("/server/v1/roles:reconcile", Map.of("serverId", "rec9"))
        .expectProblem(403, "SERVER_NOT_GRANTED");
    ReconciledPage page = new ReconciledPage(server, "rec1", user, "c" + user, 7);
    assertThat(page.matches()).isFalse();

    Answer repaired = page.whole().expect(200);

    assertThat(repaired.text("/differences/0/kind")).isEqualTo("MISSING");
    assertThat(repaired.text("/differences/0/repair")).isEqualTo("APPLIED");
    assertThat(page.matches()).isTrue();
    Answer roles = operator.get("/admin/v1/accounts/" + user + "/roles").expect(200);
    assertThat(roles.text("/roles/0/lastLoginAt")).isEqualTo("2026-11-01T08:00:00Z");
    page.wholeOf("%02d".formatted((shard.number() + 1) % 32))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void theLibraryReconcilesAWholeServer() throws Exception {
    Answer credential =
        operator
            .post(
                "/admin/v1/service-credentials",
                Map.of("name", "rec2", "serverIds", List.of("rec2")))
            .expect(201);
    List<RoleSnapshot> roles = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      UserId user = player();
      roles.add(
          new RoleSnapshot(
              user,
              new RoleId("w" + user),
              3,
              null,
              new RolePicture("Ayla", 3, "mage", 1, "steam")));
      if (i % 3 == 0) {
        apply(event(user, "rec2", "w" + user, "Ayla", 2));
      }
    }
    RoleReconciler reconciler =
        new RoleReconciler(
            URI.create(players.base()),
            credential.text("/credentialId"),
            credential.text("/secret"),
            "rec2",
            0);

    RoleReconciler.Report first = reconciler.run(() -> roles, true);
    RoleReconciler.Report second = reconciler.run(() -> roles, true);

    assertThat(first.roles()).isEqualTo(12);
    assertThat(first.differences())
        .extracting(RoleReconciler.Difference::kind)
        .containsOnly("MISSING", "STALE")
        .hasSize(12);
    assertThat(second.differences()).isEmpty();
    assertThat(second.pages()).isZero();
  }

  @Test
  void nothingIsMissingWhereNothingIsNumbered() {
    assertThat(operator.get("/admin/v1/role-feeds/gaps").expect(200).json().at("/gaps").isArray())
        .isTrue();
  }
}
