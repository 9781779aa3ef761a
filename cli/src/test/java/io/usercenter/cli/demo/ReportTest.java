package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines that people read, and the judgements that need all players. */
final class ReportTest {
  private final Measurements measurements = new Measurements();
  private final Findings findings = new Findings();
  private final Report report = new Report(measurements, findings);

  private void accounts(int perShard) {
    for (int i = 0; i < Shard.COUNT * perShard; i++) {
      measurements.accountOn(new Shard(i % Shard.COUNT));
    }
  }

  private List<String> lines() {
    return report.lines(
        List.of(new SpotChecks.Outcome("wrong password", true, "401 WRONG_NAME_OR_PASSWORD")), '#');
  }

  @Test
  void aGoodRunEndsWithOkAndFitsOneHundredColumns() {
    accounts(70);
    for (Step step : Step.values()) {
      measurements.cost(step, new Cost(1, 12));
      measurements.took(step, Duration.ofMillis(1234).toNanos());
    }
    measurements.banSeenByHttp().add(Duration.ofMillis(12).toNanos());
    measurements.banSeenByVerifier().add(Duration.ofMillis(3).toNanos());
    report.judge(true);
    assertThat(findings.examples()).isEmpty();
    assertThat(lines())
        .noneMatch(line -> line.contains("nexpected"))
        .allMatch(line -> line.length() <= 100)
        .contains(
            "  2240 accounts, mean 70.0, max 70 (shard 00), max/mean 1.00, must be at most 1.4")
        .anyMatch(line -> line.contains("wrong password") && line.contains("ok"));
  }

  @Test
  void nobodyRegisteredIsAFailure() {
    report.judge(true);
    assertThat(lines()).contains("Unexpected").anyMatch(l -> l.contains("nobody"));
  }

  @Test
  void aFullShardIsAFailureOnceThereAreEnoughAccounts() {
    accounts(63);
    for (int i = 0; i < 40; i++) {
      measurements.accountOn(new Shard(7));
    }
    report.judge(true);
    assertThat(findings.examples())
        .containsExactly("all players: the fullest shard has 1.60 times the mean, more than 1.4");
  }

  @Test
  void anEmptyShardIsAFailureOnceThereAreEnoughAccounts() {
    for (int i = 0; i < 31 * 70; i++) {
      measurements.accountOn(new Shard(i % 31));
    }
    report.judge(true);
    assertThat(findings.examples()).containsExactly("all players: 1 shards have no account");
  }

  @Test
  void fewAccountsAreShownAndNotJudged() {
    measurements.accountOn(new Shard(7));
    report.judge(true);
    assertThat(findings.count()).isZero();
    assertThat(lines())
        .anyMatch(line -> line.endsWith("(chance, with so few; judged from 2000 on)"));
  }

  @Test
  void aRequestToTwoShardsIsAFailure() {
    accounts(1);
    measurements.cost(Step.LOGIN, new Cost(1, 4));
    measurements.cost(Step.LOGIN, new Cost(2, 5));
    report.judge(true);
    assertThat(findings.examples())
        .containsExactly("all players: login by name touched 1 - 2 shards, must be 1");
    assertThat(lines()).anyMatch(line -> line.endsWith("1 - 2       4 - 5   1  <- NOT SO"));
  }

  @Test
  void lookupsThatAllCameFromACacheProveNothing() {
    accounts(1);
    measurements.cost(Step.LOOKUP, new Cost(0, 0));
    report.judge(true);
    assertThat(findings.examples()).hasSize(1).allMatch(e -> e.contains("nothing is proved"));
  }

  @Test
  void aBanThatIsSeenAfterASecondIsAFailure() {
    accounts(1);
    measurements.banSeenByVerifier().add(Duration.ofSeconds(1).toNanos());
    report.judge(true);
    assertThat(findings.examples())
        .containsExactly(
            "all players: a ban took 1000 ms at p99 to be seen by the embedded verifier, must be"
                + " under 1000 ms");
  }

  @Test
  void onlyTheFirstFindingsAreShown() {
    for (int i = 0; i < 25; i++) {
      findings.add("player p" + i, "was late");
    }
    assertThat(lines())
        .contains("Unexpected, the first 10 of 25", "  - player p9: was late")
        .noneMatch(line -> line.contains("p10"));
  }

  @Test
  void theVerdictIsOneLine() {
    assertThat(Report.verdict(0)).isEqualTo("demo: OK");
    assertThat(Report.verdict(25)).isEqualTo("demo: 25 unexpected");
  }

  @Test
  void timesHaveThreeDigitsThatCount() {
    assertThat(List.of(900L, 1_234_000L, 12_340_000L, 123_400_000L, 12_340_000_000L))
        .extracting(Report::millis)
        .containsExactly("0.001", "1.23", "12.3", "123", "12340");
  }
}
