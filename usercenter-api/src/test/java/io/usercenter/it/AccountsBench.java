package io.usercenter.it;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.password.Argon2Cost;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.Figure;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a registration costs beside its hash, and what 32 shards cost where one would do: the same
 * requests for accounts that are spread over all shards and for accounts of one shard, with
 * service, callers, MySQL and Redis on one machine. No part of the tests: its name is not that of a
 * test, so it runs when asked for by {@code -Dtest=AccountsBench} only, best on a machine that does
 * nothing else.
 *
 * <p>The kinds take turns every few seconds, so that all see the same machine, in one order and
 * then in the other, so that none always gets what the one before it has left to do. Figures are
 * the medians of the rounds.
 */
class AccountsBench {
  private static final int SECONDS = Integer.getInteger("bench.seconds", 4);
  private static final int WARM_UP = Integer.getInteger("bench.warm-up", 4);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 13);

  /** So many that a session is refreshed less than once a second, as its players would. */
  private static final int ACCOUNTS = Integer.getInteger("bench.accounts", 4096);

  /** Names are made before, as each can be registered once only. */
  private static final int MOST_PER_SECOND = 2000;

  /** Who register them. */
  private static final int CALLERS = 8;

  private static final Argon2Cost CHEAP = new Argon2Cost(1024, 1, 1);
  private static final Argon2Cost DEFAULT = new Argon2Cost(19_456, 2, 1);

  @TempDir private Path folder;

  @Test
  void accounts() throws Exception {
    try (MySqlServer mysql = Backends.newMySql(MySqlSettings.standard().withBufferPoolMb(512));
        RedisServer redis = Backends.newRedis()) {
      try (Usercenter service = start(mysql, redis, CHEAP)) {
        shards(new World(service, mysql));
        registrations(new World(service, mysql), CHEAP);
      }
      try (Usercenter service = start(mysql, redis, DEFAULT)) {
        registrations(new World(service, mysql), DEFAULT);
      }
    }
  }

  private static Usercenter start(MySqlServer mysql, RedisServer redis, Argon2Cost cost) {
    return Usercenter.start(
        mysql,
        redis,
        "usercenter.passwords.memory-kib=" + cost.memoryKib(),
        "usercenter.passwords.iterations=" + cost.iterations(),
        "usercenter.limits.player=1000000/1m instance",
        "usercenter.http.server-timing=false");
  }

  private void registrations(World world, Argon2Cost argon2) throws Exception {
    List<Beside> rounds = new ArrayList<>();
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      Cost before = Cost.now();
      double raw = RawHashes.perSecond(argon2, Duration.ofSeconds(SECONDS));
      double hash = Cost.now().since(before).per(raw * SECONDS).service();
      Beside beside = new Beside(raw, hash, world.take(registrations(_ -> true)));
      if (round >= 0) {
        rounds.add(beside);
      }
    }
    double all = median(rounds, beside -> beside.taken.cost.all());
    System.out.printf(
        "registrations, hash of %d KiB: %.1f/s, raw Argon2id %.1f/s, ratio %s%n",
        argon2.memoryKib(),
        median(rounds, beside -> beside.taken.perSecond),
        median(rounds, Beside::raw),
        Figure.of(rounds, beside -> beside.taken.perSecond / beside.raw));
    System.out.printf(
        "registrations, hash of %d KiB: processor time %.2f ms: %.2f the hash, %.2f the rest of the"
            + " service, %.2f MySQL, %.2f Redis; %.1f for each second of it, %.1f for each of the"
            + " service's%n",
        argon2.memoryKib(),
        all,
        median(rounds, Beside::hash),
        median(rounds, beside -> beside.taken.cost.service() - beside.hash),
        median(rounds, beside -> beside.taken.cost.mysql()),
        median(rounds, beside -> beside.taken.cost.redis()),
        1000 / all,
        1000 / median(rounds, beside -> beside.taken.cost.service()));
  }

  /**
   * A round of raw hashes, and of registrations right after.
   *
   * @param raw hashes per second
   * @param hash processor time of one in ms
   */
  private record Beside(double raw, double hash, Taken taken) {}

  private HttpLoad registrations(Predicate<Shard> where) throws IOException {
    return HttpLoad.of(
        folder.resolve("registrations"),
        names(where, MOST_PER_SECOND * SECONDS).stream()
            .map(name -> HttpLoad.postJson("/v1/accounts", "{%s}".formatted(credentials(name))))
            .toList());
  }

  private static List<String> names(Predicate<Shard> where, int count) {
    return Stream.generate(() -> Names.in(where)).limit(count).toList();
  }

  private static String credentials(String name) {
    return """
    "username":"%s","password":"%s"\
    """
        .formatted(name, Client.PASSWORD);
  }

  private void shards(World world) throws Exception {
    Spread all = spread(world, "32 shards", _ -> true);
    Spread one = spread(world, "1 shard", new Shard(7)::equals);
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (Kind kind : Kind.values()) {
        for (Spread spread : round % 2 == 0 ? List.of(all, one) : List.of(one, all)) {
          Taken taken =
              world.take(
                  switch (kind) {
                    case REGISTRATION -> registrations(spread.where);
                    case LOGIN -> spread.logins;
                    case REFRESH -> spread.refreshes;
                  });
          if (round >= 0) {
            spread.rounds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(taken);
          }
        }
      }
    }
    for (Kind kind : Kind.values()) {
      all.tell(kind);
      one.tell(kind);
      System.out.printf(
          "%s, 32 shards to 1: %s of those a second; processor time of the service %s, of MySQL %s,"
              + " of all %s%n",
          kind.label,
          Figure.ratio(all.of(kind), one.of(kind), Taken::perSecond),
          Figure.ratio(all.of(kind), one.of(kind), taken -> taken.cost.service()),
          Figure.ratio(all.of(kind), one.of(kind), taken -> taken.cost.mysql()),
          Figure.ratio(all.of(kind), one.of(kind), taken -> taken.cost.all()));
    }
  }

  /** What players do. */
  private enum Kind {
    REGISTRATION("registrations"),
    LOGIN("logins"),
    REFRESH("refreshes");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /** Accounts whose shards are like this, each with a session. */
  private Spread spread(World world, String label, Predicate<Shard> where) throws Exception {
    List<String> names = names(where, ACCOUNTS);
    List<String> tokens =
        Parallel.run(
                CALLERS,
                caller ->
                    IntStream.range(0, ACCOUNTS)
                        .filter(i -> i % CALLERS == caller)
                        .mapToObj(i -> world.service.players().register(names.get(i)).expect(201))
                        .map(answer -> answer.text("/refreshToken"))
                        .toList())
            .stream()
            .flatMap(List::stream)
            .toList();
    return new Spread(
        label,
        where,
        HttpLoad.of(
            folder.resolve(label + " logins"),
            names.stream()
                .map(
                    name ->
                        HttpLoad.postJson(
                            "/v1/sessions",
                            "{\"grant\":\"password\",%s}".formatted(credentials(name))))
                .toList()),
        HttpLoad.chained(
            folder.resolve(label + " refreshes"),
            "refreshToken",
            tokens.stream()
                .map(
                    token ->
                        HttpLoad.postJson(
                            "/v1/sessions:refresh", "{\"refreshToken\":\"%s\"}".formatted(token)))
                .toList()),
        new EnumMap<>(Kind.class));
  }

  private record Spread(
      String label,
      Predicate<Shard> where,
      HttpLoad logins,
      HttpLoad refreshes,
      Map<Kind, List<Taken>> rounds) {
    List<Taken> of(Kind kind) {
      return rounds.getOrDefault(kind, List.of());
    }

    void tell(Kind kind) {
      List<Taken> taken = of(kind);
      System.out.printf(
          "%s, %s: %.0f/s; processor time %.3f ms of the service, %.3f MySQL, %.3f Redis; %.1f"
              + " statements, %.2f other databases selected, %.2f syncs of its log%n",
          kind.label,
          label,
          median(taken, Taken::perSecond),
          median(taken, each -> each.cost.service()),
          median(taken, each -> each.cost.mysql()),
          median(taken, each -> each.cost.redis()),
          median(taken, each -> each.done.statements()),
          median(taken, each -> each.done.selections()),
          median(taken, each -> each.done.syncs()));
    }
  }

  private static <T> double median(List<T> rounds, ToDoubleFunction<T> one) {
    return Figure.of(rounds, one).median();
  }

  /** What requests of one kind took in one round, each. */
  private record Taken(double perSecond, Cost cost, Done done) {}

  private record World(Usercenter service, MySqlServer mysql) {
    /** Sends requests for one turn, and waits until what they leave to be written is written. */
    Taken take(HttpLoad load) throws Exception {
      Gauge unwritten =
          service.bean(MeterRegistry.class).get("uc.sessions.rotations.waiting").gauge();
      Done before = Done.of(mysql);
      Cost cost = Cost.now();
      double answered = load.send(service, SECONDS);
      Eventually.holds("all is written", Duration.ofSeconds(20), () -> unwritten.value() == 0);
      return new Taken(
          answered / SECONDS,
          Cost.now().since(cost).per(answered),
          Done.of(mysql).since(before).per(answered));
    }
  }

  /**
   * What MySQL has done.
   *
   * @param selections of another database than the connection had
   * @param syncs of its log: one may be for several commits
   */
  private record Done(double statements, double selections, double syncs) {
    static Done of(MySqlServer mysql) throws SQLException {
      Map<String, Double> values = new HashMap<>();
      try (Connection connection =
              DriverManager.getConnection(mysql.jdbcUrl(), mysql.user(), mysql.password());
          Statement show = connection.createStatement();
          ResultSet row =
              show.executeQuery(
                  "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Com_change_db',"
                      + " 'Innodb_os_log_fsyncs')")) {
        while (row.next()) {
          values.put(row.getString(1), row.getDouble(2));
        }
      }
      return new Done(
          values.getOrDefault("Questions", 0.0),
          values.getOrDefault("Com_change_db", 0.0),
          values.getOrDefault("Innodb_os_log_fsyncs", 0.0));
    }

    Done since(Done before) {
      return new Done(
          statements - before.statements, selections - before.selections, syncs - before.syncs);
    }

    Done per(double calls) {
      return new Done(statements / calls, selections / calls, syncs / calls);
    }
  }
}
