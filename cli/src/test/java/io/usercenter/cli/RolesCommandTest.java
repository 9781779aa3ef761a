package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Goal: the command replays until nothing more ends, and says what is open. Method: the command
 * line, and an HTTP server that gives prepared answers; the endpoint itself is tested with the API.
 */
class RolesCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();
  private final Queue<List<String>> rounds = new ArrayDeque<>();
  private HttpServer api;
  @TempDir private Path folder;
  private Path password;

  @BeforeEach
  void start() throws IOException {
    password = Files.writeString(folder.resolve("password"), "open sesame\n");
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/admin/v1/sessions",
        exchange -> {
          boolean right =
              body(exchange).contains("\"open sesame\"")
                  && exchange.getRequestMethod().equals("POST");
          answer(exchange, right ? 200 : 401, "{\"token\":\"t\"}");
        });
    api.createContext(
        "/admin/v1/role-events/rejected:replay",
        exchange -> {
          asked.add(body(exchange));
          List<String> round = rounds.poll();
          boolean known = "Bearer t".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          answer(
              exchange,
              known && round != null ? 200 : 403,
              round == null
                  ? "{\"code\":\"FORBIDDEN\"}"
                  : round.stream()
                      .map("{\"rejectedId\":\"1\",\"outcome\":\"%s\"}"::formatted)
                      .collect(Collectors.joining(",", "{\"replays\":[", "]}")));
        });
    api.start();
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private int replay(String... options) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(
        Stream.concat(
                Stream.of(
                    "roles",
                    "replay",
                    "--admin-url=http://127.0.0.1:" + api.getAddress().getPort(),
                    "--operator-password-file=" + password),
                Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void itGoesOnUntilNothingMoreEnds() {
    rounds.add(List.of("APPLIED", "APPLIED", "SUPERSEDED"));
    rounds.add(List.of("APPLIED", "REJECTED"));
    rounds.add(List.of());

    assertThat(replay("--reason=UNKNOWN_USER", "--server=s1")).isZero();

    assertThat(asked).hasSize(3).allMatch(what -> what.contains("\"reason\":\"UNKNOWN_USER\""));
    assertThat(asked).allMatch(what -> what.contains("\"serverId\":\"s1\""));
    assertThat(out.toString())
        .containsPattern("(?m)^APPLIED +3$")
        .containsPattern("(?m)^SUPERSEDED +1$")
        .containsPattern("(?m)^REJECTED +1$");
  }

  @Test
  void whatStaysOpenIsCountedOnceAndIsAFailure() {
    rounds.add(List.of("POSTPONED", "APPLIED", "POSTPONED"));
    rounds.add(List.of("POSTPONED", "POSTPONED"));

    assertThat(replay()).isEqualTo(1);

    assertThat(asked).containsExactly("{}", "{}");
    assertThat(out.toString())
        .containsPattern("(?m)^APPLIED +1$")
        .containsPattern("(?m)^POSTPONED +2$");
  }

  @Test
  void nothingToDoIsSaid() {
    rounds.add(List.of());

    assertThat(replay()).isZero();
    assertThat(out.toString()).contains("nothing is open");
  }

  @Test
  void whatIsLeftOutWithoutAReasonIsSaid() {
    rounds.add(List.of("APPLIED"));
    rounds.add(List.of());
    assertThat(replay("--server=s1")).isZero();
    assertThat(out.toString()).contains("left out: FORGED and NOT_GRANTED");

    out.getBuffer().setLength(0);
    rounds.add(List.of());
    assertThat(replay("--reason=FORGED")).isZero();
    assertThat(out.toString()).doesNotContain("left out");
  }

  @Test
  void aRefusalIsShownAndNothingIsClaimed() {
    assertThat(replay()).isEqualTo(1);
    assertThat(err.toString()).contains("replaying was refused").contains("FORBIDDEN");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aWrongPasswordAndAMissingOneAreTold() throws IOException {
    Files.writeString(password, "guess");
    assertThat(replay()).isEqualTo(1);
    assertThat(err.toString()).contains("name or password of the operator are wrong");

    Files.delete(password);
    assertThat(replay()).isEqualTo(1);
    assertThat(err.toString()).contains("--operator-password-file");
    assertThat(asked).isEmpty();
  }
}
