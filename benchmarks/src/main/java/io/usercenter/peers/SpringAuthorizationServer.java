package io.usercenter.peers;

import io.usercenter.password.Argon2;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spring Authorization Server in the application of {@code benchmarks/spring-authorization-server},
 * with the heap of the others and otherwise the JVM's defaults. It has no password grant (<a
 * href="https://datatracker.ietf.org/doc/html/rfc9700#section-2.4">RFC 9700, section 2.4</a>): a
 * login is its form and the authorization code grant with PKCE, four requests.
 */
final class SpringAuthorizationServer {
  private static final String DATABASE = "authorization_server";
  // Nobody listens there, and nobody goes there.
  private static final String REDIRECT_URI = "http://127.0.0.1:1/back";
  private static final Pattern LIBRARY =
      Pattern.compile(".*/spring-security-oauth2-authorization-server-(.*)[.]jar");
  private static final Pattern FORGERY_TOKEN =
      Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final SecureRandom random = new SecureRandom();
  private final Http http;

  private SpringAuthorizationServer(Http http) {
    this.http = http;
  }

  /** Starts it. */
  static AccountService start(Path jar, Path folder) {
    MySqlServer mysql = Backends.newMySql(PeersBench.MYSQL);
    Statements.create(mysql, DATABASE);
    int port = Ports.free();
    // What its schema asks for with MySQL.
    String url =
        mysql.jdbcUrl(DATABASE) + "&preserveInstants=true&forceConnectionTimeZoneToSession=true";
    long before = System.nanoTime();
    ChildProcess process =
        ChildProcess.start(
            "Spring Authorization Server",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                jar.toString()),
            Map.of(
                "SERVER_PORT",
                Integer.toString(port),
                "SPRING_DATASOURCE_URL",
                url,
                "SPRING_DATASOURCE_USERNAME",
                mysql.user(),
                "SPRING_DATASOURCE_PASSWORD",
                mysql.password(),
                "CLIENT_ID",
                OAuthSessions.CLIENT,
                "CLIENT_SECRET",
                OAuthSessions.SECRET,
                "CLIENT_REDIRECT_URI",
                REDIRECT_URI),
            folder,
            folder.resolve("spring-authorization-server.log"),
            Duration.ofSeconds(5));
    Http http = new Http("http://127.0.0.1:" + port);
    Starting.await(process, http, "/.well-known/oauth-authorization-server");
    Duration started = Duration.ofNanos(System.nanoTime() - before);
    SpringAuthorizationServer player = new SpringAuthorizationServer(http);
    player.users(mysql);
    OAuthSessions sessions =
        new OAuthSessions(http, "/oauth2/token", "/oauth2/introspect", player::grant);
    return new OAuthService(
        "Spring Authorization Server " + version(jar), process, mysql, started, sessions);
  }

  private static String version(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> LIBRARY.matcher(entry.getName()))
          .filter(Matcher::matches)
          .map(name -> name.group(1))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + jar, e);
    }
  }

  private void users(MySqlServer mysql) {
    byte[] salt = new byte[16];
    random.nextBytes(salt);
    byte[] hash =
        Argon2.fastest()
            .hash(PeersBench.PASSWORD.getBytes(StandardCharsets.UTF_8), salt, PeersBench.COST, 32);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    String password =
        "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
            .formatted(
                PeersBench.COST.memoryKib(),
                PeersBench.COST.iterations(),
                PeersBench.COST.parallelism(),
                base64.encodeToString(salt),
                base64.encodeToString(hash));
    List<String> statements = new ArrayList<>();
    for (int user = 0; user < PeersBench.USERS; user++) {
      String name = PeersBench.name(user);
      statements.add("INSERT INTO users VALUES ('%s', '%s', true)".formatted(name, password));
      statements.add("INSERT INTO authorities VALUES ('%s', 'ROLE_PLAYER')".formatted(name));
    }
    Statements.run(mysql, DATABASE, statements);
  }

  /** Logs in by the form, which ends with a code. */
  private Map<String, String> grant(int user) {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    String verifier = URL.encodeToString(secret);
    Http.Browser browser = http.browser();
    browser.submit(
        "/login",
        Map.of(
            "username",
            PeersBench.name(user),
            "password",
            PeersBench.PASSWORD,
            "_csrf",
            found(FORGERY_TOKEN, browser.page("/login"))));
    String back =
        browser.led(
            "/oauth2/authorize?"
                + Http.form(
                    Map.of(
                        "response_type",
                        "code",
                        "client_id",
                        OAuthSessions.CLIENT,
                        "redirect_uri",
                        REDIRECT_URI,
                        "code_challenge",
                        URL.encodeToString(sha256(verifier)),
                        "code_challenge_method",
                        "S256")));
    return Map.of(
        "grant_type",
        "authorization_code",
        "code",
        found(CODE, back),
        "redirect_uri",
        REDIRECT_URI,
        "code_verifier",
        verifier);
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
