package io.usercenter.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** Who may speak JDBC. */
final class StoreConditions {
  /** Stores that go to the pool of a shard, or of the admin database, past the mappers. */
  static final Set<String> DECLARED =
      Set.of(
          // Finds a ban by its id, which ShardingSphere cannot route.
          "io.usercenter.ban.BanOwners",
          // Looks through the rows of whole shards.
          "io.usercenter.identity.UnsettledClaims",
          // Makes and drops partitions, a shard at a time.
          "io.usercenter.idempotency.IdempotencyPartitions",
          // Looks for the identities of one account in all shards.
          "io.usercenter.identity.ClaimsOfOwner",
          "io.usercenter.identity.ClaimRows",
          // Looks for accounts to erase, in a whole shard.
          "io.usercenter.deletion.Erasures",
          // Looks for bans that begin, in a whole shard.
          "io.usercenter.ban.DueBans",
          // Works off the outbox of a whole shard.
          "io.usercenter.session.MySqlOutboxRows",
          // Partitions are made by a procedure.
          "io.usercenter.audit.AuditPartitions",
          // Looks for sessions that ended long ago, in a whole shard.
          "io.usercenter.session.EndedSessions",
          // Is sent too often for the ordinary way.
          "io.usercenter.session.RefreshRows",
          // Notes of many sessions, a shard at a time.
          "io.usercenter.session.LastSeen",
          // Roles are written in batches, a shard at a time.
          "io.usercenter.role.LegacyRoles",
          "io.usercenter.role.RoleDirectory",
          "io.usercenter.role.RoleEraser",
          "io.usercenter.role.RoleTable",
          "io.usercenter.role.RoleLocatorTable",
          "io.usercenter.role.ParkedRoleTable",
          "io.usercenter.role.RoleFeedTable",
          // Queries over all shards, for operators.
          "io.usercenter.role.RoleFeeds",
          "io.usercenter.role.RoleSearch",
          // Binds the values of a condition of theirs.
          "io.usercenter.scope.Condition",
          "io.usercenter.account.AccountSearch",
          "io.usercenter.account.ListedAccount",
          "io.usercenter.account.AccountCounts",
          // Imports and exports go through one shard after the other, in batches.
          "io.usercenter.transfer.ShardImport",
          "io.usercenter.transfer.ImportProgress",
          "io.usercenter.transfer.Rejects",
          "io.usercenter.transfer.ImportJobs",
          "io.usercenter.transfer.AccountExport",
          // Leases machine numbers; the library knows no framework.
          "io.usercenter.id.MySqlMachineStore");

  private static final Set<String> JDBC =
      Set.of(
          "javax.sql.DataSource",
          "java.sql.DriverManager",
          "java.sql.Connection",
          "java.sql.Statement",
          "java.sql.PreparedStatement",
          "java.sql.ResultSet");

  private StoreConditions() {}

  static DescribedPredicate<JavaClass> isOneOf(Set<String> names) {
    return DescribedPredicate.describe(
        "are declared stores",
        c -> names.contains(c.getName()) || names.contains(c.getName().replaceAll("\\$.*", "")));
  }

  static ArchCondition<JavaClass> useJdbc() {
    return new ArchCondition<>("use JDBC") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        for (JavaAccess<?> access : checked.getAccessesFromSelf()) {
          boolean jdbc = JDBC.contains(access.getTargetOwner().getName());
          events.add(
              new SimpleConditionEvent(
                  access, jdbc, checked.getName() + ": " + access.getDescription()));
        }
      }
    };
  }
}
