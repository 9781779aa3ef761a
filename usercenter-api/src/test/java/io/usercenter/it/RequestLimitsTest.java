package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What the two ports do with requests that are too large, too slow, too many, or no HTTP, and what
 * they tell browsers to forbid. Bytes go over plain sockets: no client would send these.
 */
@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end with CR LF
class RequestLimitsTest {
  private static final int CONNECTIONS = 60;

  /** More than Java lets wait by itself. */
  private static final int MORE = 200;

  private static final Duration A_WHILE = Duration.ofSeconds(20);

  private static Usercenter service;

  @BeforeAll
  static void start() {
    service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "usercenter.http.slow-sender-patience=2s",
            "usercenter.http.body-memory=4MB",
            "usercenter.http.max-connections=" + CONNECTIONS);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static List<Client> doors() {
    return List.of(service.players(), service.inside());
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aHeadBeyondTheLimitIsRefused(Client door) throws IOException {
    for (String head :
        List.of(
            "GET /v1/sessions HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(9000) + "\r\n\r\n",
            "GET /v1/sessions HTTP/1.1\r\nHost: a\r\n" + "X-More: 1\r\n".repeat(2000) + "\r\n",
            "GET /v1/" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n")) {
      assertThat(codeOf(talk(door, head), 431)).isEqualTo("REQUEST_HEAD_TOO_LARGE");
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aHeadOfTooManyFieldsIsRefused(Client door) throws IOException {
    String head = "GET /nowhere HTTP/1.1\r\nHost: a\r\n";
    assertThat(codeOf(talk(door, head + "a:\r\n".repeat(100) + "\r\n"), 431))
        .isEqualTo("REQUEST_HEAD_TOO_LARGE");
    assertThat(talk(door, head + "a:\r\n".repeat(99) + "\r\n")).contains("HTTP/1.1 404");
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aBodyBeyondTheLimitIsNotWaitedFor(Client door) throws IOException {
    for (String path : List.of(pathOf(door), "/nowhere", "/%61dmin/v1/imports")) {
      assertThat(codeOf(sendEndless(door, path), 413)).as(path).isEqualTo("PAYLOAD_TOO_LARGE");
    }
  }

  @Test
  void filesOfOperatorsAreNoneAtThePublicPort() throws IOException {
    assertThat(codeOf(sendEndless(service.players(), "/admin/v1/imports"), 413))
        .isEqualTo("PAYLOAD_TOO_LARGE");
  }

  private static String sendEndless(Client door, String path) throws IOException {
    return talk(
        door,
        "POST "
            + path
            + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 99999999999\r\n\r\n{");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET  /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v1/sessions HTTP/1.1\r\n\r\n",
        "GET /v1/sessions HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /v1/sessions HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
        "GET /v1/sessions HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "GET /v1/sessions HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
        "GET /v1/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v1/sessions?a=%zz&%00 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n",
        "POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/sessions HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 2\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST /v1/sessions HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked, identity\r\n\r\n"
            + "0\r\n\r\n",
        "POST /v1/sessions HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "zz\r\n"
            + "{}\r\n"
            + "0\r\n\r\n",
        "POST /v1/sessions HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "ffffffffffffffff\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
        "GET http://elsewhere/v1/sessions HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"
      })
  void whatIsNoRequestIsRefusedAndNoMistakeOfOurs(String bytes) throws IOException {
    for (Client door : doors()) {
      String answer = talk(door, bytes);
      if (!answer.isEmpty()) {
        assertThat(statusOf(answer)).as("%s -> %s", bytes, answer).isBetween(400, 499);
        assertThat(answer).containsIgnoringCase("application/problem+json");
        assertThat(answer).doesNotContain("Jetty", "Exception", "org.eclipse");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aHeadThatDripsIsCut(Client door) throws IOException {
    try (Socket socket = connect(door)) {
      send(socket, "GET /v1/sessions HTTP/1.1\r\nHost: a\r\n");
      Eventually.holds("the connection is cut", A_WHILE, () -> isCutAfter(socket, "X-More: 1\r\n"));
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aBodyThatDripsIsCut(Client door) throws IOException {
    assertThatItIsCut(door, "Content-Length: 9000\r\n\r\n{", " ");
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aBodyOfNothingButTheNameOfAChunkIsCut(Client door) throws IOException {
    assertThatItIsCut(door, "Transfer-Encoding: chunked\r\n\r\n1;", "x".repeat(1000));
  }

  private static void assertThatItIsCut(Client door, String body, String drip) throws IOException {
    try (Socket socket = connect(door)) {
      send(
          socket,
          "POST "
              + pathOf(door)
              + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + body);
      Eventually.holds("the connection is cut", A_WHILE, () -> isCutAfter(socket, drip));
    }
  }

  @Test
  void whoWaitsBetweenRequestsIsNotCut() throws IOException {
    try (Socket idle = connect(service.players());
        Socket dripping = connect(service.players())) {
      send(idle, "GET /.well-known/jwks.json HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(statusOf(readHead(idle))).isEqualTo(200);
      send(dripping, "GET /v1/sessions HTTP/1.1\r\n");
      Eventually.holds("another is cut", A_WHILE, () -> isCutAfter(dripping, "X: 1\r\n"));
      send(idle, "GET /v1/nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(readAll(idle)).contains("HTTP/1.1 404");
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void whoIsRefusedIsHeardOutAndMayGoOn(Client door) throws IOException {
    String rest = "x".repeat(300_000);
    for (String path : List.of("/v1/sessions", "/admin/v1/operators", "/nowhere")) {
      try (Socket socket = connect(door)) {
        for (int i = 0; i < 2; i++) {
          send(
              socket,
              "PUT %s HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
                  .formatted(path, 2 * rest.length()));
          send(socket, rest);
          send(socket, rest);
          assertThat(readAll(socket)).as(path).contains("HTTP/1.1 4");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void bodiesAreBoundedTogetherAndSmallOnesAndThoseOfOthersGoOn(Client door) throws IOException {
    boolean players = pathOf(door).startsWith("/v1/");
    int fitting = players ? 2 : 6; // a quarter of 4 MB, the rest of it
    String name = Names.fresh();
    service.players().register(name).expect(201);
    List<Socket> large = new ArrayList<>();
    try {
      for (int i = 0; i < fitting + 2; i++) {
        Socket socket = connect(door);
        large.add(socket);
        beginLarge(socket, pathOf(door));
      }
      Eventually.holds("there is room for all but two", A_WHILE, () -> answered(large) == 2);
      service.players().login(name).expect(200);
      assertThat(metric("uc_http_bodies_bytes"))
          .isBetween(fitting * 490_000.0, fitting * 500_000.0);
      if (players) {
        checkMany();
      } else {
        assertThat(isRoom()).isTrue();
      }
      for (Socket socket : large) {
        if (socket.getInputStream().available() > 0) {
          String answer = readAll(socket);
          assertThat(codeOf(answer, 503)).isEqualTo("REQUEST_MEMORY_FULL");
          assertThat(answer).containsIgnoringCase("Retry-After: 1");
          send(socket, "\"}GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"); // it was heard out
          assertThat(readAll(socket)).contains("HTTP/1.1 404");
        }
      }
    } finally {
      for (Socket socket : large) {
        socket.close();
      }
    }
    Eventually.holds("there is room again", A_WHILE, RequestLimitsTest::isRoom);
    Eventually.holds("all is given back", A_WHILE, () -> metric("uc_http_bodies_bytes") == 0);
  }

  @Test
  void whatIsDroppedTakesNoRoom() throws IOException {
    List<Socket> refused = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = connect(service.players());
        refused.add(socket);
        beginLarge(socket, "/nowhere");
      }
      assertThat(isRoom()).isTrue();
    } finally {
      for (Socket socket : refused) {
        socket.close();
      }
    }
  }

  /** Tokens of a game server, more than what is free. */
  private static void checkMany() {
    service
        .gameServer("*")
        .post(
            "/server/v1/tokens:batchIntrospect",
            Map.of("tokens", Collections.nCopies(8, "x".repeat(800))))
        .expect(200);
  }

  private static double metric(String name) {
    return service
        .metrics()
        .filter(line -> line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static boolean isRoom() {
    try (Socket socket = connect(service.players())) {
      beginLarge(socket, "/v1/sessions");
      send(socket, "\"}");
      return statusOf(readAll(socket)) == 400;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most of a body, with two bytes of it missing. */
  private static void beginLarge(Socket socket, String path) throws IOException {
    String most = "{\"username\": \"" + "x".repeat(500_000);
    send(
        socket,
        "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, most.length() + 2));
    send(socket, most);
  }

  @Test
  void aConnectionThatStaysTakesLittle() throws Exception {
    List<Socket> many = new ArrayList<>();
    long before = charactersOnTheHeap();
    try {
      for (int i = 0; i < CONNECTIONS - 10; i++) {
        Socket socket = connect(service.players());
        many.add(socket);
        for (int request = 0; request < 3; request++) {
          send(
              socket,
              "GET /.well-known/jwks.json HTTP/1.1\r\n"
                  + "Host: a\r\n"
                  + "User-Agent: game\r\n"
                  + "X-Game: 1\r\n\r\n");
          assertThat(statusOf(readHead(socket))).isEqualTo(200);
        }
      }
      // Jetty's memory of the headers of a connection is 98 KB of characters.
      assertThat((charactersOnTheHeap() - before) / many.size()).isLessThan(10_000);
    } finally {
      for (Socket socket : many) {
        socket.close();
      }
    }
  }

  /** How many bytes the arrays of characters that are in use take. */
  private static long charactersOnTheHeap() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Matcher line = Pattern.compile("\\d+: +\\d+ +(\\d+) +\\[C ").matcher(histogram);
    assertThat(line.find()).isTrue();
    return Long.parseLong(line.group(1));
  }

  @Test
  void connectionsBeyondTheLimitWaitUntilOthersEnd() throws IOException {
    List<Socket> many = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS + MORE; i++) {
        Socket socket = connect(service.inside());
        many.add(socket);
        send(socket, "GET /actuator/health/liveness HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      // The pool of HttpClient may hold some of the port too.
      Eventually.holds("most are served", A_WHILE, () -> answered(many) > CONNECTIONS - 10);
      assertThat(answered(many)).isLessThanOrEqualTo(CONNECTIONS);
    } finally {
      for (Socket socket : many) {
        socket.close();
      }
    }
    Eventually.holds(
        "others are served again",
        A_WHILE,
        () -> service.inside().get("/actuator/health/liveness").status() == 200);
    assertThat(metric("uc_http_connections_limit")).isEqualTo(CONNECTIONS);
  }

  @Test
  void everyAnswerTellsBrowsersWhatToForbid() throws IOException {
    for (Answer answer :
        List.of(
            service.players().get("/v1/accounts:checkName?name=abc"),
            service.players().get("/v1/sessions"),
            service.players().get("/v1/nothing"),
            service.players().get("/elsewhere"),
            service.inside().get("/admin/v1/me"),
            service.inside().get("/actuator/health"))) {
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(answer.header("Content-Security-Policy"))
          .isEqualTo("default-src 'none'; frame-ancestors 'none'");
      assertThat(answer.header("Server")).isEmpty();
      assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(talk(service.players(), "nonsense\r\n\r\n"))
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .containsIgnoringCase("Cache-Control: no-store");
  }

  @Test
  void noOtherOriginMayRead() {
    for (Client door : doors()) {
      Answer answer =
          door.with("Origin", "https://evil.example").get("/v1/accounts:checkName?name=abc");
      assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  /** Where one logs in. */
  private static String pathOf(Client door) {
    return door.base().equals(service.players().base()) ? "/v1/sessions" : "/admin/v1/sessions";
  }

  private static Socket connect(Client door) throws IOException {
    URI base = URI.create(door.base());
    Socket socket = new Socket();
    socket.setSoTimeout((int) A_WHILE.toMillis());
    socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), (int) A_WHILE.toMillis());
    return socket;
  }

  private static void send(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What comes back before the end or a pause. */
  private static String talk(Client door, String bytes) throws IOException {
    try (Socket socket = connect(door)) {
      socket.setSoTimeout(3000);
      send(socket, bytes);
      return readAll(socket);
    }
  }

  private static String readAll(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        answer.append((char) b);
        if (b == '}') {
          break; // of a problem; connections that stay open would be waited for
        }
      }
    } catch (java.net.SocketTimeoutException | SocketException noMore) {
      return answer.toString();
    }
    return answer.toString();
  }

  private static String readHead(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed after: " + head);
      }
      head.append((char) next);
    }
    int body =
        Integer.parseInt(head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1"));
    in.readNBytes(body);
    return head.toString();
  }

  private static int answered(List<Socket> sockets) {
    int answered = 0;
    for (Socket socket : sockets) {
      try {
        answered += socket.getInputStream().available() > 0 ? 1 : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return answered;
  }

  /** Whether the other side has hung up, which a write or a read notices. */
  private static boolean isCutAfter(Socket socket, String drip) {
    try {
      send(socket, drip);
      socket.setSoTimeout(100);
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException stillOpen) {
      return false;
    } catch (IOException cut) {
      return true;
    }
  }

  private static int statusOf(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  private static String codeOf(String answer, int status) {
    assertThat(statusOf(answer)).as(answer).isEqualTo(status);
    JsonNode problem = Client.JSON.readTree(answer.substring(answer.indexOf('{')));
    assertThat(problem.at("/status").asInt()).isEqualTo(status);
    return problem.at("/code").stringValue();
  }
}
