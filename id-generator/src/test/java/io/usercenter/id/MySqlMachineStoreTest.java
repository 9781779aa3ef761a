package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The table, on a real MySQL. */
class MySqlMachineStoreTest extends MachineStoreContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Override
  MachineStore newStore() throws Exception {
    return new MySqlMachineStore(AdminDatabase.createIn(Backends.mysql()), TIMEOUT);
  }

  @Test
  void itsClockIsUtcWhateverTheSessionSays() throws Exception {
    DataSource admin = AdminDatabase.createIn(Backends.mysql());
    long now = new MySqlMachineStore(admin, TIMEOUT).read().now();
    assertThat(UserIdLayout.instant(now))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    execute(admin, "SET GLOBAL time_zone = '+09:00'");
    try {
      assertThat(new MySqlMachineStore(admin, TIMEOUT).read().now()).isBetween(now, now + 60_000);
    } finally {
      execute(admin, "SET GLOBAL time_zone = 'SYSTEM'");
    }
  }

  @Test
  void aTableThatIsNotThereIsSaid() {
    MachineStore store =
        new MySqlMachineStore(AdminDatabase.open(Backends.mysql(), "mysql"), TIMEOUT);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(store::read)
        .withMessage("machine numbers: read failed: Table 'mysql.id_machine' doesn't exist");
  }

  @Test
  void aRowThatIsNotThereIsSaid() throws Exception {
    DataSource admin = AdminDatabase.createIn(Backends.mysql());
    execute(admin, "DELETE FROM id_machine WHERE machine = 9");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> new MySqlMachineStore(admin, TIMEOUT).extend(9, "mine", 1))
        .withMessage("machine numbers: extend failed: table id_machine has no row 9");
  }

  @Test
  void connectionsThatDoNotCommitByThemselvesAreMadeTo() throws Exception {
    MysqlDataSource admin = AdminDatabase.createIn(Backends.mysql());
    MysqlDataSource transactional =
        new MysqlDataSource() {
          @Override
          public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            connection.setAutoCommit(false);
            return connection;
          }
        };
    transactional.setUrl(admin.getUrl());
    transactional.setUser(admin.getUser());
    MachineStore store = new MySqlMachineStore(transactional, TIMEOUT);
    MachineStore.Row free = store.read().rows().get(3);
    assertThat(store.claim(free, "mine", "api-1", 5_000)).isTrue();
    MachineStore other = new MySqlMachineStore(admin, TIMEOUT);
    assertThat(other.read().rows().get(3).token()).isEqualTo("mine");
  }

  private static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
