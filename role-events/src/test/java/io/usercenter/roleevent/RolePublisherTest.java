package io.usercenter.roleevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import io.usercenter.testkit.ThisJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a publisher has accepted arrives, whatever goes away meanwhile: Redis, HTTP, the process.
 */
class RolePublisherTest {
  private static final RoleEventKey KEY = RoleEventKey.of("gs_credential01", "secret");
  private static final RolePicture PICTURE = new RolePicture("Ayla", 1, "mage", 2, "steam");
  private static final UserId USER = new UserId(4096 + 7);

  @TempDir Path folder;

  private RolePublisher.Builder builder() {
    return RolePublisher.builder()
        .serverId("s1")
        .serviceCredential("gs_credential01", "secret")
        .timeout(Duration.ofSeconds(1))
        .spoolBytes(1 << 16)
        .spool(folder);
  }

  /** What stands in a stream, by the plain protocol. */
  private static List<String> stream(RedisServer redis, Shard shard) throws IOException {
    List<String> events = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              ("XRANGE " + RoleEventEntry.streamOf(shard) + " - +\r\nPING\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> fields = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.equals("+PONG"); ) {
        if (!line.startsWith("$") && !line.startsWith("*")) {
          fields.add(line);
        }
        line = in.readLine();
      }
      // id, e, event, c, credential, s, signature
      for (int i = 0; i + 6 < fields.size(); i += 7) {
        String event = fields.get(i + 2);
        assertThat(KEY.signed(event, fields.get(i + 6))).isTrue();
        events.add(event);
      }
    }
    return events;
  }

  private static RoleEvent parsed(String text) {
    if (RoleEvents.parse(text) instanceof ParsedRoleEvent.Valid(RoleEvent event)) {
      return event;
    }
    throw new AssertionError("not an event: " + text);
  }

  @Test
  void eventsComeSignedAndNumberedIntoTheStreamOfTheirShard() throws Exception {
    try (RedisServer redis = Backends.newRedis(RedisSettings.standard());
        RolePublisher publisher = builder().redis(URI.create(redis.url())).serverEpoch(2).build()) {
      RoleId role = new RoleId("r1");
      assertThat(publisher.created(USER, role, 1, PICTURE).accepted()).isTrue();
      assertThat(publisher.updated(USER, role, 2, PICTURE).accepted()).isTrue();
      assertThat(publisher.loggedIn(USER, role, 2, null).accepted()).isTrue();
      assertThat(publisher.deleted(USER, role, 3, PICTURE).accepted()).isTrue();
      assertThat(publisher.flush(Duration.ofSeconds(10))).isTrue();

      List<RoleEvent> events =
          stream(redis, new Shard(7)).stream().map(RolePublisherTest::parsed).toList();
      assertThat(events)
          .extracting(RoleEvent::type)
          .containsExactly(
              RoleEvent.Type.ROLE_CREATED,
              RoleEvent.Type.ROLE_UPDATED,
              RoleEvent.Type.ROLE_LOGGED_IN,
              RoleEvent.Type.ROLE_DELETED);
      assertThat(events).extracting(event -> event.version().serverEpoch()).containsOnly(2);
      assertThat(events).extracting(RolePublisherTest::number).containsExactly(1L, 2L, 3L, 4L);
      assertThat(publisher.stats().sentByRedis()).isEqualTo(4);
      assertThatThrownBy(() -> publisher.updated(USER, role, 0, PICTURE))
          .isInstanceOf(InvalidRoleEventException.class);
    }
  }

  private static long number(RoleEvent event) {
    FeedPosition position = event.position();
    return position == null ? 0 : position.number();
  }

  @Test
  void aFullSpoolSaysSoAndAKilledRedisLosesNothing() throws Exception {
    try (RedisServer redis = Backends.newRedis(RedisSettings.standard().keepingData());
        RolePublisher publisher = builder().redis(URI.create(redis.url())).build()) {
      redis.kill9();
      int accepted = 0;
      Offer last = publisher.updated(USER, new RoleId("r"), 1, PICTURE);
      while (last.accepted()) {
        accepted++;
        last = publisher.updated(USER, new RoleId("r"), accepted + 1, PICTURE);
      }
      assertThat(accepted).isGreaterThan(100);
      int waiting = accepted;
      assertThat(last)
          .isInstanceOfSatisfying(
              Offer.SpoolFull.class,
              full -> {
                assertThat(full.waiting()).isEqualTo(waiting);
                assertThat(full.capacity() - full.bytes()).isLessThan(1_000);
              });
      await().until(() -> publisher.stats().trouble() != null);

      redis.restart();

      assertThat(publisher.flush(Duration.ofSeconds(30))).isTrue();
      Set<Long> numbers = new TreeSet<>();
      stream(redis, USER.shard()).forEach(text -> numbers.add(number(parsed(text))));
      assertThat(numbers).hasSize(accepted).contains((long) accepted);
      assertThat(publisher.updated(USER, new RoleId("r"), 9_999, PICTURE).accepted()).isTrue();
    }
  }

  /** Applies what it gets, but rejects the role "bad" and postpones "later" once. */
  private static HttpServer center(Queue<JsonNode> posted, Set<String> postponedOnce)
      throws IOException {
    HttpServer center =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    center.createContext(
        "/server/v1/role-events",
        exchange -> {
          JsonNode body = UserCenterHttp.JSON.readTree(exchange.getRequestBody());
          ObjectNode answer = UserCenterHttp.JSON.createObjectNode();
          ArrayNode results = answer.putArray("results");
          for (JsonNode event : body.path("events")) {
            String role = event.path("roleId").asString("");
            if (role.equals("bad")) {
              results.addObject().put("status", "REJECTED").put("reason", "ERASED_USER");
            } else if (role.equals("later") && postponedOnce.add(role)) {
              results.addObject().put("status", "POSTPONED");
            } else {
              posted.add(event);
              results.addObject().put("status", "APPLIED");
            }
          }
          byte[] bytes = UserCenterHttp.JSON.writeValueAsBytes(answer);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    center.start();
    return center;
  }

  @Test
  void whileRedisIsAwayHttpCarriesOn() throws Exception {
    Queue<JsonNode> posted = new ConcurrentLinkedQueue<>();
    Set<String> postponedOnce = new HashSet<>();
    HttpServer center = center(posted, postponedOnce);
    List<String> rejected = new ArrayList<>();
    try (RolePublisher publisher =
        builder()
            .redis(URI.create("redis://127.0.0.1:1"))
            .userCenter(URI.create("http://127.0.0.1:" + center.getAddress().getPort()))
            .onRejected((event, reason, detail) -> rejected.add(reason))
            .build()) {
      for (String role : List.of("good", "bad", "later")) {
        assertThat(publisher.created(USER, new RoleId(role), 1, PICTURE).accepted()).isTrue();
      }

      assertThat(publisher.flush(Duration.ofSeconds(20))).isTrue();

      assertThat(posted)
          .extracting(event -> event.path("roleId").asString(""))
          .containsExactlyInAnyOrder("good", "later");
      assertThat(rejected).containsExactly("ERASED_USER");
      assertThat(publisher.stats().sentByHttp()).isEqualTo(2);
    } finally {
      center.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoHearsOfRejectedEventsMayFail(boolean withAnError) throws Exception {
    Queue<JsonNode> posted = new ConcurrentLinkedQueue<>();
    HttpServer center = center(posted, new HashSet<>());
    try (RolePublisher publisher =
        builder()
            .userCenter(URI.create("http://127.0.0.1:" + center.getAddress().getPort()))
            .onRejected(
                (event, reason, detail) -> {
                  if (withAnError) {
                    throw new NoClassDefFoundError("of the game");
                  }
                  throw new IllegalStateException("of the game");
                })
            .build()) {
      assertThat(publisher.created(USER, new RoleId("bad"), 1, PICTURE).accepted()).isTrue();
      assertThat(publisher.flush(Duration.ofSeconds(20))).isTrue();
      assertThat(publisher.created(USER, new RoleId("good"), 1, PICTURE).accepted()).isTrue();
      assertThat(publisher.flush(Duration.ofSeconds(20))).isTrue();

      assertThat(posted).hasSize(1);
      assertThat(publisher.stats().rejected()).isEqualTo(1);
      assertThat(publisher.stats().trouble()).isNull();
    } finally {
      center.stop(0);
    }
  }

  @Test
  void anErrorDoesNotEndTheSendingAndIsLoggedOnce() throws Exception {
    Queue<LogRecord> logged = new ConcurrentLinkedQueue<>();
    Handler handler = gathering(logged);
    Logger logger = Logger.getLogger(RolePublisher.class.getName());
    logger.addHandler(handler);
    try (RedisServer redis = Backends.newRedis(RedisSettings.standard().keepingData());
        RolePublisher publisher = builder().redis(URI.create(redis.url())).build();
        RandomAccessFile spool =
            new RandomAccessFile(folder.resolve("role-events.spool").toFile(), "rw")) {
      redis.kill9();
      for (int revision = 1; revision <= 40; revision++) {
        assertThat(publisher.updated(USER, new RoleId("r"), revision, PICTURE).accepted()).isTrue();
      }
      byte[] all = new byte[1 << 16];
      spool.readFully(all);
      spool.setLength(4_096); // reading behind it is an InternalError
      await().until(() -> String.valueOf(publisher.stats().trouble()).contains("InternalError"));
      await().pollDelay(Duration.ofSeconds(2)).until(() -> true); // more than one attempt
      assertThat(logged)
          .filteredOn(entry -> entry.getLevel().equals(Level.SEVERE))
          .singleElement()
          .satisfies(entry -> assertThat(entry.getThrown()).isInstanceOf(InternalError.class));

      spool.seek(0);
      spool.write(all);
      redis.restart();

      assertThat(publisher.flush(Duration.ofSeconds(30))).isTrue();
      assertThat(stream(redis, USER.shard())).hasSize(40);
      await().until(() -> publisher.stats().trouble() == null);
    } finally {
      logger.removeHandler(handler);
    }
  }

  private static Handler gathering(Queue<LogRecord> into) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        into.add(entry);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static HttpServer refusing(int status, String type, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  @ParameterizedTest
  @CsvSource({
    "400, text/html, <html>400 Bad Request</html>",
    "413, text/html, <html>413 Request Entity Too Large</html>",
    "422, application/json, {}",
    "400, application/json, {\"code\":7}",
    "400, text/plain, ''",
  })
  void whatSomebodyInBetweenRefusesIsKept(int status, String type, String body) throws Exception {
    HttpServer between = refusing(status, type, body);
    try (RolePublisher publisher =
        builder()
            .userCenter(URI.create("http://127.0.0.1:" + between.getAddress().getPort()))
            .build()) {
      for (int revision = 1; revision <= 3; revision++) {
        assertThat(publisher.updated(USER, new RoleId("r"), revision, PICTURE).accepted()).isTrue();
      }
      await().until(() -> publisher.stats().trouble() != null);

      assertThat(publisher.stats().trouble()).contains("answered " + status);
      assertThat(publisher.stats().rejected()).isZero();
      assertThat(publisher.stats().waiting()).isEqualTo(3);
    } finally {
      between.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/problem+json, {}",
    "application/problem+json;charset=UTF-8, {}",
    "application/json, {\"code\":\"INVALID_REQUEST\"}",
  })
  void whatTheUserCenterRefusesIsRejected(String type, String body) throws Exception {
    HttpServer center = refusing(400, type, body);
    Queue<String> rejected = new ConcurrentLinkedQueue<>();
    try (RolePublisher publisher =
        builder()
            .userCenter(URI.create("http://127.0.0.1:" + center.getAddress().getPort()))
            .onRejected((event, reason, detail) -> rejected.add(reason))
            .build()) {
      assertThat(publisher.updated(USER, new RoleId("r"), 1, PICTURE).accepted()).isTrue();
      assertThat(publisher.flush(Duration.ofSeconds(20))).isTrue();

      assertThat(rejected).containsExactly("REFUSED");
    } finally {
      center.stop(0);
    }
  }

  @Test
  void whatAKilledProcessHadAcceptedIsSentByItsSuccessor() throws Exception {
    try (RedisServer redis = Backends.newRedis(RedisSettings.standard())) {
      int acceptedAtLeast = 0;
      for (int round = 0; round < 3; round++) {
        Path out = folder.resolve("accepted-" + round);
        Process process = start(redis, out);
        int enough = 700 + 400 * round;
        await().atMost(Duration.ofSeconds(60)).until(() -> lines(out) > enough);
        process.destroyForcibly().waitFor(); // kill -9
        acceptedAtLeast += lines(out);
      }
      try (RolePublisher successor =
          builder().spoolBytes(1 << 20).redis(URI.create(redis.url())).build()) {
        assertThat(successor.flush(Duration.ofSeconds(30))).isTrue();
      }
      long sent = 0;
      for (int shard = 0; shard < Spool.SHARDS; shard++) {
        Set<Long> numbers = new TreeSet<>();
        stream(redis, new Shard(shard)).forEach(text -> numbers.add(number(parsed(text))));
        // None is missing: 1, 2, 3... up to the last one.
        assertThat(numbers).hasSize(numbers.isEmpty() ? 0 : (int) max(numbers));
        sent += numbers.size();
      }
      assertThat(sent).isGreaterThanOrEqualTo(acceptedAtLeast);
    }
  }

  private static long max(Set<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  /** Each was printed after the event was accepted; the last one may be cut short. */
  private static int lines(Path out) throws IOException {
    return (int) Files.readString(out).chars().filter(c -> c == '\n').count();
  }

  private Process start(RedisServer redis, Path out) throws IOException {
    return new ProcessBuilder(
            ThisJvm.java(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            ThisJvm.classPath(),
            PublishingProcess.class.getName(),
            folder.toString(),
            redis.url(),
            "1000000")
        .redirectOutput(out.toFile())
        .redirectError(new File("target/publishing-process.log"))
        .start();
  }

  @Test
  void whatIsNotSetIsNamed() {
    assertThatThrownBy(() -> RolePublisher.builder().build()).hasMessage("set serverId");
    assertThatThrownBy(() -> builder().build()).hasMessage("set redis, userCenter or both");
  }
}
