package io.usercenter.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The short form of {@code ./uc test --faults}: under load, parts of an installation of real
 * processes are killed, stopped and cut off. Nothing that was acknowledged is lost, and no answer
 * contradicts it.
 */
class FaultsTest {
  @Test
  void nothingAcknowledgedIsLostAndNothingRevokedIsAccepted() throws Exception {
    List<String> bad = new ArrayList<>();
    Path root = Path.of(System.getProperty("uc.root", ".."));
    System.out.println(Outcome.HEADER);
    try (Installation installation =
        new Installation(
            root,
            Path.of("target/faults").toAbsolutePath(),
            Backends.newMySql(MySqlSettings.standard().relaxed()),
            new SingleRedis(),
            Map.of("USERCENTER_DATABASE_WARMUP", "0s", "USERCENTER_ROLESYNC_TAKEOVERAFTER", "2s"),
            Installation.QUICK)) {
      try (Load load =
          new Load(
              installation.instances(),
              installation.credentials(),
              new Load.Mix(8, Duration.ofMillis(60), 120),
              1)) {
        FaultRun run = new FaultRun(installation, load, Duration.ofMillis(500), 60, 1);
        for (Fault fault : Fault.few()) {
          Outcome outcome = run.run(fault);
          System.out.println(outcome.row());
          assertThat(outcome.tally().acknowledgements())
              .as("something was acknowledged while it lasted")
              .isPositive();
          bad.addAll(outcome.faults());
        }
      }
    }
    assertThat(bad).as(() -> String.join("; ", bad)).isEmpty();
  }
}
