package io.usercenter.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Has the partitions of the months ahead made, and looks whether the service could change the
 * record. Lines find a place without it too, in the partition for the rest.
 */
@Component
final class AuditPartitions {
  private static final Logger log = LoggerFactory.getLogger(AuditPartitions.class);

  /** ER_TABLEACCESS_DENIED_ERROR. */
  private static final int DENIED = 1142;

  private final ShardPools pools;
  private final AtomicInteger changeable = new AtomicInteger();

  AuditPartitions(ShardPools pools, MeterRegistry meters) {
    this.pools = pools;
    meters.gauge("uc.audit.changeable", changeable);
  }

  @Scheduled(initialDelay = 15_000, fixedDelay = 21_600_000)
  void look() {
    try (Connection connection = pools.admin().getConnection();
        Statement statement = connection.createStatement()) {
      boolean may = mayChange(statement);
      if (may && changeable.getAndSet(1) == 0) {
        log.warn(
            "the service's account of MySQL may change the audit; docs/operators-security.md says"
                + " which rights it needs");
      } else if (!may) {
        changeable.set(0);
      }
      // Last: it fails where its definer has lost his rights.
      statement.execute("CALL usercenter_audit.make_partitions()");
    } catch (SQLException e) {
      log.warn("partitions of the audit wait: {}", e.toString());
    }
  }

  /** MySQL looks at the right before it looks for rows, of which there are none. */
  static boolean mayChange(Statement statement) throws SQLException {
    for (String change :
        new String[] {
          "UPDATE usercenter_audit.entry SET outcome = outcome WHERE FALSE",
          "DELETE FROM usercenter_audit.entry WHERE FALSE",
          "UPDATE usercenter_audit.chain SET link = link WHERE FALSE",
          "DELETE FROM usercenter_audit.chain WHERE FALSE"
        }) {
      try {
        statement.executeUpdate(change);
        return true;
      } catch (SQLException e) {
        if (e.getErrorCode() != DENIED) {
          throw e;
        }
      }
    }
    return false;
  }
}
