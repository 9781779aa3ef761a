package io.usercenter.cli;

import io.usercenter.testkit.ServiceJvm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How the two applications are started: their jars, memory and environment. */
final class Applications {
  private static final String READINESS = "/actuator/health/readiness";

  /** The demo and the load tests are thousands of players behind one address. */
  private static final Map<String, String> WIDE_LIMITS =
      Map.of(
          "USERCENTER_LIMITS_REGISTER", "10000000/10m",
          "USERCENTER_LIMITS_LOGIN", "10000000/10m",
          "USERCENTER_LIMITS_CHECKNAME", "10000000/10m",
          "USERCENTER_LIMITS_REFRESH", "10000000/10m instance");

  private final UpSettings settings;
  private final Home home;
  private final Path root;

  /**
   * Finds the applications in the build.
   *
   * @param root the root of the repository
   */
  Applications(UpSettings settings, Home home, Path root) {
    this.settings = settings;
    this.home = home;
    this.root = root.toAbsolutePath().normalize();
  }

  /** In the order of starting: the API migrates the databases that the listener uses. */
  List<Service> services(Map<String, String> stores, Map<String, String> secrets) {
    Map<String, String> both = new HashMap<>(stores);
    both.putAll(ServiceJvm.ENVIRONMENT);
    both.put("UC_BIND", "127.0.0.1");
    both.put("UC_LOG_FORMAT", settings.variable("UC_LOG_FORMAT").orElse("")); // lines for people

    Map<String, String> api = new HashMap<>(both);
    api.putAll(secrets);
    api.put("UC_INTERNAL_BIND", "127.0.0.1");
    api.put("UC_PORT", Integer.toString(settings.apiPort()));
    api.put("UC_INTERNAL_PORT", Integer.toString(settings.internalPort()));
    api.put("UC_ISSUER", settings.variable("UC_ISSUER").orElse(settings.apiUrl()));
    api.put("UC_MIGRATE", "true");
    api.put("UC_SERVER_TIMING", settings.variable("UC_SERVER_TIMING").orElse("true"));
    WIDE_LIMITS.forEach((name, wide) -> api.put(name, settings.variable(name).orElse(wide)));

    Map<String, String> listener = new HashMap<>(both);
    listener.put("UC_LISTENER_PORT", Integer.toString(settings.listenerPort()));
    return List.of(
        new Service(
            "API",
            home.log("api"),
            java("usercenter-api", 512),
            api,
            URI.create(settings.internalUrl() + READINESS)),
        new Service(
            "role listener",
            home.log("listener"),
            // It waits for the database most of the time: starting fast is worth more than peak
            // speed.
            java("role-sync-listener", 256, "-XX:TieredStopAtLevel=1"),
            listener,
            URI.create(settings.listenerUrl() + READINESS)));
  }

  private List<String> java(String module, int heapMb, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    settings
        .variable("UC_JAVA_OPTS")
        .ifPresent(options -> all.addAll(List.of(options.strip().split("\\s+"))));
    return ServiceJvm.command(heapMb, all, jar(module));
  }

  private Path jar(String module) {
    Path target = root.resolve(module).resolve("target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .orElseThrow(() -> notBuilt(module));
    } catch (IOException e) {
      throw notBuilt(module);
    }
  }

  private UcException notBuilt(String module) {
    return new UcException(
        "%s is not built: mvn -B -Dquick package -f %s".formatted(module, root.resolve("pom.xml")));
  }
}
