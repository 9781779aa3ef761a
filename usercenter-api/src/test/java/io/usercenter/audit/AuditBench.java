package io.usercenter.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.audit.AuditVerdict.Problem;
import io.usercenter.id.UserId;
import io.usercenter.it.Usercenter;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long it takes to add, seal and verify a million lines, and whether one byte is found. */
class AuditBench {
  private static final int LINES = Integer.getInteger("audit.lines", 1_000_000);
  private static final int AT_ONCE = 1000;

  @Test
  void aMillionLines() throws Exception {
    try (MySqlServer mysql =
            Backends.newMySql(MySqlSettings.standard().relaxed().withBufferPoolMb(512));
        Usercenter service = Usercenter.start(mysql, Backends.redis())) {
      AuditLog log = service.bean(AuditLog.class);
      AuditChain chain = service.bean(AuditChain.class);
      Instant began = Instant.now();
      for (int done = 0; done < LINES; done += AT_ONCE) {
        List<AuditLog.Line> lines = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          lines.add(new AuditLog.Line(new UserId(1_000_000_000L + done + i), "DONE"));
        }
        log.addAll("ann", "BAN_BATCH", lines, "batch " + done + ": they sold gold", "10.0.0.1");
      }
      told("added", LINES, began);
      while (service.bean(AuditMapper.class).countPending() > 0) {
        service.bean(AuditSealer.class).seal();
      }
      told("sealed after", LINES, began);

      for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
        pool.resetPeakUsage();
      }
      Instant verifying = Instant.now();
      AuditVerdict verdict = chain.verify(null, null, 0, null);
      told("verified", verdict.verified(), verifying);
      assertThat(verdict.firstBad()).isNull();
      assertThat(verdict.verified()).isGreaterThanOrEqualTo(LINES);
      System.out.printf(
          "audit: heap while verifying at most %d MiB%n",
          ManagementFactory.getMemoryPoolMXBeans().stream()
                  .filter(pool -> pool.getType() == MemoryType.HEAP)
                  .mapToLong(pool -> pool.getPeakUsage().getUsed())
                  .sum()
              >> 20);

      try (Connection root =
              DriverManager.getConnection(mysql.jdbcUrl("usercenter_audit"), "root", "");
          Statement sql = root.createStatement()) {
        sql.executeUpdate(
            "UPDATE entry SET ip = '10.0.0.2' WHERE audit_id = (SELECT audit_id FROM chain WHERE"
                + " position = "
                + LINES / 2
                + ")");
      }
      verifying = Instant.now();
      verdict = chain.verify(null, null, 0, null);
      told("one changed byte found among", verdict.verified(), verifying);
      assertThat(verdict.bad()).isEqualTo(1);
      assertThat(verdict.firstBad())
          .isNotNull()
          .satisfies(
              bad -> {
                assertThat(bad.problem()).isEqualTo(Problem.LINE_CHANGED);
                assertThat(bad.position()).isEqualTo(LINES / 2);
              });
    }
  }

  private static void told(String what, long lines, Instant since) {
    Duration took = Duration.between(since, Instant.now());
    System.out.printf("audit: %s %,d lines in %.1f s%n", what, lines, took.toMillis() / 1000.0);
  }
}
