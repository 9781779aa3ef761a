package io.usercenter.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.ServerTicket;
import io.usercenter.token.TicketVerification.Rejected;
import io.usercenter.token.TicketVerification.Verified;
import io.usercenter.token.TicketVerifier;
import io.usercenter.token.TokenVerifier;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Server tickets from the player's wish to the game server's check, over two instances and the
 * verifiers of game servers. Every test has game servers of its own. Tickets may be used more than
 * once here, since those that one player gets within a second are the same.
 */
class TicketsTest {
  private static final String[] SETTINGS = {
    "usercenter.tickets.reload=200ms",
    "usercenter.tickets.publish-ahead=12s",
    "usercenter.tickets.single-use=false",
    "usercenter.limits.player=1000000/1m"
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
  void aTicketLetsThePlayerIntoOneServer() throws Exception {
    String server = Names.fresh();
    try (TokenVerifier verifier = verifier(one)) {
      TicketVerifier tickets = opened(verifier, server);
      Answer login = one.players().register(Names.fresh()).expect(201);

      Answer minted = mint(one, login, server).expect(200);

      assertThat(minted.header("Cache-Control")).isEqualTo("no-store");
      assertThat(minted.text("/ticket")).hasSize(64);
      assertThat(minted.text("/serverId")).isEqualTo(server);
      Instant expiresAt = Instant.parse(minted.text("/expiresAt"));
      assertThat(tickets.verify(minted.text("/ticket")))
          .isInstanceOfSatisfying(
              Verified.class,
              entry -> {
                ServerTicket ticket = entry.ticket();
                assertThat(ticket.userId()).hasToString(login.text("/account/userId"));
                assertThat(ticket.expiresAt()).isEqualTo(expiresAt);
                assertThat(Duration.between(ticket.issuedAt(), expiresAt))
                    .isEqualTo(Duration.ofMinutes(1));
                assertThat(ticket.singleUse()).isFalse();
                assertThat(Long.toString(ticket.sessionId())).isEqualTo(session(login));
              });
      assertThat(opened(verifier, Names.fresh()).verify(minted.text("/ticket")))
          .isEqualTo(new Rejected(RejectionReason.WRONG_AUDIENCE));
    }
  }

  @Test
  void aTicketIsForOneUseWhereNothingElseIsSet() throws Exception {
    String server = Names.fresh();
    try (Usercenter plain = Usercenter.start(Backends.mysql(), Backends.redis());
        TokenVerifier verifier = verifier(plain)) {
      TicketVerifier tickets = opened(verifier, server);
      Answer login = plain.players().register(Names.fresh()).expect(201);
      Queue<String> used = new ConcurrentLinkedQueue<>();
      Eventually.holds(
          "a ticket of a second after the verifier's start is accepted",
          Duration.ofSeconds(20),
          () -> {
            String ticket = mint(plain, login, server).expect(200).text("/ticket");
            used.add(ticket);
            return tickets.verify(ticket) instanceof Verified;
          });
      for (String ticket : used) {
        assertThat(tickets.verify(ticket)).isEqualTo(new Rejected(RejectionReason.ALREADY_USED));
      }
    }
  }

  @Test
  void aServerIsUnknownUntilItAsksForItsKeys() {
    String server = Names.fresh();
    Answer login = one.players().register(Names.fresh()).expect(201);
    mint(one, login, server).expectProblem(404, "SERVER_UNKNOWN");
    mint(two, login, server).expectProblem(404, "SERVER_UNKNOWN");
    admin("/ticket-keys:rotate", server).expectProblem(404, "SERVER_UNKNOWN");
    one.operator()
        .get("/admin/v1/servers/" + server + "/ticket-keys")
        .expectProblem(404, "SERVER_UNKNOWN");

    keys(one.gameServer(server), server).expect(200);

    mint(one, login, server).expect(200);
    Eventually.holds(
        "the other instance knows it",
        Duration.ofSeconds(10),
        () -> mint(two, login, server).status() == 200);
  }

  @Test
  void theFirstKeysAreMadeOnceWhoeverAsksFirst() throws Exception {
    String server = Names.fresh();
    List<Client> servers =
        List.of(one.gameServer(server), two.gameServer(server, "other"), one.gameServer("*"));
    Set<String> answers =
        Parallel.run(24, i -> keys(servers.get(i % 3), server).expect(200).body()).stream()
            .collect(Collectors.toSet());
    // Whoever came between the two inserts has heard of the first key only.
    Answer after = keys(servers.getFirst(), server).expect(200);
    assertThat(answers).contains(after.body());
    assertThat(answers.size()).isLessThanOrEqualTo(2);
    assertThat(after.header("Cache-Control")).isEqualTo("no-store");
    assertThat(after.json().at("/keys").size()).isEqualTo(2);
    assertThat(after.json().at("/keys/0/epoch").intValue()).isZero();
    assertThat(after.text("/keys/0/mintsFrom")).isNotBlank();
    assertThat(after.json().at("/keys/0").has("acceptUntil")).isFalse();
    assertThat(after.json().at("/keys/1/epoch").intValue()).isEqualTo(1);
    assertThat(after.json().at("/keys/1").has("mintsFrom")).as("waits for its turn").isFalse();
    assertThat(Base64.getUrlDecoder().decode(after.text("/keys/0/key"))).hasSize(32);
    assertThat(after.text("/keys/0/key")).isNotEqualTo(after.text("/keys/1/key"));
  }

  @Test
  void onlyTheServersOwnCredentialGetsItsKeys() {
    String server = Names.fresh();
    keys(one.gameServer(server), server).expect(200);
    keys(one.gameServer("another", "third"), server).expectProblem(403, "SERVER_NOT_GRANTED");
    keys(one.players(), server).expectProblem(401, "CREDENTIALS_MISSING");
    keys(one.players().basic("gs_AAAAAAAAAAAA", "x"), server)
        .expectProblem(401, "WRONG_SERVICE_CREDENTIAL");
    keys(one.gameServer("*"), "no%20server").expectProblem(400, "MALFORMED_REQUEST");
    one.gameServer("*").get("/server/v1/ticket-keys").expectProblem(400, "MALFORMED_REQUEST");
    Answer login = one.players().register(Names.fresh()).expect(201);
    keys(one.players().bearer(login.text("/accessToken")), server)
        .expectProblem(401, "CREDENTIALS_MISSING");
  }

  @Test
  void aTicketNeedsAPlayerAndAServerId() {
    Answer login = one.players().register(Names.fresh()).expect(201);
    mint(one, login, "no server").expectProblem(400, "VALIDATION_FAILED");
    one.players()
        .bearer(login.text("/accessToken"))
        .post("/v1/tickets", Map.of())
        .expectProblem(400, "VALIDATION_FAILED");
    one.players()
        .post("/v1/tickets", Map.of("serverId", "s1"))
        .expectProblem(401, "CREDENTIALS_MISSING");
  }

  @Test
  void rotationsAreNoticedByNobody() throws Exception {
    String server = Names.fresh();
    try (TokenVerifier atOne = verifier(one);
        TokenVerifier atTwo = verifier(two);
        Load load = new Load(server, opened(atOne, server), opened(atTwo, server))) {
      for (int round = 0; round < 2; round++) {
        int before = minting(server);
        Answer next = admin("/ticket-keys:rotate", server).expect(200);
        assertThat(next.text("/status")).isEqualTo("NEXT");
        assertThat(next.json().at("/epoch").intValue()).isEqualTo(before + 1);
        assertThat(Instant.parse(next.text("/mintsFrom"))).isAfter(Instant.now());
        assertThat(admin("/ticket-keys:rotate", server).expect(200).body())
            .as("done again it changes nothing")
            .isEqualTo(next.body());
        Eventually.holds(
            "tickets of the next key come from both instances",
            Duration.ofSeconds(40),
            () -> load.epochs(one).contains(before + 1) && load.epochs(two).contains(before + 1));
        assertThat(minting(server)).isEqualTo(before + 1);
        assertThat(statuses(server)).containsEntry(before, "PAST");
        Eventually.holds(
            "another key waits",
            Duration.ofSeconds(20),
            () -> "NEXT".equals(statuses(server).get(before + 2)));
      }
      assertThat(load.stop()).as("wrongly refused").isEmpty();
      System.out.printf("two rotations: %d tickets checked, 0 refused%n", load.checks.get());
    }
  }

  @Test
  void theTicketsOfACompromisedKeyEndEverywhereAndPlayersGetOthers() throws Exception {
    String server = Names.fresh();
    try (TokenVerifier atOne = verifier(one);
        TokenVerifier atTwo = verifier(two)) {
      List<TicketVerifier> verifiers = List.of(opened(atOne, server), opened(atTwo, server));
      Answer login = one.players().register(Names.fresh()).expect(201);
      String ticket = mint(one, login, server).expect(200).text("/ticket");
      assertThat(verifiers).allMatch(v -> v.verify(ticket) instanceof Verified);
      int stolen = epochOf(ticket);
      assertThat(minting(server)).isEqualTo(stolen);

      Answer gone = admin("/ticket-keys/" + stolen + ":compromise", server).expect(200);

      assertThat(gone.text("/status")).isEqualTo("COMPROMISED");
      for (TicketVerifier verifier : verifiers) {
        Eventually.holds(
            "it is refused",
            Duration.ofSeconds(10),
            () -> verifier.verify(ticket).equals(new Rejected(RejectionReason.UNKNOWN_KEY)));
      }
      for (Usercenter instance : List.of(one, two)) {
        Eventually.holds(
            "no instance makes tickets with it, and the others are accepted",
            Duration.ofSeconds(20),
            () -> {
              String fresh = mint(instance, login, server).expect(200).text("/ticket");
              return epochOf(fresh) != stolen
                  && verifiers.stream().allMatch(v -> v.verify(fresh) instanceof Verified);
            });
        assertThat(keys(instance.gameServer(server), server).expect(200).json().at("/keys"))
            .noneMatch(key -> key.at("/epoch").intValue() == stolen);
      }
      assertThat(verifiers)
          .allMatch(v -> v.verify(ticket).equals(new Rejected(RejectionReason.UNKNOWN_KEY)));
      assertThat(statuses(server)).containsEntry(stolen, "COMPROMISED");
      assertThat(minting(server)).isEqualTo(stolen + 1);
      admin("/ticket-keys/" + stolen + ":compromise", server).expect(200);
      assertThat(minting(server)).as("a second time changes nothing").isEqualTo(stolen + 1);
    }
  }

  @Test
  void aWaitingKeyMayBeCompromisedToo() {
    String server = Names.fresh();
    keys(one.gameServer(server), server).expect(200);
    admin("/ticket-keys/1:compromise", server).expect(200);
    assertThat(minting(server)).isZero();
    assertThat(statuses(server)).containsEntry(1, "COMPROMISED").containsEntry(2, "NEXT");
    admin("/ticket-keys/9:compromise", server).expectProblem(404, "NOT_FOUND");
    admin("/ticket-keys/x:compromise", server).expectProblem(400, "MALFORMED_REQUEST");
  }

  @Test
  void operatorsSeeNoKeysAndNobodyElseTouchesThem() {
    String server = Names.fresh();
    Answer delivered = keys(one.gameServer(server), server).expect(200);
    String path = "/admin/v1/servers/" + server + "/ticket-keys";
    assertThat(one.operator().get(path).expect(200).body())
        .doesNotContain(delivered.text("/keys/0/key"), delivered.text("/keys/1/key"));
    one.inside().get(path).expectProblem(401, "CREDENTIALS_MISSING");
    one.players().get(path).expect(404);
    one.operator()
        .post(path + ":rotate", Map.of("reason", " "))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void whatOperatorsDoWithKeysIsOnRecordAndTheKeysAreNot() throws SQLException {
    String server = Names.fresh();
    admin("/ticket-keys:rotate", server).expect(404);
    Answer delivered = keys(one.gameServer(server), server).expect(200);
    admin("/ticket-keys:rotate", server).expect(200);
    admin("/ticket-keys/0:compromise", server).expect(200);
    List<String> record = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(Backends.mysql().jdbcUrl("usercenter_admin"), "root", "");
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT action, outcome, detail FROM usercenter_audit.entry JOIN audit_note USING"
                    + " (audit_id) WHERE detail LIKE ? ORDER BY audit_id")) {
      select.setString(1, server + "%");
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          record.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
        }
      }
    }
    assertThat(record)
        .containsExactly(
            "ROTATE_TICKET_KEY INTENDED " + server + ": drill",
            "ROTATE_TICKET_KEY SERVER_UNKNOWN " + server + ": drill",
            "ROTATE_TICKET_KEY INTENDED " + server + ": drill",
            "ROTATE_TICKET_KEY DONE " + server + ": drill",
            "COMPROMISE_TICKET_KEY INTENDED " + server + " 0: drill",
            "COMPROMISE_TICKET_KEY DONE " + server + " 0: drill");
    assertThat(record.toString()).doesNotContain(delivered.text("/keys/0/key"));
  }

  @Test
  void aBanOfTheServerRefusesItsTicketsOnly() {
    String banned = Names.fresh();
    String other = Names.fresh();
    Client gameServer = one.gameServer("*");
    keys(gameServer, banned).expect(200);
    keys(gameServer, other).expect(200);
    Answer login = one.players().register(Names.fresh()).expect(201);
    Instant until = Instant.now().plusSeconds(3600);
    Answer ban =
        one.operator()
            .post(
                "/admin/v1/bans",
                Map.of(
                    "userId",
                    login.text("/account/userId"),
                    "scope",
                    "SERVER",
                    "target",
                    banned,
                    "reasonCode",
                    "CHEATING",
                    "message",
                    "You cheated here.",
                    "until",
                    until.toString()))
            .expect(201);

    for (Usercenter instance : List.of(one, two)) {
      Answer refused = mint(instance, login, banned).expectProblem(403, "ACCOUNT_BANNED");
      assertThat(refused.text("/detail")).isEqualTo("You cheated here.");
      assertThat(refused.text("/reasonCode")).isEqualTo("CHEATING");
      assertThat(refused.text("/scope")).isEqualTo("SERVER");
      assertThat(Duration.between(until, Instant.parse(refused.text("/until"))).abs())
          .isLessThan(Duration.ofMillis(1));
    }
    mint(one, login, other).expect(200);
    one.operator().post("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of()).expect(200);
    mint(two, login, banned).expect(200);
  }

  @Test
  void aBanAfterMintingIsRefusedByWhoFollowsTheFeed() throws Exception {
    String server = Names.fresh();
    try (TokenVerifier verifier = verifier(two)) {
      TicketVerifier tickets = opened(verifier, server);
      Answer login = one.players().register(Names.fresh()).expect(201);
      String ticket = mint(one, login, server).expect(200).text("/ticket");
      assertThat(tickets.verify(ticket)).isInstanceOf(Verified.class);
      one.operator()
          .post(
              "/admin/v1/bans",
              Map.of("userId", login.text("/account/userId"), "reasonCode", "CHEATING"))
          .expect(201);
      Eventually.holds(
          "the ticket is refused",
          Duration.ofSeconds(10),
          () -> tickets.verify(ticket).equals(new Rejected(RejectionReason.BANNED)));
      Eventually.holds(
          "he gets no other",
          Duration.ofSeconds(10),
          () -> mint(two, login, server).status() == 401);
      assertThat(mint(two, login, server).expectProblem(401, "TOKEN_REJECTED").text("/reason"))
          .isEqualTo("BANNED");
    }
  }

  @Test
  void aLogoutEndsTheTicketOfTheSession() throws Exception {
    String server = Names.fresh();
    try (TokenVerifier verifier = verifier(one)) {
      TicketVerifier tickets = opened(verifier, server);
      Answer login = one.players().register(Names.fresh()).expect(201);
      String ticket = mint(two, login, server).expect(200).text("/ticket");
      assertThat(tickets.verify(ticket)).isInstanceOf(Verified.class);
      one.players().bearer(login.text("/accessToken")).delete("/v1/sessions/current").expect(204);
      Eventually.holds(
          "the ticket is refused",
          Duration.ofSeconds(10),
          () -> tickets.verify(ticket).equals(new Rejected(RejectionReason.REVOKED)));
    }
  }

  private static Answer mint(Usercenter instance, Answer login, String server) {
    return instance
        .players()
        .bearer(login.text("/accessToken"))
        .post("/v1/tickets", Map.of("serverId", server));
  }

  private static String session(Answer login) {
    return one.players()
        .bearer(login.text("/accessToken"))
        .get("/v1/sessions")
        .expect(200)
        .text("/current");
  }

  private static Answer keys(Client gameServer, String server) {
    return gameServer.get("/server/v1/ticket-keys?serverId=" + server);
  }

  private static Answer admin(String what, String server) {
    return one.operator().post("/admin/v1/servers/" + server + what, Map.of("reason", "drill"));
  }

  private static Map<Integer, String> statuses(String server) {
    return one.operator()
        .get("/admin/v1/servers/" + server + "/ticket-keys")
        .expect(200)
        .json()
        .at("/keys")
        .valueStream()
        .collect(
            Collectors.toMap(
                key -> key.at("/epoch").intValue(), key -> key.at("/status").stringValue()));
  }

  private static int minting(String server) {
    List<Integer> minting =
        statuses(server).entrySet().stream()
            .filter(key -> key.getValue().equals("MINTING"))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(minting).hasSize(1);
    return minting.getFirst();
  }

  private static int epochOf(String ticket) {
    return Base64.getUrlDecoder().decode(ticket)[1] & 255;
  }

  /** Checks the tickets of a game server, which is known from then on. */
  private static TicketVerifier opened(TokenVerifier verifier, String server) {
    TicketVerifier tickets = verifier.tickets(server);
    Eventually.holds(
        "the server is known",
        Duration.ofSeconds(10),
        () ->
            one.operator().get("/admin/v1/servers/" + server + "/ticket-keys").status() == 200
                && statuses(server).containsValue("NEXT"));
    return tickets;
  }

  private static TokenVerifier verifier(Usercenter at) throws InterruptedException {
    Answer credential =
        one.operator()
            .post("/admin/v1/service-credentials", Map.of("name", "v", "serverIds", List.of("*")))
            .expect(201);
    TokenVerifier verifier =
        TokenVerifier.builder()
            .issuer("http://127.0.0.1:8080")
            .address(at.players().base())
            .audience("games")
            .keyRefresh(Duration.ofSeconds(10)) // shorter than a key is delivered ahead
            .serviceCredential(credential.text("/credentialId"), credential.text("/secret"))
            .build();
    assertThat(verifier.awaitReady(Duration.ofSeconds(20))).isTrue();
    return verifier;
  }

  /** Players who get tickets at both instances and enter at either verifier. */
  private static final class Load implements AutoCloseable {
    private static final int PLAYERS = 4;

    final AtomicInteger checks = new AtomicInteger();
    private final String server;
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final Map<Usercenter, Queue<Integer>> seen =
        Map.of(one, new ConcurrentLinkedQueue<>(), two, new ConcurrentLinkedQueue<>());
    private final AtomicBoolean go = new AtomicBoolean(true);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> players = new ArrayList<>();

    Load(String server, TicketVerifier... verifiers) {
      this.server = server;
      for (int i = 0; i < PLAYERS; i++) {
        players.add(threads.submit(() -> play(verifiers)));
      }
    }

    private void play(TicketVerifier... verifiers) {
      Answer login = one.players().register(Names.fresh()).expect(201);
      while (go.get()) {
        for (Usercenter instance : List.of(one, two)) {
          String ticket = mint(instance, login, server).expect(200).text("/ticket");
          requireNonNull(seen.get(instance)).add(epochOf(ticket));
          for (TicketVerifier verifier : verifiers) {
            if (!(verifier.verify(ticket) instanceof Verified)) {
              refused.add(epochOf(ticket) + ": " + verifier.verify(ticket));
            }
            checks.incrementAndGet();
          }
        }
      }
    }

    /** Of the keys whose tickets this instance has given. */
    Set<Integer> epochs(Usercenter instance) {
      return new TreeSet<>(requireNonNull(seen.get(instance)));
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
