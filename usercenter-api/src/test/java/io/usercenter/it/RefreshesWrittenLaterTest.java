package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A refresh is answered before it is written: what the row says meanwhile, and what players,
 * thieves and operators notice when it was never written.
 */
class RefreshesWrittenLaterTest {
  private static final MovedClock CLOCK = new MovedClock();
  private static MySqlServer mysql;
  private static RedisServer redis;
  private static Usercenter service;

  @BeforeAll
  static void start() {
    mysql = Backends.newMySql();
    redis = Backends.newRedis();
    service = instance();
  }

  @AfterAll
  static void stop() {
    service.close();
    redis.close();
    mysql.close();
  }

  private static Usercenter instance(String... more) {
    return Usercenter.start(CLOCK, mysql.address(), mysql.address(), redis, more);
  }

  @Test
  void aRefreshOnlyReadsAndItsRowFollows() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    Answer refreshed = refresh(login).expect(200);
    assertThat(refreshed.statements()).as("session, account and characters").isEqualTo(1);
    Eventually.holds("it is written", Duration.ofSeconds(20), () -> generation(login) == 1);
    String before = column(login, "rotated_at");
    assertThat(refresh(login).expect(200).text("/refreshToken"))
        .as("again")
        .isEqualTo(refreshed.text("/refreshToken"));
    Answer third = refresh(refreshed).expect(200);
    Eventually.holds("it is written", Duration.ofSeconds(20), () -> generation(login) == 2);
    assertThat(column(login, "rotated_at")).isGreaterThan(before);
    assertThat(column(login, "last_used_at")).isBetween(before, column(login, "rotated_at"));
    assertEndsAsTheft(login);
    refresh(third).expectProblem(401, "SESSION_ENDED");
  }

  @Test
  void whoPrefersTheMinimumGetsTheTokensAlone() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    Answer refreshed =
        service
            .players()
            .with("Prefer", "return=minimal")
            .refresh(login.text("/refreshToken"))
            .expect(200);
    assertThat(refreshed.header("Preference-Applied")).isEqualTo("return=minimal");
    assertThat(refreshed.statements()).isEqualTo(1);
    assertThat(refreshed.json().propertyNames())
        .containsExactlyInAnyOrder(
            "accessToken", "tokenType", "expiresIn", "refreshToken", "serverTimeMs");
    Answer inFull = refresh(refreshed).expect(200);
    assertThat(inFull.text("/account/userId")).isEqualTo(login.text("/account/userId"));
    assertThat(inFull.json().has("roles")).isTrue();
    Answer repeated = refresh(refreshed).expect(200);
    assertThat(repeated.text("/refreshToken")).isEqualTo(inFull.text("/refreshToken"));
  }

  @Test
  void theTokenProvesARefreshThatWasLostWithItsInstance() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    Answer second = refresh(login).expect(200);
    Eventually.holds("it is written", Duration.ofSeconds(20), () -> generation(login) == 1);
    setGeneration(login, 0); // as an instance leaves it that dies before it wrote
    Answer third = refresh(second).expect(200);
    assertThat(generation(login))
        .as("written at once, so that a row is behind by one at most")
        .isEqualTo(2);
    assertThat(refresh(second).expect(200).text("/refreshToken"))
        .isEqualTo(third.text("/refreshToken"));
    CLOCK.ahead(Duration.ofSeconds(31));
    assertEndsAsTheft(second);
    refresh(third).expectProblem(401, "SESSION_ENDED");
  }

  @Test
  void aShardThatWasSetBackByMoreKnowsNobody() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    Answer third = refresh(refresh(login).expect(200)).expect(200);
    Eventually.holds("it is written", Duration.ofSeconds(20), () -> generation(login) == 2);
    setGeneration(login, 0);
    refresh(third).expectProblem(401, "REFRESH_TOKEN_INVALID");
  }

  @Test
  void aSessionThatWasEndedMeanwhileStaysEnded() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    Answer refreshed = refresh(login).expect(200);
    service.players().bearer(refreshed.text("/accessToken")).delete("/v1/sessions/current");
    refresh(refreshed).expectProblem(401, "SESSION_ENDED");
  }

  @Test
  void aChangedPasswordReplacesTheTokenOfARefreshThatIsNotWrittenYet() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    Answer refreshed = refresh(login).expect(200);
    Answer changed =
        service
            .players()
            .bearer(refreshed.text("/accessToken"))
            .post(
                "/v1/accounts/me:changePassword",
                Map.of("currentPassword", Client.PASSWORD, "newPassword", "quite another one 7"))
            .expect(200);
    assertThat(changed.text("/refreshToken")).isNotEqualTo(refreshed.text("/refreshToken"));
    CLOCK.ahead(Duration.ofSeconds(31));
    assertEndsAsTheft(refreshed);
  }

  /** A refresh that got lost would let the session end so much earlier. */
  @Test
  void whoComesAfterALongTimeIsWrittenAtOnce() {
    Answer soon = service.players().register(Names.fresh()).expect(201);
    Answer late = service.players().register(Names.fresh()).expect(201);
    allIsWritten();
    CLOCK.ahead(Duration.ofHours(14));
    refresh(soon).expect(200);
    assertThat(generation(soon)).as("yet").isZero();
    allIsWritten();
    CLOCK.ahead(Duration.ofHours(1));
    refresh(late).expect(200);
    assertThat(generation(late)).isEqualTo(1);
  }

  @Test
  void whoWantsItWrittenFirstHasItWritten() {
    for (String strict :
        List.of(
            "usercenter.sessions.durable-refresh=true", "usercenter.sessions.replay-window=19s")) {
      try (Usercenter careful = instance(strict)) {
        Answer login = careful.players().register(Names.fresh()).expect(201);
        careful.players().refresh(login.text("/refreshToken")).expect(200);
        assertThat(generation(login)).as(strict).isEqualTo(1);
      }
    }
  }

  @Test
  void playersGoOnWhileTheirShardOnlyReads() throws SQLException {
    Answer login = service.players().register(Names.fresh()).expect(201);
    allIsWritten();
    Answer refreshed;
    try (OnlyReading _ = OnlyReading.of(mysql)) {
      refreshed = refresh(login).expect(200);
      CLOCK.ahead(Duration.ofSeconds(11)); // after which no more are taken
      refresh(refreshed).expectProblem(503, "SHARD_UNAVAILABLE");
      assertThat(refresh(login).expect(200).text("/refreshToken"))
          .as("who asks again")
          .isEqualTo(refreshed.text("/refreshToken"));
      CLOCK.ahead(Duration.ofSeconds(31)); // longer than the window of replays
    }
    allIsWritten();
    assertThat(generation(login)).isEqualTo(1);
    refresh(login).expect(200); // who asks still, as he got no answer
    refresh(refreshed).expect(200);
  }

  /** As the host of another instance leaves it that is lost in the middle of a transaction. */
  @Test
  void aSessionThatStaysLockedLosesItsNoteAndNotItsPlayer() throws SQLException {
    Answer login = service.players().register(Names.fresh()).expect(201);
    allIsWritten();
    UserId user = UserId.parse(login.text("/account/userId"));
    Answer refreshed;
    try (Connection lost = service.bean(ShardPools.class).of(user.shard()).getConnection();
        PreparedStatement lock =
            lost.prepareStatement("SELECT 1 FROM session WHERE user_id = ? FOR UPDATE")) {
      lost.setAutoCommit(false);
      lock.setLong(1, user.value());
      lock.execute();
      refreshed = refresh(login).expect(200);
      allIsWritten();
      assertThat(generation(login)).isZero();
      lost.rollback();
    }
    refresh(refreshed).expect(200);
    assertThat(generation(login)).isEqualTo(2);
  }

  @Test
  void whatWaitsIsWrittenWhenAnInstanceStops() {
    Answer login;
    try (Usercenter other = instance()) {
      login = other.players().register(Names.fresh()).expect(201);
      other.players().refresh(login.text("/refreshToken")).expect(200);
    }
    assertThat(generation(login)).isEqualTo(1);
  }

  private static void allIsWritten() {
    Gauge waiting = service.bean(MeterRegistry.class).get("uc.sessions.rotations.waiting").gauge();
    Eventually.holds("all is written", Duration.ofSeconds(20), () -> waiting.value() == 0);
  }

  private static Answer refresh(Answer session) {
    return service.players().refresh(session.text("/refreshToken"));
  }

  private static void assertEndsAsTheft(Answer session) {
    assertThat(refresh(session).expectProblem(401, "SESSION_ENDED").text("/reason"))
        .isEqualTo("THEFT");
  }

  private static int generation(Answer session) {
    return Integer.parseInt(column(session, "generation"));
  }

  private static String column(Answer session, String name) {
    UserId user = UserId.parse(session.text("/account/userId"));
    try (Connection shard = service.bean(ShardPools.class).of(user.shard()).getConnection();
        PreparedStatement read =
            shard.prepareStatement("SELECT " + name + " FROM session WHERE user_id = ?")) {
      read.setLong(1, user.value());
      try (ResultSet row = read.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void setGeneration(Answer session, int generation) {
    UserId user = UserId.parse(session.text("/account/userId"));
    try (Connection shard = service.bean(ShardPools.class).of(user.shard()).getConnection();
        PreparedStatement set =
            shard.prepareStatement("UPDATE session SET generation = ? WHERE user_id = ?")) {
      set.setInt(1, generation);
      set.setLong(2, user.value());
      set.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
