package io.usercenter.id;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.usercenter.testkit.MySqlServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A process of ours by a virtual clock: the generator, the lease and the table of machine numbers
 * in a real MySQL.
 */
final class OurProcess implements LongSupplier {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final VirtualClock clock;
  private final UserIdGenerator generator;
  private final LeaseKeeper keeper;
  private final SplittableRandom genes = new SplittableRandom(1);

  OurProcess(MachineStore store, VirtualClock clock, String process) {
    this.clock = clock;
    UserIdSettings settings = UserIdSettings.standard();
    AnchoredClock anchored = new AnchoredClock(clock::nanoTime, clock, settings.clockTolerance());
    generator = new UserIdGenerator(anchored, clock::nanoTime, clock::advance, settings);
    SplittableRandom random = new SplittableRandom(process.hashCode());
    MachineNumbers numbers = new MachineNumbers(store, anchored, random, process, settings);
    keeper = new LeaseKeeper(numbers, generator, random, settings);
    keep();
  }

  @Override
  public long getAsLong() {
    return generator.nextValue(genes.nextInt(UserIdLayout.GENES));
  }

  private void keep() {
    clock.after(keeper.step(), this::keep);
  }

  void close() {
    keeper.release();
  }

  /** A new database with so many machine numbers, whose clock is the world's. */
  static MachineStore store(MySqlServer server, VirtualClock world, int machines)
      throws SQLException {
    String database = "peers_" + DATABASES.incrementAndGet();
    MysqlDataSource admin = new MysqlDataSource();
    admin.setUrl(server.jdbcUrl());
    admin.setUser(server.user());
    admin.setPassword(server.password());
    admin.setAllowMultiQueries(true);
    try (Connection connection = admin.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database + "; USE " + database);
      statement.execute(migration());
      statement.execute("DELETE FROM id_machine WHERE machine >= " + machines);
    }
    admin.setUrl(server.jdbcUrl(database));
    return new OnWorldTime(new MySqlMachineStore(admin, Duration.ofSeconds(5)), world);
  }

  private static String migration() {
    String script = "/sql/admin/V2__id_machine.sql";
    try (InputStream sql = OurProcess.class.getResourceAsStream(script)) {
      if (sql == null) {
        throw new IllegalStateException("not on the classpath: " + script);
      }
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The hours of the scenarios pass in the world only, so the store's clock is taken from it. */
  private record OnWorldTime(MachineStore real, VirtualClock world) implements MachineStore {
    private static final long BEGAN =
        UserIdLayout.timestampOfEpochMilli(System.currentTimeMillis());

    private long now() {
      return BEGAN + world.elapsed() / 1_000_000;
    }

    @Override
    public View read() throws StoreUnavailableException {
      return new View(now(), real.read().rows());
    }

    @Override
    public boolean claim(Row asRead, String token, String process, long until)
        throws StoreUnavailableException {
      return real.claim(asRead, token, process, until);
    }

    @Override
    public Extension extend(int machine, String token, long until)
        throws StoreUnavailableException {
      Extension answer = real.extend(machine, token, until);
      return new Extension(now(), answer.held(), answer.until());
    }

    @Override
    public void release(int machine, String token, long unused) throws StoreUnavailableException {
      real.release(machine, token, unused);
    }
  }
}
