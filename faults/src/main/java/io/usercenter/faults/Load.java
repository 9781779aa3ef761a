package io.usercenter.faults;

import io.usercenter.id.UserId;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Callers who register, log in, refresh, check, ban, and tell what happens to characters. Each has
 * players of his own and does one thing at a time, so he knows which answer is right. A request
 * that failed is sent again to another instance, as clients do, until it is answered.
 */
final class Load implements AutoCloseable {
  static final String PASSWORD = "correct horse battery staple";
  static final String SERVER = "s1";

  /** A member of a character that no version here knows: it is to be kept for those that will. */
  static final String NEWER = "ofTheNextVersion";

  /** How long after its acknowledgement a ban may be overlooked by a check: docs/intentional.md. */
  private static final long REVOKED_WITHIN = TimeUnit.SECONDS.toNanos(1);

  /** Well below the shortest life of an access token. */
  private static final long TOKEN_USED_FOR = TimeUnit.MINUTES.toNanos(10);

  /**
   * A request that was given up may still be worked on. Were its session refreshed twice meanwhile,
   * it would look like the replay of a stolen token.
   */
  private static final long LATE_WITHIN = TimeUnit.SECONDS.toNanos(20);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
  private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(3);
  private static final Duration LEFT_ALONE_FOR = Duration.ofSeconds(10);
  private static final int PLAYERS_IN_USE = 50;

  /**
   * How much of what.
   *
   * @param callers at once
   * @param think how long a caller waits after each thing, on average
   * @param registrations of 1000 things; a tenth of them is banned later
   */
  record Mix(int callers, Duration think, int registrations) {}

  private final Http http = new Http();
  private final List<Node> instances;
  private final Credentials credentials;
  private final Mix mix;
  private final ConcurrentHashMap<UserId, Player> players = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Node, Long> stopping = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> callers = new ArrayList<>();
  private volatile Tally tally = new Tally();
  private volatile boolean over;

  /**
   * Who may ask what.
   *
   * @param operator the value of {@code Authorization} of who may ban
   * @param gameServer that of a service credential for all servers
   */
  record Credentials(String operator, String gameServer) {}

  /** Starts to call. */
  Load(List<Node> instances, Credentials credentials, Mix mix, long seed) {
    this.instances = List.copyOf(instances);
    this.credentials = credentials;
    this.mix = mix;
    for (int i = 0; i < mix.callers(); i++) {
      Caller caller = new Caller(i, seed + i);
      callers.add(threads.submit(caller::run));
    }
  }

  /** Counts anew, and gives what was counted from now on. */
  Tally begin() {
    Tally next = new Tally();
    tally = next;
    return next;
  }

  /** All players that were acknowledged. */
  Collection<Player> players() {
    return players.values();
  }

  Http http() {
    return http;
  }

  /**
   * Whether a player gets in, or is kept out when he is banned, or either while he is being banned;
   * asks until it is told one of these.
   */
  boolean isAsAcknowledged(Player player, Random random) {
    boolean banned = player.isBanned();
    Tally unused = new Tally();
    Http.Answer answer = answered(random, () -> unused, at -> login(at, player.name()));
    boolean in =
        answer.status() == 200 && answer.text("/account/userId").equals(player.id().toString());
    boolean out = answer.status() == 403 && answer.text("/code").equals("ACCOUNT_BANNED");
    return banned ? out : in || (out && player.isToBeBanned());
  }

  /** Stops calling; fails when a caller has failed. */
  @Override
  public void close() {
    over = true;
    for (Future<?> caller : callers) {
      try {
        caller.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a caller failed", e.getCause());
      }
    }
    threads.close();
  }

  private static HttpRequest.Builder login(Node at, String name) {
    return Http.post(
        at.base() + "/v1/sessions",
        Map.of("grant", "password", "username", name, "password", PASSWORD));
  }

  /** A balancer sees by its readiness that an instance is about to stop. */
  private boolean isStopping(Node node) {
    Long since = stopping.get(node);
    return since != null && Waiting.since(since).compareTo(LEFT_ALONE_FOR) < 0;
  }

  /** Sends until there is an answer that is neither a failure nor "come again". */
  private Http.Answer answered(
      Random random, Supplier<Tally> current, Function<Node, HttpRequest.Builder> request) {
    long start = System.nanoTime();
    for (int attempt = random.nextInt(instances.size()); ; attempt++) {
      Node at = instances.get(attempt % instances.size());
      if (isStopping(at)) {
        at = instances.get((attempt + 1) % instances.size());
      }
      HttpRequest.Builder built = request.apply(at);
      Tally counted = current.get();
      counted.sent();
      Http.Fate fate = http.send(built);
      if (fate instanceof Http.Answer answer && answer.last()) {
        stopping.put(at, System.nanoTime());
      }
      counted.answered();
      switch (fate) {
        case Http.Answer answer when answer.status() == 503 || answer.status() == 429 ->
            counted.busy(answer.toString());
        case Http.Answer answer when answer.text("/code").equals("IDEMPOTENCY_IN_FLIGHT") ->
            counted.waited();
        case Http.Answer answer when answer.status() >= 500 ->
            counted.broken(built.build().uri() + " " + answer);
        case Http.Answer answer -> {
          return answer;
        }
        case Http.Refused() -> counted.refused();
        case Http.Unanswered(String why) -> counted.unanswered(built.build().uri() + " " + why);
      }
      if (Waiting.since(start).compareTo(ANSWERED_WITHIN) > 0) {
        throw new IllegalStateException("not answered within " + ANSWERED_WITHIN + ": " + fate);
      }
      Waiting.pass(BETWEEN_TRIES);
    }
  }

  /** One of those who call. */
  private final class Caller {
    private final int number;
    private final Random random;
    private final List<Player> mine = new ArrayList<>();
    private final List<Player> banned = new ArrayList<>();
    private int registered;

    Caller(int number, long seed) {
      this.number = number;
      this.random = new Random(seed);
    }

    void run() {
      while (!over) {
        act();
        Waiting.pass(Duration.ofNanos((long) (mix.think().toNanos() * 2 * random.nextDouble())));
      }
    }

    private void act() {
      if (mine.size() < 3 || random.nextInt(1000) < mix.registrations()) {
        register();
        return;
      }
      Player player = mine.get(random.nextInt(mine.size()));
      if (System.nanoTime() - player.tokenSince() > TOKEN_USED_FOR) {
        login(player);
        return;
      }
      int what = random.nextInt(100);
      if (what < 35) {
        check(player);
      } else if (what < 55) {
        login(player);
      } else if (what < 75) {
        refresh(player);
      } else if (what < 90) {
        tellRole(player);
      } else if (!banned.isEmpty()) {
        checkBanned(banned.get(random.nextInt(banned.size())));
      } else {
        check(player);
      }
    }

    private Http.Answer answered(Function<Node, HttpRequest.Builder> request) {
      return Load.this.answered(random, () -> tally, request);
    }

    private void expect(Http.Answer answer, String what, Predicate<Http.Answer> right) {
      if (!right.test(answer)) {
        tally.wrong(what + ": " + answer);
      }
    }

    private void register() {
      String name = "c%dn%d".formatted(number, registered++);
      Http.Answer answer =
          answered(
              at ->
                  Http.post(
                          at.base() + "/v1/accounts",
                          Map.of("username", name, "password", PASSWORD))
                      .header("Idempotency-Key", "key-of-" + name));
      if (answer.status() != 201) {
        tally.wrong("registering " + name + ": " + answer);
        return;
      }
      tally.acknowledged();
      Player player = new Player(name, UserId.parse(answer.text("/account/userId")));
      player.holds(answer.text("/accessToken"), answer.text("/refreshToken"));
      Player twin = players.putIfAbsent(player.id(), player);
      if (twin != null) {
        tally.wrong("%s and %s have one id".formatted(player.name(), twin.name()));
        return;
      }
      mine.add(player);
      if (registered % 10 == 5) {
        ban(mine.remove(random.nextInt(mine.size())));
      } else if (mine.size() > PLAYERS_IN_USE) {
        mine.remove(random.nextInt(mine.size()));
      }
    }

    private void login(Player player) {
      Http.Answer answer = answered(at -> Load.login(at, player.name()));
      if (answer.status() == 200 && answer.text("/account/userId").equals(player.id().toString())) {
        tally.acknowledged();
        player.holds(answer.text("/accessToken"), answer.text("/refreshToken"));
      } else {
        tally.wrong("login of " + player.name() + ": " + answer);
      }
    }

    private void refresh(Player player) {
      long start = System.nanoTime();
      if (start < player.refreshableFrom()) {
        check(player);
        return;
      }
      long failedBefore = tally.lastFailure();
      Http.Answer answer =
          answered(
              at ->
                  Http.post(
                      at.base() + "/v1/sessions:refresh",
                      Map.of("refreshToken", player.refreshToken())));
      if (tally.lastFailure() != failedBefore) { // maybe this one
        player.refreshableFrom(System.nanoTime() + LATE_WITHIN);
      }
      if (answer.status() == 200) {
        tally.acknowledged();
        player.holds(answer.text("/accessToken"), answer.text("/refreshToken"));
      } else {
        tally.wrong(
            "refresh of %s, first sent %d ms ago: %s"
                .formatted(player.name(), Waiting.since(start).toMillis(), answer));
      }
    }

    private Http.Answer introspect(Player player) {
      return answered(
          at ->
              Http.post(
                      at.base() + "/server/v1/tokens:introspect",
                      Map.of("token", player.accessToken()))
                  .header("Authorization", credentials.gameServer()));
    }

    private void check(Player player) {
      Http.Answer answer = introspect(player);
      expect(
          answer,
          "check of " + player.name(),
          a -> a.status() == 200 && a.json().at("/active").asBoolean(false));
    }

    private void checkBanned(Player player) {
      Long at = player.bannedAt();
      if (at == null) {
        throw new IllegalStateException(player.name() + " is not banned");
      }
      switch (random.nextInt(3)) {
        case 0 -> {
          // Every attempt begins later than this.
          long age = System.nanoTime() - at;
          Http.Answer answer = introspect(player);
          expect(
              answer,
              "check of %s, banned %d ms before".formatted(player.name(), age / 1_000_000),
              a ->
                  a.status() == 200
                      && (!a.json().at("/active").asBoolean(true) || age < REVOKED_WITHIN));
        }
        case 1 ->
            expect(
                answered(node -> Load.login(node, player.name())),
                "login of " + player.name() + ", who is banned",
                a -> a.status() == 403 && a.text("/code").equals("ACCOUNT_BANNED"));
        default ->
            expect(
                answered(
                    node ->
                        Http.post(
                            node.base() + "/v1/sessions:refresh",
                            Map.of("refreshToken", player.refreshToken()))),
                "refresh of " + player.name() + ", who is banned",
                a -> a.status() == 401 || a.status() == 403);
      }
    }

    private void ban(Player player) {
      player.toBeBanned();
      Http.Answer answer =
          answered(
              at ->
                  Http.post(
                          at.internal() + "/admin/v1/bans",
                          Map.of("userId", player.id().toString(), "reasonCode", "CHEATING"))
                      .header("Authorization", credentials.operator())
                      .header("Idempotency-Key", "ban-of-" + player.name()));
      if (answer.status() != 201) {
        tally.wrong("ban of " + player.name() + ": " + answer);
        return;
      }
      tally.acknowledged();
      player.banned();
      banned.add(player);
    }

    private void tellRole(Player player) {
      long revision = player.role() + 1;
      Map<String, Object> event =
          Map.of(
              "eventId",
              "e" + revision,
              "type",
              "ROLE_UPDATED",
              "serverId",
              SERVER,
              "userId",
              player.id().toString(),
              "roleId",
              player.roleId(),
              "revision",
              revision,
              "occurredAt",
              Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
              "role",
              Map.of("name", player.name(), "level", revision, NEWER, revision));
      @Nullable String status = null;
      while (status == null || status.equals("POSTPONED")) {
        Http.Answer answer =
            answered(
                at ->
                    Http.post(
                            at.base() + "/server/v1/role-events", Map.of("events", List.of(event)))
                        .header("Authorization", credentials.gameServer()));
        status = answer.text("/results/0/status");
        switch (status) {
          case "ACCEPTED", "APPLIED", "SUPERSEDED" -> {
            tally.acknowledged();
            player.role(revision);
          }
          case "POSTPONED" -> {
            tally.busy(answer.toString());
            Waiting.pass(BETWEEN_TRIES);
          }
          default -> tally.wrong("event of " + player.roleId() + ": " + answer);
        }
      }
    }
  }
}
