package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.cli.demo.FakeUserCenter.Lie;
import io.usercenter.id.GeneFunction;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The demo must see what is wrong. A small user center in memory plays along; then it lies, in one
 * way at a time, and each lie must be found.
 */
final class StoryTest {
  private static final InstantSource CLOCK = InstantSource.fixed(FakeUserCenter.NOW);

  private final Measurements measurements = new Measurements();
  private final Findings findings = new Findings();
  private final Http http = new Http(measurements);
  private final FakeUserCenter center;
  private final List<Player> players =
      Players.madeUp(2, "t1", new Random(1)).players(); // both are watched

  StoryTest() throws IOException {
    center = new FakeUserCenter();
  }

  @BeforeEach
  void bothPlayersAreWatched() {
    assertThat(players).allMatch(Player::watched);
  }

  @AfterEach
  void close() {
    http.close();
    center.close();
  }

  private List<SpotChecks.Outcome> play() throws InterruptedException {
    return play(false);
  }

  private List<SpotChecks.Outcome> play(boolean namesMayBeTaken) throws InterruptedException {
    GameClients clients = new GameClients(http, center.url());
    GameServer server = center.gameServer(http, measurements);
    Story story =
        new Story(
            clients,
            server,
            center.operator(http),
            measurements,
            findings,
            new Story.Rules(
                GeneFunction.CRC32,
                "t1",
                namesMayBeTaken,
                new Patience(Duration.ofMillis(100)),
                CLOCK));
    for (Player player : players) {
      story.play(player);
    }
    SpotChecks spotChecks = new SpotChecks(findings);
    spotChecks.run(clients, server, center.viewer(http), players.getFirst(), CLOCK);
    new Report(measurements, findings).judge(true);
    return spotChecks.outcomes();
  }

  @Test
  void aGoodUserCenterGivesNothingToReport() throws InterruptedException {
    List<SpotChecks.Outcome> outcomes = play();
    assertThat(findings.examples()).isEmpty();
    assertThat(outcomes).hasSizeGreaterThan(8).allMatch(SpotChecks.Outcome::asExpected);
    assertThat(measurements.playersDone()).isEqualTo(2);
    assertThat(measurements.banSeenByHttp().count()).isEqualTo(2);
    assertThat(measurements.banSeenByVerifier().count()).isEqualTo(2);
    assertThat(measurements.costs(Step.REGISTER).shards()).isEqualTo("1");
    assertThat(measurements.costs(Step.REGISTER).statements()).isEqualTo("4");
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void everyLieIsFound(Lie lie) throws InterruptedException {
    center.lie(lie);
    play();
    assertThat(findings.count()).isPositive();
    assertThat(findings.examples()).noneMatch(example -> example.contains("null"));
  }

  @Test
  void aFindingSaysWhoAskedWhatAndWhatWasExpected() throws InterruptedException {
    center.lie(Lie.SERVER_ERROR_AT_REFRESH);
    play();
    assertThat(findings.examples().getFirst())
        .isEqualTo(
            "player Ayla_t1.0: POST /v1/sessions:refresh -> 500 INTERNAL_ERROR, a detail, traceId"
                + " abc, expected 200");
  }

  @Test
  void aBusyAnswerIsTriedAgainAndCounted() throws InterruptedException {
    center.refuseNext(3);
    play();
    assertThat(findings.examples()).isEmpty();
    assertThat(measurements.retries()).hasToString("{PASSWORD_HASHING_BUSY=3}");
  }

  @Test
  void aUserCenterThatIsAlwaysBusyIsReported() throws InterruptedException {
    center.refuseNext(100);
    play();
    assertThat(findings.examples().getFirst()).contains("503 PASSWORD_HASHING_BUSY");
  }

  @Test
  void listedNamesThatAreTakenAreLeftOutAndMadeUpOnesAreNot() throws InterruptedException {
    play();
    play(true);
    assertThat(findings.examples()).isEmpty();
    assertThat(measurements.namesTaken()).isEqualTo(2);
    play();
    assertThat(findings.examples().getFirst()).contains("409 USERNAME_TAKEN");
  }

  @Test
  void aUserCenterThatIsGoneIsReportedForEveryPlayer() throws InterruptedException {
    center.close();
    Story story =
        new Story(
            new GameClients(http, center.url()),
            center.gameServer(http, measurements),
            center.operator(http),
            measurements,
            findings,
            new Story.Rules(
                GeneFunction.CRC32, "t1", false, new Patience(Duration.ofMillis(100)), CLOCK));
    for (Player player : players) {
      story.play(player);
    }
    assertThat(findings.count()).isEqualTo(2);
    assertThat(findings.examples().getFirst())
        .startsWith("player Ayla_t1.0: POST /v1/accounts got no answer");
  }
}
