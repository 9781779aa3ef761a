package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Drills with the signing keys, over two instances and verifiers of game servers, under load. */
class SigningKeysTest {
  private static final String[] SETTINGS = {
    "usercenter.signing-keys.reload=200ms", "usercenter.signing-keys.publish-ahead=12s"
  };

  private static Usercenter one;
  private static Usercenter two;

  @BeforeAll
  static void start() {
    one = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
    two = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  @Test
  void aRotationIsNoticedByNobody() throws Exception {
    try (TokenVerifier verifier = verifier(one);
        Load load = new Load(verifier)) {
      for (int round = 0; round < 2; round++) {
        String before = signing();
        Answer next = post("/admin/v1/keys:rotate", "drill").expect(200);
        assertThat(next.text("/status")).isEqualTo("NEXT");
        assertThat(next.text("/kid")).isNotEqualTo(before);
        Eventually.holds(
            "the next key signs",
            Duration.ofSeconds(40),
            () -> kidOf(load.fresh(one)).equals(next.text("/kid")));
        Eventually.holds(
            "in the other instance too",
            Duration.ofSeconds(20),
            () -> kidOf(load.fresh(two)).equals(next.text("/kid")));
        assertThat(keys("PAST")).contains(before);
        assertThat(keys("SIGNING")).containsExactly(next.text("/kid"));
        Eventually.holds(
            "another one waits", Duration.ofSeconds(20), () -> keys("NEXT").size() == 1);
      }
      assertThat(load.stop()).as("wrongly refused").isEmpty();
      System.out.printf("two rotations: %d checks, 0 refused%n", load.checks.get());
    }
  }

  @Test
  void theTokensOfACompromisedKeyEndEverywhereAndPlayersGoOn() throws Exception {
    try (TokenVerifier verifier = verifier(two);
        Load load = new Load(verifier)) {
      Answer login = one.players().register(Names.fresh()).expect(201);
      String token = login.text("/accessToken");
      Eventually.holds(
          "the verifier knows the key",
          Duration.ofSeconds(20),
          () -> verifier.verify(token) instanceof Verification.Verified);
      String stolen = kidOf(token);
      assertThat(keys("SIGNING")).containsExactly(stolen);

      Answer gone = post("/admin/v1/keys/" + stolen + ":compromise", "laptop lost").expect(200);

      assertThat(gone.text("/status")).isEqualTo("COMPROMISED");
      Eventually.holds(
          "refused by both instances and the verifier",
          Duration.ofSeconds(20),
          () ->
              !active(one, token)
                  && !active(two, token)
                  && verifier
                      .verify(token)
                      .equals(new Verification.Rejected(RejectionReason.UNKNOWN_KEY)));
      assertThat(one.players().get("/.well-known/jwks.json").expect(200).body())
          .doesNotContain(stolen);
      Eventually.holds(
          "no instance signs with it",
          Duration.ofSeconds(20),
          () -> !kidOf(load.fresh(one)).equals(stolen) && !kidOf(load.fresh(two)).equals(stolen));
      Answer refreshed = two.players().refresh(login.text("/refreshToken")).expect(200);
      assertThat(active(one, refreshed.text("/accessToken"))).isTrue();
      Eventually.holds(
          "the verifier takes the new token",
          Duration.ofSeconds(20),
          () -> verifier.verify(refreshed.text("/accessToken")) instanceof Verification.Verified);
      assertThat(post("/admin/v1/keys/" + stolen + ":compromise", "again").expect(200).text("/kid"))
          .isEqualTo(stolen);
      load.stop();
    }
  }

  @Test
  void aKeyThatDoesNotExistIsNotFound() {
    post("/admin/v1/keys/nokey:compromise", "x").expectProblem(404, "NOT_FOUND");
    post("/admin/v1/keys:rotate", " ").expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void whoMayOnlyLookRotatesNothing() {
    one.players().post("/admin/v1/keys:rotate", Map.of("reason", "x")).expect(404);
    one.inside()
        .post("/admin/v1/keys:rotate", Map.of("reason", "x"))
        .expectProblem(401, "CREDENTIALS_MISSING");
  }

  private static Answer post(String path, String reason) {
    return one.operator().post(path, Map.of("reason", reason));
  }

  private static String signing() {
    return keys("SIGNING").getFirst();
  }

  private static List<String> keys(String status) {
    return one.operator()
        .get("/admin/v1/keys")
        .expect(200)
        .json()
        .at("/keys")
        .valueStream()
        .filter(key -> key.at("/status").stringValue().equals(status))
        .map(key -> key.at("/kid").stringValue())
        .toList();
  }

  private static boolean active(Usercenter instance, String token) {
    return instance
        .gameServer("*")
        .introspect(token)
        .expect(200)
        .json()
        .at("/active")
        .booleanValue();
  }

  private static String kidOf(String token) {
    String header =
        new String(
            Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))),
            StandardCharsets.UTF_8);
    return Client.JSON.readTree(header).at("/kid").stringValue();
  }

  private static TokenVerifier verifier(Usercenter at) throws InterruptedException {
    TokenVerifier verifier =
        GameServers.verifier(at)
            .keyRefresh(Duration.ofSeconds(10)) // shorter than a key is published ahead
            .build();
    assertThat(verifier.awaitReady(Duration.ofSeconds(20))).isTrue();
    return verifier;
  }

  /** Players who refresh at either instance, and have their tokens checked at the others. */
  private static final class Load implements AutoCloseable {
    private static final int PLAYERS = 4;

    final AtomicInteger checks = new AtomicInteger();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean go = new AtomicBoolean(true);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> players = new ArrayList<>();

    Load(TokenVerifier verifier) {
      Client checker = two.gameServer("*");
      for (int i = 0; i < PLAYERS; i++) {
        players.add(threads.submit(() -> play(verifier, checker)));
      }
    }

    private void play(TokenVerifier verifier, Client checker) {
      Answer tokens = one.players().register(Names.fresh()).expect(201);
      for (int round = 0; go.get(); round++) {
        String token = tokens.text("/accessToken");
        if (!(verifier.verify(token) instanceof Verification.Verified)) {
          refused.add("verifier: " + verifier.verify(token));
        }
        Answer answer = checker.introspect(token).expect(200);
        if (!answer.json().at("/active").booleanValue()) {
          refused.add("instance: " + answer.body());
        }
        checks.addAndGet(2);
        Client next = (round % 2 == 0 ? two : one).players();
        tokens = next.refresh(tokens.text("/refreshToken")).expect(200);
      }
    }

    /** A token that this instance signs now. */
    String fresh(Usercenter instance) {
      return instance.players().register(Names.fresh()).expect(201).text("/accessToken");
    }

    Queue<String> stop() throws Exception {
      go.set(false);
      for (Future<?> player : players) {
        player.get();
      }
      return refused;
    }

    @Override
    public void close() {
      go.set(false);
      threads.close();
    }
  }
}
