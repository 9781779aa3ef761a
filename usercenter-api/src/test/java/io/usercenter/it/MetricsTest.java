package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What alerts and dashboards ask for, the service tells: a metric that was renamed would make an
 * alert that never fires. Some metrics exist from their first use on, so a little is done first.
 */
class MetricsTest {
  private static final Path DEPLOY = Path.of(System.getProperty("uc.root"), "deploy");

  /** The listener's, which are looked for in its sources. */
  private static final String OF_THE_LISTENER = "uc_role_sync_";

  private static final Pattern METRIC = Pattern.compile("\\b(?:uc|http|jetty|jvm|process)_[a-z_]+");
  private static final Pattern NAME = Pattern.compile("\"(uc\\.[a-z.]+)\"");

  @Test
  void whatAlertsAndDashboardsAskForExists() throws IOException {
    Set<String> asked = asked();
    assertThat(asked).hasSizeGreaterThan(20);
    Set<String> there = new TreeSet<>(ofTheService());
    Set<String> listener = ofTheListener();
    assertThat(asked)
        .allSatisfy(
            name ->
                assertThat(
                        name.startsWith(OF_THE_LISTENER)
                            ? listener.stream().anyMatch(name::startsWith)
                            : there.contains(name))
                    .as("%s is told", name)
                    .isTrue());
  }

  private static Set<String> asked() throws IOException {
    Set<String> asked = new TreeSet<>();
    Files.readString(DEPLOY.resolve("prometheus/rules.yml"))
        .lines()
        .filter(line -> !line.strip().startsWith("#") && !line.contains("summary:"))
        .forEach(line -> addMetrics(line, asked));
    try (Stream<Path> dashboards = Files.list(DEPLOY.resolve("grafana/dashboards"))) {
      for (Path dashboard : dashboards.toList()) {
        JsonNode json = Client.JSON.readTree(Files.readString(dashboard));
        assertThat(json.at("/title").isString()).as("%s", dashboard).isTrue();
        assertThat(json.at("/panels").size()).as("%s", dashboard).isPositive();
        json.findValuesAsString("expr").forEach(expr -> addMetrics(expr, asked));
      }
    }
    return asked;
  }

  private static void addMetrics(String expression, Set<String> to) {
    METRIC.matcher(expression).results().map(MatchResult::group).forEach(to::add);
  }

  private static Set<String> ofTheService() {
    try (CodeGateway gateway = new CodeGateway();
        Usercenter service =
            Usercenter.start(
                Backends.mysql(),
                Backends.redis(),
                Stream.concat(
                        Stream.of(gateway.settings()),
                        Stream.of(
                            "management.metrics.distribution.slo.http.server.requests=5ms,1s"))
                    .toArray(String[]::new))) {
      String name = Names.fresh();
      Client players = service.players().with("Idempotency-Key", "k" + name);
      players.register(name).expect(201);
      players.register(name).expect(201);
      service
          .players()
          .post("/v1/sessions", Map.of("grant", "password", "username", name, "password", "wrong"))
          .expect(401);
      service
          .players()
          .post(
              "/v1/codes",
              Map.of("channel", "email", "purpose", "login", "address", name + "@example.com"))
          .expect(202);
      return service.metrics().map(line -> line.split("[{ ]", 2)[0]).collect(Collectors.toSet());
    }
  }

  private static Set<String> ofTheListener() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module : new String[] {"role-sync-listener", "roles"}) {
      try (Stream<Path> sources =
          Files.find(
              DEPLOY.resolveSibling(module).resolve("src/main"),
              20,
              (file, _) -> file.toString().endsWith(".java"))) {
        for (Path source : sources.toList()) {
          NAME.matcher(Files.readString(source))
              .results()
              .map(match -> match.group(1).replace('.', '_'))
              .forEach(names::add);
        }
      }
    }
    return names;
  }
}
