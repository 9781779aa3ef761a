package io.usercenter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the load tells of a service whose answers are known. */
class HttpLoadTest {
  private static final String LOGIN =
      "{\"accessToken\": \"a%d\", \"refreshToken\": \"r%d\", \"expiresIn\": 900}";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger logins = new AtomicInteger();
  private final AtomicInteger refreshes = new AtomicInteger();
  private final AtomicInteger checks = new AtomicInteger();
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final Set<String> spent = ConcurrentHashMap.newKeySet();
  private final Set<String> addresses = ConcurrentHashMap.newKeySet();
  private final ReentrantLock oneAtATime = new ReentrantLock();

  @TempDir private Path folder;
  private HttpServer server;
  private volatile long standstillNanos;
  private volatile boolean busy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/v1/accounts", this::register);
    server.createContext("/v1/sessions", this::login);
    server.createContext("/v1/sessions:refresh", this::refresh);
    server.createContext("/server/v1/tokens:introspect", this::check);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  @Test
  void callersWaitForTheirAnswersAndUseEachRefreshTokenOnce() throws IOException {
    Results results = run("--callers", "3", "--players", "5", "--credential", credential());

    assertThat(results.failed()).isZero();
    assertThat(results.turnedAway()).isZero();
    assertThat(results.good()).isPositive();
    // Those of the time before it counted, too: warm-up is 0.
    assertThat((long) logins.get() + refreshes.get() + checks.get()).isEqualTo(results.good());
    assertThat(spent).hasSize(refreshes.get());
  }

  @Test
  void playersWhoExistLogIn() throws IOException {
    for (int i = 0; i < 5; i++) {
      names.add("load" + i);
    }

    run("--players", "5", "--callers", "1", "--mix", "refresh=1");

    assertThat(logins).hasValue(5);
  }

  @Test
  void anOpenLoopCountsTheTimeInFrontOfAServiceThatStandsStill() throws IOException {
    standstillNanos = 400_000_000;

    Results results = run("--rate", "20", "--players", "50", "--mix", "login=1");

    // Twenty logins in a second, of which the service does two or three.
    assertThat(results.failed()).isZero();
    assertThat(results.percentile(100)).isGreaterThan(1_000);
  }

  @Test
  void whatIsDueWhileAllPlayersWaitIsSentLaterAndCountsFromWhenItWasDue() throws IOException {
    standstillNanos = 100_000_000;

    Results results = run("--rate", "30", "--players", "1", "--mix", "login=1");

    // About thirty logins in a second, of which the service does nine or ten.
    assertThat(results.good()).isEqualTo(logins.get()).isGreaterThan(12);
    assertThat(results.percentile(100)).isGreaterThan((results.good() - 11) * 100.0);
    assertThat(results.table())
        .containsPattern("[0-9]+ were sent later than due, as all players were waiting");
  }

  @Test
  void theRateIsThatOfTheAnswersInTime() throws IOException {
    standstillNanos = 100_000_000;

    Results results = run("--rate", "30", "--players", "50", "--mix", "login=1");

    assertThat(results.good()).isGreaterThan(12);
    // Ten at most, by the service that does one after the other.
    assertThat(results.table()).containsPattern("\\| logins \\| ([0-9]|10)\\.0 \\|");
  }

  @Test
  void whoIsTurnedAwayIsNoFailure() throws IOException {
    busy = true;

    Results results = run("--callers", "2", "--players", "2", "--mix", "refresh=1");

    assertThat(results.failed()).isZero();
    assertThat(results.turnedAway()).isPositive();
    assertThat(results.table()).contains("refreshes").contains("times: 503 PASSWORD_HASHING_BUSY");
  }

  @Test
  void aTokenThatIsNotActiveAndAServiceThatIsGoneAreFailures() throws IOException {
    server.removeContext("/server/v1/tokens:introspect");
    server.createContext(
        "/server/v1/tokens:introspect",
        exchange -> {
          if (checks.incrementAndGet() == 3) {
            exchange.close();
          } else {
            answer(exchange, 200, "{\"active\": false}");
          }
        });

    Results results =
        run("--callers", "1", "--players", "1", "--mix", "check=1", "--credential", credential());

    assertThat(results.good()).isZero();
    assertThat(results.failed()).isEqualTo(checks.get());
    assertThat(results.table())
        .contains("times: 200")
        .contains("checks, 1 times: org.apache.hc.core5.http.NoHttpResponseException");
  }

  @Test
  void everyPlayerMayHaveANetworkOfHisOwn() throws IOException {
    run("--networks", "--players", "300", "--callers", "1", "--mix", "refresh=1");

    assertThat(addresses).hasSize(300).contains("198.18.0.0", "198.18.1.43");
  }

  @Test
  void saysWhatIsWrongWithTheOptions() {
    assertThatThrownBy(() -> plan("ftp://somewhere"))
        .hasMessageContaining("is no URL of a service");
    assertThatThrownBy(() -> plan("--mix", "check=1")).hasMessage("checks need a --credential");
    assertThatThrownBy(() -> plan("--mix", "login=0")).hasMessage("--mix has weights above 0");
    assertThatThrownBy(() -> plan("--players", "3"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--players are at least as many as --callers");
    assertThatThrownBy(() -> plan("--mix", "logins=1")).hasMessageContaining("logins");
  }

  private Results run(String... options) throws IOException {
    try (HttpLoad load = new HttpLoad(plan(options), _ -> {})) {
      return load.run();
    }
  }

  private LoadPlan plan(String... options) {
    LoadPlan plan = new LoadPlan();
    CommandLine line = new CommandLine(plan).setCaseInsensitiveEnumValuesAllowed(true);
    List<String> arguments = new ArrayList<>(List.of("--seconds", "1", "--warm-up", "0"));
    if (options.length == 0 || options[0].startsWith("--")) {
      arguments.add("http://127.0.0.1:" + server.getAddress().getPort());
    }
    arguments.addAll(List.of(options));
    line.parseArgs(arguments.toArray(String[]::new));
    plan.check();
    return plan;
  }

  private String credential() throws IOException {
    return Files.writeString(folder.resolve("credential"), "id:secret\n").toString();
  }

  private void register(HttpExchange exchange) throws IOException {
    String forwarded = exchange.getRequestHeaders().getFirst("X-Forwarded-For");
    if (forwarded != null) {
      addresses.add(forwarded);
    }
    String name = body(exchange).replaceAll(".*\"username\":\"([^\"]+)\".*", "$1");
    if (names.add(name)) {
      answer(exchange, 201, LOGIN.formatted(0, -names.size()));
    } else {
      answer(exchange, 409, "{\"code\": \"USERNAME_TAKEN\"}");
    }
  }

  private void login(HttpExchange exchange) throws IOException {
    int number = logins.incrementAndGet();
    if (standstillNanos > 0) {
      oneAtATime.lock();
      try {
        long end = System.nanoTime() + standstillNanos;
        for (long left = standstillNanos; left > 0; left = end - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      } finally {
        oneAtATime.unlock();
      }
    }
    answer(exchange, 200, LOGIN.formatted(number, number));
  }

  private void refresh(HttpExchange exchange) throws IOException {
    if (busy) {
      answer(exchange, 503, "{\"code\": \"PASSWORD_HASHING_BUSY\"}");
      return;
    }
    spent.add(body(exchange));
    int number = 1_000_000 + refreshes.incrementAndGet();
    answer(exchange, 200, LOGIN.formatted(number, number));
  }

  private void check(HttpExchange exchange) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
        .isEqualTo("Basic aWQ6c2VjcmV0");
    checks.incrementAndGet();
    answer(exchange, 200, "{\"active\": true}");
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
