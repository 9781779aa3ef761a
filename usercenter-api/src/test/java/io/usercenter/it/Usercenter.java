package io.usercenter.it;

import io.usercenter.UsercenterApplication;
import io.usercenter.id.UserId;
import io.usercenter.platform.Ports;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** An instance of the service, in this JVM, on free ports. */
public final class Usercenter implements AutoCloseable {
  static final String OPERATOR_PASSWORD = "an operator for tests";
  private static final String MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private final ConfigurableApplicationContext context;

  private Usercenter(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** On one MySQL that holds everything. */
  public static Usercenter start(MySqlServer mysql, RedisServer redis, String... more) {
    return start(mysql.address(), mysql.address(), redis, more);
  }

  /**
   * @param instances as in {@code UC_DB_INSTANCES}
   * @param admin where {@code usercenter_admin} is
   * @param more further settings or others, {@code name=value}
   */
  static Usercenter start(String instances, String admin, RedisServer redis, String... more) {
    return start(InstantSource.system(), instances, admin, redis, more);
  }

  /**
   * @param clock what the service takes for the time
   */
  static Usercenter start(
      InstantSource clock, String instances, String admin, RedisServer redis, String... more) {
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("server.port", "0"),
            Map.entry("usercenter.http.internal-port", "0"),
            Map.entry("usercenter.http.server-timing", "true"),
            Map.entry("usercenter.http.drain", "0s"),
            Map.entry("usercenter.database.instances", instances),
            Map.entry("usercenter.database.admin", admin),
            Map.entry("usercenter.database.user", "root"),
            Map.entry("usercenter.database.migrate", "true"),
            Map.entry("usercenter.database.warm-up", "0s"),
            Map.entry("usercenter.redis.url", redis.url()),
            // All tests come from one address; ThrottleTest sets limits of its own.
            Map.entry("usercenter.limits.register", "1000000/10m"),
            Map.entry("usercenter.limits.login", "1000000/10m"),
            Map.entry("usercenter.limits.refresh", "1000000/10m instance"),
            Map.entry("usercenter.limits.check-name", "1000000/10m"),
            Map.entry("usercenter.limits.operator-login", "1000000/10m"),
            Map.entry("usercenter.guesses.per-network", "1000000/1h"),
            Map.entry("usercenter.guesses.per-account", "1000000/1h"),
            Map.entry("usercenter.master-key.value", MASTER_KEY),
            Map.entry("usercenter.passwords.memory-kib", "1024"),
            Map.entry("usercenter.passwords.iterations", "1"),
            Map.entry("usercenter.passwords.max-wait", "20s"),
            Map.entry("usercenter.operators.bootstrap-password", OPERATOR_PASSWORD),
            Map.entry("logging.structured.format.console", ""));
    Map<String, String> all = new LinkedHashMap<>(settings);
    for (String setting : more) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    List<String> arguments = new ArrayList<>();
    all.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    return new Usercenter(
        new SpringApplicationBuilder(UsercenterApplication.class)
            .initializers(
                context ->
                    ((GenericApplicationContext) context)
                        .registerBean(
                            "clockOfTheTest",
                            InstantSource.class,
                            () -> clock,
                            definition -> definition.setPrimary(true)))
            .run(arguments.toArray(String[]::new)));
  }

  /** A client of the public port. */
  Client players() {
    return new Client(
        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  /** A client of the internal port. */
  Client inside() {
    return new Client("http://127.0.0.1:" + context.getBean(Ports.class).internalPort());
  }

  /** What Prometheus reads: name, labels in braces, value. */
  Stream<String> metrics() {
    return inside()
        .get("/actuator/prometheus")
        .expect(200)
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"));
  }

  /** A client of the internal port that is logged in as the first operator. */
  Client operator() {
    Answer login =
        inside()
            .post("/admin/v1/sessions", Map.of("name", "admin", "password", OPERATOR_PASSWORD))
            .expect(201);
    return inside().bearer(login.text("/token"));
  }

  /** A client of one more super admin; by the back door, as through the front one it takes two. */
  Client superAdmin(String name) {
    operator()
        .post("/admin/v1/operators", Map.of("name", name, "password", OPERATOR_PASSWORD))
        .expect(201);
    try (Connection admin = bean(ShardPools.class).admin().getConnection();
        PreparedStatement change =
            admin.prepareStatement("UPDATE operator SET super_admin = TRUE WHERE name = ?")) {
      change.setString(1, name);
      change.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Answer login =
        inside()
            .post("/admin/v1/sessions", Map.of("name", name, "password", OPERATOR_PASSWORD))
            .expect(201);
    return inside().bearer(login.text("/token"));
  }

  /** A client of the public port with a new service credential for these game servers. */
  Client gameServer(String... serverIds) {
    Answer created =
        operator()
            .post(
                "/admin/v1/service-credentials",
                Map.of("name", "test", "serverIds", List.of(serverIds)))
            .expect(201);
    return players().basic(created.text("/credentialId"), created.text("/secret"));
  }

  /** The id of a new player with this name. */
  public UserId registered(String username) {
    return UserId.parse(players().register(username).expect(201).text("/account/userId"));
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public <T> Collection<T> beans(Class<T> type) {
    return context.getBeansOfType(type).values();
  }

  @Override
  public void close() {
    context.close();
  }
}
