package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.account.Accounts;
import io.usercenter.account.NewAccount;
import io.usercenter.account.PreparedAccount;
import io.usercenter.id.UserId;
import io.usercenter.id.UsernameRules;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a player may do with his account as a whole, at two instances over the same databases. */
class AccountLifeTest {
  private static final String ME = "/v1/accounts/me";
  private static final String[] SETTINGS = {"usercenter.channels.simulator.enabled=true"};
  private static Usercenter one;
  private static Usercenter two;
  private static Client players;

  @BeforeAll
  static void start() {
    one = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
    two = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
    players = one.players();
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  private static Client as(Usercenter where, Answer login) {
    return where.players().bearer(login.text("/accessToken"));
  }

  @Test
  void whoRegistersHasLoggedInForTheFirstTime() {
    String name = Names.fresh();
    players.register(name).expect(201);
    String found = "/admin/v1/accounts?username=" + name;
    Answer first = one.operator().get(found).expect(200);
    assertThat(first.text("/accounts/0/lastLoginAt"))
        .isEqualTo(first.text("/accounts/0/registeredAt"));
    players.login(name).expect(200);
    assertThat(one.operator().get(found).expect(200).text("/accounts/0/lastLoginAt"))
        .isGreaterThan(first.text("/accounts/0/lastLoginAt"));
  }

  @Test
  void whatOthersSeeChangesEverywhereAndTheRestStays() {
    Answer login = players.register(Names.fresh()).expect(201);
    Client here = as(one, login);
    Client there = as(two, login);
    there.get(ME).expect(200); // in the caches of both now
    Answer changed =
        here.patch(ME, "{\"displayName\":\"  Ayla \\ud83d\\udc09 \",\"nickname\":\"Ay\"}")
            .expect(200);
    assertThat(changed.text("/displayName")).isEqualTo("Ayla \ud83d\udc09");
    assertThat(changed.text("/nickname")).isEqualTo("Ay");
    Eventually.holds(
        "the other instance shows it",
        Duration.ofSeconds(5),
        () -> there.get(ME).text("/displayName").equals("Ayla \ud83d\udc09"));
    assertThat(here.patch(ME, "{}").expect(200).text("/nickname")).isEqualTo("Ay");
    Answer without = here.patch(ME, "{\"nickname\":null}").expect(200);
    assertThat(without.json().path("nickname").isString()).isFalse();
    assertThat(without.text("/displayName")).isEqualTo("Ayla \ud83d\udc09");
  }

  @Test
  void anIdThatIsGivenOutTwiceIsNoTakenName() throws SQLException {
    Accounts accounts = one.bean(Accounts.class);
    PreparedAccount twice =
        accounts.prepare(
            new NewAccount(
                UsernameRules.standard().parse(Names.fresh()),
                null,
                null,
                "test",
                "192.0.2.1",
                null,
                null));
    insert(twice.userId());

    assertThatThrownBy(() -> accounts.create(twice))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(twice.userId().toString());
  }

  private static void insert(UserId user) throws SQLException {
    try (Connection connection = one.bean(ShardPools.class).of(user.shard()).getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          INSERT INTO user (user_id, username, display_name, status, auth_epoch, channel,
                            register_time, register_ip)
          VALUES (%s, 'id-%s', 'x', 'ACTIVE', 0, 'x', UTC_TIMESTAMP(3), '')
          """
              .formatted(user, user));
    }
  }

  @Test
  void aProfileIsMergedAndShown() {
    Client player = as(one, players.register(Names.fresh()).expect(201));
    assertThat(player.get(ME).expect(200).json().has("profile")).isFalse();
    player
        .patch(
            ME, "{\"profile\":{\"language\":\"pt-br\",\"country\":\"BR\",\"about\":\"I mine.\"}}")
        .expect(200);
    Answer changed =
        player
            .patchAs(
                "application/merge-patch+json",
                ME,
                "{\"profile\":{\"country\":null,\"timeZone\":\"America/Sao_Paulo\",\"avatar\":\"fox/3\"}}")
            .expect(200);
    assertThat(changed.json().at("/profile"))
        .isEqualTo(
            Client.JSON.readTree(
                """
                {"language":"pt-BR","timeZone":"America/Sao_Paulo","avatar":"fox/3","about":"I mine."}
                """));
    assertThat(player.patch(ME, "{\"profile\":null}").expect(200).json().has("profile")).isFalse();
    player.patchAs("text/plain", ME, "{}").expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      textBlock =
          """
          displayName          | {"displayName":null}
          displayName          | {"displayName":"  "}
          displayName          | {"displayName":7}
          nickname             | {"nickname":"a\\u0007b"}
          nickname             | {"nickname":"a\\u2028b"}
          nickname             | {"nickname":"a\\ud800b"}
          nickname             | {"nickname":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
          username             | {"username":"somebody"}
          profile              | {"profile":[]}
          profile.birthday     | {"profile":{"birthday":"2001-01-01"}}
          profile.language     | {"profile":{"language":"no language"}}
          profile.country      | {"profile":{"country":"Brazil"}}
          profile.timeZone     | {"profile":{"timeZone":"+03:00x"}}
          profile.avatar       | {"profile":{"avatar":"http://x.test/a.png"}}
          profile.about        | {"profile":{"about":""}}
          """)
  void whatCannotBeShownIsRefusedByFieldAndNothingChanges(String field, String body) {
    Answer login = players.register(Names.fresh()).expect(201);
    Client player = as(one, login);
    String before = player.get(ME).expect(200).body();
    String both = "{\"displayName\":\"Other\"," + body.substring(1);
    Answer refused =
        player
            .patch(ME, field.equals("displayName") ? body : both)
            .expectProblem(400, "VALIDATION_FAILED");
    assertThat(refused.text("/errors/0/field")).isEqualTo(field);
    assertThat(player.get(ME).expect(200).body()).isEqualTo(before);
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    Client player = as(one, players.register(Names.fresh()).expect(201));
    Answer refused =
        player
            .patch(ME, "{\"nickname\":7,\"profile\":{\"gender\":\"x\",\"country\":\"br\"}}")
            .expectProblem(400, "VALIDATION_FAILED");
    assertThat(refused.json().at("/errors").findValuesAsString("field"))
        .containsExactly("nickname", "profile.country", "profile.gender");
    player.patch(ME, "[]").expectProblem(400, "MALFORMED_REQUEST");
  }

  @Test
  void aRegistrationCannotShowControlCharactersEither() {
    players
        .post(
            "/v1/accounts",
            Map.of(
                "username", Names.fresh(), "password", Client.PASSWORD, "displayName", "a\u0007b"))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void aPlayerGetsAllThatIsKeptAboutHimAndNothingOfOthers() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    String user = login.text("/account/userId");
    Client player = as(one, login);
    player
        .post(ME + "/identities", Map.of("channel", "simulator", "code", "ok:" + name + "@x.test"))
        .expect(201);
    one.operator()
        .post(
            "/admin/v1/bans",
            Map.of(
                "userId", user,
                "scope", "SERVER",
                "target", "s1",
                "reasonCode", "CHEATING",
                "message", "no bots here"))
        .expect(201);
    players.login(name).expect(200);
    Answer export = player.get(ME + "/export").expect(200);
    assertThat(export.text("/sections/audit/0/action")).isEqualTo("BAN");
    assertThat(export.text("/userId")).isEqualTo(user);
    assertThat(export.text("/sections/account/username")).isEqualTo(name);
    assertThat(export.text("/sections/account/registerIp")).isEqualTo("127.0.0.1");
    assertThat(export.json().at("/sections/account/hasPassword").booleanValue()).isTrue();
    assertThat(export.text("/sections/identities/0/subject")).isEqualTo(name + "@x.test");
    assertThat(export.json().at("/sections/sessions").size()).isEqualTo(2);
    assertThat(export.text("/sections/bans/0/message")).isEqualTo("no bots here");
    assertThat(export.json().at("/sections/roles").isArray()).isTrue();
    assertThat(export.body())
        .as("neither his hash nor who banned him")
        .doesNotContain("$argon2", "admin", "createdBy");
    players.get(ME + "/export").expectProblem(401, "CREDENTIALS_MISSING");
  }
}
