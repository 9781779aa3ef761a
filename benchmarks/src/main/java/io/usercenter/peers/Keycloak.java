package io.usercenter.peers;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Keycloak as it comes, built for MySQL (<a
 * href="https://www.keycloak.org/server/configuration">Configuring Keycloak</a>), with its own Java
 * options. Its realm has the defaults but for three: tokens are signed with ES256 and say no more
 * than ours do, and its Argon2id costs what ours costs, which is its default.
 */
final class Keycloak {
  private static final String REALM = "games";
  private static final String ADMIN_PASSWORD = "an admin of this benchmark";
  private static final String TOKEN = "/realms/" + REALM + "/protocol/openid-connect/token";

  private Keycloak() {}

  /**
   * Unpacks, builds and starts it.
   *
   * @param archive {@code keycloak-quarkus-dist-….zip}
   */
  static AccountService start(Path archive, String version, Path folder) {
    unpack(archive, folder);
    Path home = folder.resolve("keycloak-" + version);
    MySqlServer mysql = Backends.newMySql(PeersBench.MYSQL);
    Statements.create(mysql, "keycloak");
    int port = Ports.free();
    int management = Ports.free();
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("KC_DB_URL", mysql.jdbcUrl("keycloak"));
    environment.put("KC_DB_USERNAME", mysql.user());
    environment.put("KC_DB_PASSWORD", mysql.password());
    environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN_PASSWORD);
    String script = home.resolve("bin").resolve("kc.sh").toString();
    long before = System.nanoTime();
    ChildProcess build =
        ChildProcess.start(
            "the build of Keycloak",
            List.of(script, "build", "--db=mysql", "--health-enabled=true"),
            environment,
            home,
            folder.resolve("keycloak-build.log"),
            Duration.ofSeconds(5));
    if (build.onExit().join() != 0) {
      throw new IllegalStateException(
          "the build of Keycloak failed:\n" + String.join("\n", build.lastLines(30)));
    }
    ChildProcess process =
        ChildProcess.start(
            "Keycloak",
            List.of(
                script,
                "start",
                "--optimized",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-port=" + management,
                "--hostname-strict=false",
                "--cache=local"),
            environment,
            home,
            folder.resolve("keycloak.log"),
            Duration.ofSeconds(5));
    Starting.await(process, new Http("http://127.0.0.1:" + management), "/health/ready");
    Duration started = Duration.ofNanos(System.nanoTime() - before);
    Http http = new Http("http://127.0.0.1:" + port);
    realm(http);
    OAuthSessions sessions =
        new OAuthSessions(
            http,
            TOKEN,
            TOKEN + "/introspect",
            user ->
                Map.of(
                    "grant_type",
                    "password",
                    "username",
                    PeersBench.name(user),
                    "password",
                    PeersBench.PASSWORD));
    // The script that started it waits beside it and does nothing.
    return new OAuthService("Keycloak " + version, process, mysql, started, sessions);
  }

  private static void unpack(Path archive, Path folder) {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path to = folder.resolve(entry.getName()).normalize();
        if (!to.startsWith(folder)) {
          throw new IOException("the archive leads out of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(to);
        } else {
          Files.createDirectories(to.getParent());
          Files.copy(zip, to);
          if (to.toString().endsWith(".sh")) {
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("unpacking " + archive, e);
    }
  }

  private static void realm(Http http) {
    String admin =
        Http.bearer(
            Http.read(
                    http.postForm(
                        "/realms/master/protocol/openid-connect/token",
                        "",
                        Http.form(
                            Map.of(
                                "grant_type", "password",
                                "client_id", "admin-cli",
                                "username", "admin",
                                "password", ADMIN_PASSWORD))))
                .at("/access_token")
                .asString());
    http.postJson(
        "/admin/realms",
        admin,
        Map.of(
            "realm",
            REALM,
            "enabled",
            true,
            "sslRequired",
            "none",
            "defaultSignatureAlgorithm",
            "ES256",
            "accessTokenLifespan",
            900,
            "ssoSessionIdleTimeout",
            86_400,
            "passwordPolicy",
            "hashAlgorithm(argon2)"));
    Map<String, Object> client = new LinkedHashMap<>();
    client.put("clientId", OAuthSessions.CLIENT);
    client.put("secret", OAuthSessions.SECRET);
    client.put("publicClient", false);
    client.put("directAccessGrantsEnabled", true);
    client.put("standardFlowEnabled", false);
    client.put("fullScopeAllowed", false);
    client.put("defaultClientScopes", List.of("basic"));
    client.put("optionalClientScopes", List.of());
    // It tells a client about tokens only that are meant for that client.
    client.put(
        "protocolMappers",
        List.of(
            Map.of(
                "name", "audience",
                "protocol", "openid-connect",
                "protocolMapper", "oidc-audience-mapper",
                "config",
                    Map.of(
                        "included.client.audience",
                        OAuthSessions.CLIENT,
                        "access.token.claim",
                        "true"))));
    http.postJson("/admin/realms/" + REALM + "/clients", admin, client);
    for (int user = 0; user < PeersBench.USERS; user++) {
      http.postJson(
          "/admin/realms/" + REALM + "/users",
          admin,
          Map.of(
              "username",
              PeersBench.name(user),
              "enabled",
              true,
              "email",
              PeersBench.name(user) + "@example.com",
              "emailVerified",
              true,
              "firstName",
              "Player",
              "lastName",
              Integer.toString(user),
              "credentials",
              List.of(
                  Map.of("type", "password", "value", PeersBench.PASSWORD, "temporary", false))));
    }
  }
}
