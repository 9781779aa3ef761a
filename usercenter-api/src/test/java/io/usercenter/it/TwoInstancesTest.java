package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances of the service over the same databases agree whatever reaches them at once. */
class TwoInstancesTest {
  private static Usercenter one;
  private static Usercenter two;

  @BeforeAll
  static void start() {
    one = Usercenter.start(Backends.mysql(), Backends.redis());
    two = Usercenter.start(Backends.mysql(), Backends.redis());
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  private static Usercenter instance(int number) {
    return number % 2 == 0 ? one : two;
  }

  @Test
  void ofFiftyRegistrationsOfOneNameExactlyOneWins() throws Exception {
    String name = Names.fresh();
    List<String> spellings =
        List.of(name, name.toUpperCase(java.util.Locale.ROOT), " " + name, name + " ");
    List<Answer> answers =
        Parallel.run(50, i -> instance(i).players().register(spellings.get(i % 4)));
    assertThat(answers.stream().filter(a -> a.status() == 201)).hasSize(1);
    answers.stream()
        .filter(a -> a.status() != 201)
        .forEach(a -> a.expectProblem(409, "USERNAME_TAKEN"));
    Answer winner = answers.stream().filter(a -> a.status() == 201).findFirst().orElseThrow();
    assertThat(two.players().login(name).expect(200).text("/account/userId"))
        .isEqualTo(winner.text("/account/userId"));
  }

  @Test
  void aNameRegisteredHereIsTakenThere() {
    String name = Names.fresh();
    assertThat(available(two, name)).isTrue();
    one.players().register(name).expect(201);
    Eventually.holds(
        "the other instance knows", Duration.ofSeconds(5), () -> !available(two, name));
  }

  @Test
  void whatAnOperatorMayDoChangesEverywhereAtOnce() {
    String name = "op-" + Names.fresh();
    String password = "an operator in two places";
    Client boss = one.operator();
    boss.post("/admin/v1/operators", Map.of("name", name, "password", password)).expect(201);
    Client there =
        two.inside()
            .bearer(
                two.inside()
                    .post("/admin/v1/sessions", Map.of("name", name, "password", password))
                    .expect(201)
                    .text("/token"));
    String group = boss.post("/admin/v1/groups", Map.of("name", name)).expect(201).text("/groupId");
    boss.post(
            "/admin/v1/groups/" + group + "/grants",
            Map.of("permissions", List.of("SYSTEM_READ"), "servers", "ALL", "channels", "ALL"))
        .expect(201);
    String id = operatorId(boss, name);
    for (int i = 0; i < 3; i++) {
      there.get("/admin/v1/shards").expectProblem(403, "PERMISSION_MISSING");
      members(boss, group, List.of(id));
      there.get("/admin/v1/shards").expect(200);
      members(boss, group, List.of());
    }
    boss.patch("/admin/v1/operators/" + id, "{\"status\":\"DISABLED\"}").expect(200);
    there.get("/admin/v1/shards").expectProblem(401, "TOKEN_REJECTED");
    boss.delete("/admin/v1/operators/" + id).expect(204);
    boss.post("/admin/v1/operators", Map.of("name", name, "password", password)).expect(201);
    assertThat(operatorId(boss, name)).isNotEqualTo(id);
    there.get("/admin/v1/shards").expectProblem(401, "TOKEN_REJECTED");
  }

  private static void members(Client boss, String group, List<String> operators) {
    boss.send(
            "PUT",
            "/admin/v1/groups/" + group + "/members",
            Client.JSON.writeValueAsString(Map.of("operatorIds", operators)))
        .expect(200);
  }

  static String operatorId(Client boss, String name) {
    String after = "0";
    while (true) {
      Answer page = boss.get("/admin/v1/operators?limit=100&after=" + after).expect(200);
      for (var operator : page.json().at("/operators").values()) {
        if (operator.at("/name").stringValue().equals(name)) {
          return operator.at("/operatorId").stringValue();
        }
      }
      after = page.text("/next");
    }
  }

  private static boolean available(Usercenter where, String name) {
    return where
        .players()
        .get("/v1/accounts:checkName?name=" + name)
        .expect(200)
        .json()
        .at("/available")
        .booleanValue();
  }

  @Test
  void eightRefreshesAtOnceOverBothYieldOneSuccessor() throws Exception {
    String name = Names.fresh();
    String token = one.players().register(name).expect(201).text("/refreshToken");
    for (int round = 0; round < 10; round++) {
      String current = token;
      Set<String> successors =
          Parallel.run(
                  8, i -> instance(i).players().refresh(current).expect(200).text("/refreshToken"))
              .stream()
              .collect(Collectors.toSet());
      assertThat(successors).hasSize(1);
      token = successors.iterator().next();
    }
  }

  @Test
  void aTokenOfOneIsCheckedByTheOtherAndABanIsHeardThere() {
    Answer login = one.players().register(Names.fresh()).expect(201);
    Client serverOfTwo = two.gameServer("*");
    String token = login.text("/accessToken");
    assertThat(serverOfTwo.introspect(token).json().at("/active").booleanValue()).isTrue();
    one.operator()
        .post(
            "/admin/v1/bans",
            Map.of("userId", login.text("/account/userId"), "reasonCode", "CHEATING"))
        .expect(201);
    Eventually.holds(
        "the other instance refuses",
        Duration.ofSeconds(5),
        () -> !serverOfTwo.introspect(token).json().at("/active").booleanValue());
    assertThat(serverOfTwo.introspect(token).text("/reason")).isEqualTo("BANNED");
  }
}
