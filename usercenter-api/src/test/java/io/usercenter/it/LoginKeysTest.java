package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.code.Address;
import io.usercenter.code.Codes;
import io.usercenter.code.Medium;
import io.usercenter.platform.Redis;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.slf4j.LoggerFactory;

/**
 * E-mail addresses and phones as ways in, at two instances that share a Redis of their own and send
 * their codes to one gateway. This machine is a trusted proxy, so each request says which network
 * it comes from.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LoginKeysTest {
  private static final int WRONG_GUESSES = 5;
  private static final String NEW_PASSWORD = "a new and better one";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  private static RedisServer redis;
  private static CodeGateway gateway;
  private static Usercenter one;
  private static Usercenter two;

  @BeforeAll
  static void start() {
    redis = Backends.newRedis();
    gateway = new CodeGateway();
    one = instance();
    two = instance();
    LOG.start();
    root().addAppender(LOG);
  }

  @AfterAll
  static void stop() {
    root().detachAppender(LOG);
    two.close();
    one.close();
    gateway.close();
    redis.close();
  }

  private static Usercenter instance(String... more) {
    List<String> settings = new ArrayList<>(List.of(gateway.settings()));
    settings.add("usercenter.http.trusted-proxies=127.0.0.0/8");
    settings.add("usercenter.limits.code=12/1h");
    settings.add("usercenter.limits.code-address=6/24h");
    settings.add("usercenter.guesses.first-delay=1h");
    settings.add("usercenter.guesses.longest-delay=1h");
    settings.add("usercenter.redis.timeout=5s");
    settings.addAll(List.of(more));
    return Usercenter.start(Backends.mysql(), redis, settings.toArray(String[]::new));
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static String freshEmail() {
    return "ayla." + COUNT.incrementAndGet() + "@mail.example";
  }

  private static String freshPhone() {
    return "+49151%08d".formatted(COUNT.incrementAndGet());
  }

  /** Somebody in a network that nobody else uses. */
  private static Client stranger(Usercenter at) {
    int n = COUNT.incrementAndGet();
    return at.players().with("X-Forwarded-For", "10.%d.%d.1".formatted(n / 250, n % 250));
  }

  private static Answer ask(Client client, String address, String purpose) {
    return client.post(
        "/v1/codes", Map.of("channel", channelOf(address), "address", address, "purpose", purpose));
  }

  /** Asks for a code and reads it where it was sent. */
  private static String codeFor(String address, String purpose) {
    ask(stranger(one), address, purpose).expect(202);
    return gateway.codeFor(address);
  }

  private static String channelOf(String address) {
    return address.startsWith("+") ? "phone" : "email";
  }

  private static Answer login(Client client, String address, String code) {
    return client.post(
        "/v1/sessions",
        Map.of("grant", "code", "channel", channelOf(address), "address", address, "code", code));
  }

  private static Answer loginByPassword(Client client, String address, String password) {
    Map<String, String> body = new HashMap<>();
    body.put("grant", "password");
    body.put("channel", channelOf(address));
    body.put("address", address);
    body.put("password", password);
    return client.post("/v1/sessions", body);
  }

  private static Answer link(Client player, String address, String code) {
    return player.post(
        "/v1/accounts/me/identities",
        Map.of("channel", channelOf(address), "address", address, "code", code));
  }

  private static Answer reset(Client client, String address, String code, String password) {
    return client.post(
        "/v1/password-resets",
        Map.of(
            "channel",
            channelOf(address),
            "address",
            address,
            "code",
            code,
            "newPassword",
            password));
  }

  private static Client as(Usercenter at, Answer login) {
    return stranger(at).bearer(login.text("/accessToken"));
  }

  /** A player with a name, the usual password and this address. */
  private static Answer playerWith(String name, String address) {
    Answer player = stranger(one).register(name).expect(201);
    link(as(one, player), address, codeFor(address, "link")).expect(201);
    return player;
  }

  private static String another(String code) {
    return "%06d".formatted((Integer.parseInt(code) + 1) % 1_000_000);
  }

  /** How often a code was compared with what somebody typed, by what came of it. */
  private static double looks(String outcome) {
    return List.of(one, two).stream()
        .flatMap(
            i ->
                i
                    .bean(MeterRegistry.class)
                    .find("uc.codes.checks")
                    .tag("outcome", outcome)
                    .counters()
                    .stream())
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  @Order(1)
  void aCodeLetsInAndLeadsToTheSameAccountWhateverTheSpelling() {
    String email = freshEmail();
    Answer first = login(stranger(one), email, codeFor(email, "login")).expect(200);
    assertThat(first.text("/account/channel")).isEqualTo("email");
    assertThat(first.shards()).isEqualTo(1);
    String typed = " " + email.toUpperCase(Locale.ROOT) + " ";
    ask(stranger(one), typed, "login").expect(202);
    Answer again = login(stranger(two), typed, gateway.codeFor(email)).expect(200);
    assertThat(again.text("/account/userId")).isEqualTo(first.text("/account/userId"));

    String phone = freshPhone();
    Answer other = login(stranger(two), phone, codeFor(phone, "login")).expect(200);
    assertThat(other.text("/account/userId")).isNotEqualTo(first.text("/account/userId"));
    assertThat(as(one, other).get("/v1/accounts/me/identities").text("/identities/0/provider"))
        .isEqualTo("phone");
  }

  @Test
  @Order(1)
  void theMessageSaysWhatItsSenderNeeds() {
    String email = freshEmail();
    Map<String, String> wish =
        Map.of("channel", "email", "address", email, "purpose", "reset", "locale", "zh-Hant");
    assertThat(
            stranger(one).post("/v1/codes", wish).expect(202).json().at("/expiresIn").longValue())
        .isEqualTo(600);
    var message = gateway.messageTo(email);
    assertThat(message.at("/channel").stringValue()).isEqualTo("email");
    assertThat(message.at("/purpose").stringValue()).isEqualTo("reset");
    assertThat(message.at("/locale").stringValue()).isEqualTo("zh-Hant");
    assertThat(message.at("/code").stringValue()).matches("[0-9]{6}");
    assertThat(message.at("/id").stringValue()).matches("[0-9a-f]{32}");
    assertThat(message.at("/expiresIn").longValue()).isEqualTo(600);
  }

  @Test
  @Order(1)
  void afterFiveWrongOnesFromAnywhereTheRightOneIsRefused() {
    String email = freshEmail();
    String code = codeFor(email, "login");
    for (int i = 0; i < WRONG_GUESSES; i++) {
      login(stranger(i % 2 == 0 ? one : two), email, another(code))
          .expectProblem(401, "CODE_WRONG");
    }
    login(stranger(one), email, code).expectProblem(401, "CODE_WRONG");
    login(stranger(one), email, codeFor(email, "login")).expect(200);
  }

  @Test
  @Order(1)
  void whoGuessesWrongFiveTimesMayNotGuessAtTheNextCodeEither() {
    String email = freshEmail();
    Client guesser = stranger(one);
    String code = codeFor(email, "login");
    for (int i = 0; i < WRONG_GUESSES; i++) {
      login(guesser, email, another(code)).expectProblem(401, "CODE_WRONG");
    }
    String next = codeFor(email, "login");
    Answer refused = login(guesser, email, next).expectProblem(429, "TOO_MANY_ATTEMPTS");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 3600);
    login(stranger(two), email, next).expect(200);
  }

  @Test
  @Order(1)
  void of50GuessesAtOnceFromEverywhereExactlyFiveAreEvaluated() throws Exception {
    String email = freshEmail();
    String code = codeFor(email, "login");
    double wrong = looks("wrong");
    double none = looks("none");
    List<Answer> answers =
        Parallel.run(50, i -> login(stranger(i % 2 == 0 ? one : two), email, another(code)));
    answers.forEach(answer -> answer.expectProblem(401, "CODE_WRONG"));
    assertThat(looks("wrong") - wrong).isEqualTo(WRONG_GUESSES);
    assertThat(looks("none") - none).isEqualTo(50 - WRONG_GUESSES);
    login(stranger(one), email, code).expectProblem(401, "CODE_WRONG");
  }

  @Test
  @Order(1)
  void of50GuessesAtOnceFromOneNetworkExactlyFiveAreEvaluated() throws Exception {
    String phone = freshPhone();
    String code = codeFor(phone, "login");
    String network = "192.0.2.44";
    double wrong = looks("wrong");
    List<Answer> answers =
        Parallel.run(
            50,
            i ->
                login(
                    (i % 2 == 0 ? one : two).players().with("X-Forwarded-For", network),
                    phone,
                    another(code)));
    assertThat(looks("wrong") - wrong).isEqualTo(WRONG_GUESSES);
    assertThat(answers).filteredOn(a -> a.status() == 401).hasSize(WRONG_GUESSES);
    answers.stream()
        .filter(a -> a.status() != 401)
        .forEach(a -> a.expectProblem(429, "TOO_MANY_ATTEMPTS"));
  }

  @Test
  @Order(1)
  void aCodeIsGoodOnce() throws Exception {
    String email = freshEmail();
    String code = codeFor(email, "login");
    List<Answer> answers =
        Parallel.run(8, i -> login(stranger(i % 2 == 0 ? one : two), email, code));
    assertThat(answers).filteredOn(a -> a.status() == 200).hasSize(1);
    answers.stream()
        .filter(a -> a.status() != 200)
        .forEach(a -> a.expectProblem(401, "CODE_WRONG"));
    login(stranger(one), email, code).expectProblem(401, "CODE_WRONG");
  }

  @Test
  @Order(1)
  void whoLostTheAnswerGetsItAgainThoughTheCodeIsUsed() {
    String email = freshEmail();
    String code = codeFor(email, "login");
    Client client =
        stranger(one).with("Idempotency-Key", "the-login-of-" + COUNT.incrementAndGet());
    Answer first = login(client, email, code).expect(200);
    assertThat(login(client, email, code).expect(200).body()).isEqualTo(first.body());
    login(stranger(one), email, code).expectProblem(401, "CODE_WRONG");

    String forReset = codeFor(email, "reset");
    Client again = stranger(two).with("Idempotency-Key", "the-reset-of-" + COUNT.incrementAndGet());
    Answer reset = reset(again, email, forReset, NEW_PASSWORD).expect(200);
    assertThat(reset(again, email, forReset, NEW_PASSWORD).expect(200).body())
        .isEqualTo(reset.body());
  }

  @Test
  @Order(1)
  void aNewCodeReplacesTheOneBefore() {
    String email = freshEmail();
    String before = codeFor(email, "login");
    String after = codeFor(email, "login");
    if (!before.equals(after)) {
      login(stranger(one), email, before).expectProblem(401, "CODE_WRONG");
    }
    login(stranger(one), email, after).expect(200);
  }

  @Test
  @Order(1)
  void aCodeIsGoodForItsPurposeAndItsAddressOnly() {
    String email = freshEmail();
    String forLink = codeFor(email, "link");
    login(stranger(one), email, forLink).expectProblem(401, "CODE_WRONG");
    reset(stranger(one), email, forLink, NEW_PASSWORD).expectProblem(401, "CODE_WRONG");
    login(stranger(one), freshEmail(), forLink).expectProblem(401, "CODE_WRONG");
    Answer player = stranger(one).register(Names.fresh()).expect(201);
    link(as(one, player), email, forLink).expect(201);
  }

  @Test
  @Order(1)
  void anAddressThatNobodyHasIsAnsweredAlike() {
    String name = Names.fresh();
    String known = freshEmail();
    playerWith(name, known);
    String unknown = freshEmail();
    for (String purpose : List.of("login", "link", "reset")) {
      List<Answer> sent = new ArrayList<>();
      List<Answer> guessed = new ArrayList<>();
      for (String address : List.of(known, unknown)) {
        sent.add(ask(stranger(one), address, purpose).expect(202));
        guessed.add(
            reset(stranger(one), address, another(gateway.codeFor(address)), NEW_PASSWORD)
                .expectProblem(401, "CODE_WRONG"));
        guessed.add(
            loginByPassword(stranger(two), address, "not this one")
                .expectProblem(401, "WRONG_NAME_OR_PASSWORD"));
      }
      assertThat(sent.get(0).body()).isEqualTo(sent.get(1).body());
      assertThat(sent).allSatisfy(answer -> assertThat(answer.statements()).isZero());
      assertThat(guessed.get(0).statements()).isEqualTo(guessed.get(2).statements()).isZero();
      assertThat(guessed.get(1).statements()).isEqualTo(guessed.get(3).statements()).isPositive();
    }
  }

  @Test
  @Order(1)
  void oneAddressGetsSoManyCodesAndOneNetworkAsksForSoMany() {
    String email = freshEmail();
    for (int i = 1; i <= 6; i++) {
      Answer sent = ask(stranger(i % 2 == 0 ? one : two), email, "login").expect(202);
      assertThat(sent.response().headers().allValues("RateLimit-Policy"))
          .containsExactly("\"code\";q=12;w=3600", "\"code-address\";q=6;w=86400");
      assertThat(sent.response().headers().allValues("RateLimit"))
          .anyMatch(left -> left.startsWith("\"code-address\";r="));
    }
    int before = gateway.messages().size();
    Answer refused =
        ask(stranger(one), email.toUpperCase(Locale.ROOT), "reset")
            .expectProblem(429, "RATE_LIMITED");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 14_400);
    assertThat(gateway.messages()).hasSize(before);

    Client network = stranger(one);
    for (int i = 0; i < 12; i++) {
      ask(network, freshEmail(), "login").expect(202);
    }
    ask(network, freshEmail(), "login").expectProblem(429, "RATE_LIMITED");
  }

  @Test
  @Order(1)
  void whatIsNoAddressIsRefusedWithoutRepeatingIt() {
    Client client = stranger(one);
    Answer refused = ask(client, "nonsense", "login").expectProblem(400, "VALIDATION_FAILED");
    assertThat(refused.body()).doesNotContain("nonsense");
    ask(client, "+4915", "login").expectProblem(400, "VALIDATION_FAILED");
    client
        .post("/v1/codes", Map.of("channel", "pigeon", "address", "x", "purpose", "login"))
        .expectProblem(400, "VALIDATION_FAILED");
    client
        .post("/v1/codes", Map.of("channel", "email", "address", "a@b.example", "purpose", "x"))
        .expectProblem(400, "VALIDATION_FAILED");
    login(client, freshEmail(), "12345").expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  @Order(1)
  void anAddressThatAnotherAccountHasStaysThere() {
    String email = freshEmail();
    Answer owner = login(stranger(one), email, codeFor(email, "login")).expect(200);
    Answer other = stranger(one).register(Names.fresh()).expect(201);
    link(as(one, other), email, codeFor(email, "link")).expectProblem(409, "IDENTITY_TAKEN");
    assertThat(
            login(stranger(two), email, codeFor(email, "login"))
                .expect(200)
                .text("/account/userId"))
        .isEqualTo(owner.text("/account/userId"));
  }

  @Test
  @Order(1)
  void nameAddressAndPhoneLeadToOneAccountByOnePassword() {
    String name = Names.fresh();
    String email = freshEmail();
    String phone = freshPhone();
    Answer player = playerWith(name, email);
    Answer linked = link(as(two, player), phone, codeFor(phone, "link")).expect(201);
    assertThat(linked.text("/hint")).isEqualTo("***" + phone.substring(phone.length() - 3));
    Answer list = as(one, player).get("/v1/accounts/me/identities").expect(200);
    assertThat(list.text("/identities/0/hint")).isEqualTo("a***@mail.example");
    assertThat(list.body()).doesNotContain(email, phone);
    for (String address : List.of(email, phone)) {
      Answer login = loginByPassword(stranger(two), address, Client.PASSWORD).expect(200);
      assertThat(login.text("/account/userId")).isEqualTo(player.text("/account/userId"));
      loginByPassword(stranger(one), address, "not this one")
          .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
      Client guesser = stranger(one);
      for (int i = 0; i < 5; i++) {
        loginByPassword(guesser, address, "not this one").expect(401);
      }
      loginByPassword(guesser, address, Client.PASSWORD).expectProblem(429, "TOO_MANY_ATTEMPTS");
    }
  }

  @Test
  @Order(1)
  void aResetEndsAllSessionsAndForgivesTheGuessesThatLedToIt() {
    String name = Names.fresh();
    String email = freshEmail();
    Answer player = playerWith(name, email);
    Client forgetful = stranger(two);
    for (int i = 0; i < 5; i++) {
      forgetful
          .post(
              "/v1/sessions",
              Map.of("grant", "password", "username", name, "password", "not this one"))
          .expect(401);
    }
    forgetful.login(name).expectProblem(429, "TOO_MANY_ATTEMPTS");

    String code = codeFor(email, "reset");
    assertThat(
            reset(forgetful, email, code, "password1")
                .expectProblem(400, "PASSWORD_INVALID")
                .text("/reason"))
        .isEqualTo("TOO_COMMON");
    assertThat(
            reset(forgetful, email, code, "it is " + name)
                .expectProblem(400, "PASSWORD_INVALID")
                .text("/reason"))
        .isEqualTo("CONTAINS_USERNAME");
    Answer done = reset(forgetful, email, code, NEW_PASSWORD).expect(200);
    assertThat(done.json().at("/endedSessions").intValue()).isEqualTo(1);
    reset(forgetful, email, code, NEW_PASSWORD).expectProblem(401, "CODE_WRONG");

    assertThat(
            stranger(one)
                .refresh(player.text("/refreshToken"))
                .expectProblem(401, "SESSION_ENDED")
                .text("/reason"))
        .isEqualTo("PASSWORD");
    Eventually.holds(
        "the access token is refused",
        Duration.ofSeconds(20),
        () -> as(one, player).get("/v1/accounts/me").status() == 401);
    loginByPassword(forgetful, email, NEW_PASSWORD).expect(200);
    assertThat(
            forgetful
                .post(
                    "/v1/sessions",
                    Map.of("grant", "password", "username", name, "password", NEW_PASSWORD))
                .expect(200)
                .text("/account/userId"))
        .isEqualTo(player.text("/account/userId"));
    stranger(one).login(name).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
  }

  @Test
  @Order(1)
  void aResetWorksForAnAddressThatIsLinkedAndForNoOther() {
    String unknown = freshEmail();
    reset(stranger(one), unknown, codeFor(unknown, "reset"), NEW_PASSWORD)
        .expectProblem(404, "ACCOUNT_NOT_FOUND");

    String name = Names.fresh();
    String email = freshEmail();
    Client player = as(one, playerWith(name, email));
    String id = player.get("/v1/accounts/me/identities").expect(200).text("/identities/0/id");
    String code = codeFor(email, "reset");
    player.delete("/v1/accounts/me/identities/" + id).expect(204);
    reset(stranger(two), email, code, NEW_PASSWORD).expectProblem(404, "ACCOUNT_NOT_FOUND");
    stranger(one).login(name).expect(200);
    loginByPassword(stranger(one), email, Client.PASSWORD)
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
  }

  @Test
  @Order(1)
  void whoCameByACodeMayChooseAPasswordByOne() {
    String email = freshEmail();
    Answer first = login(stranger(one), email, codeFor(email, "login")).expect(200);
    loginByPassword(stranger(one), email, NEW_PASSWORD)
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    reset(stranger(one), email, codeFor(email, "reset"), NEW_PASSWORD).expect(200);
    assertThat(loginByPassword(stranger(two), email, NEW_PASSWORD).text("/account/userId"))
        .isEqualTo(first.text("/account/userId"));
  }

  @Test
  @Order(1)
  void aCodeEndsWithItsTime() {
    String email = freshEmail();
    try (Usercenter brief =
        instance("usercenter.codes.life=1s", "usercenter.codes.webhook-channels=email")) {
      assertThat(ask(stranger(brief), email, "login").expect(202).body())
          .isEqualTo("{\"expiresIn\":1}");
      String code = gateway.codeFor(email);
      Address address = Address.parse(Medium.EMAIL, email).orElseThrow();
      String key = "uc:code:login:" + brief.bean(Codes.class).nameless(address);
      Eventually.holds(
          "the code is gone",
          Duration.ofSeconds(20),
          () ->
              brief.bean(Redis.class).ask("look", c -> c.getKeys().countExists(key)).orElseThrow()
                  == 0);
      login(stranger(brief), email, code).expectProblem(401, "CODE_WRONG");
      ask(stranger(brief), freshPhone(), "login").expectProblem(400, "CHANNEL_NOT_OFFERED");
      login(stranger(brief), freshPhone(), code).expectProblem(400, "CHANNEL_NOT_OFFERED");
    }
  }

  @Test
  @Order(2)
  void neitherLogNorRedisShowsAnAddressOrACode() {
    String email = freshEmail();
    String phone = freshPhone();
    String code = codeFor(email, "login");
    codeFor(phone, "reset");
    login(stranger(one), phone, "000000");
    gateway.answers(500);
    ask(stranger(one), email, "login").expectProblem(503, "CODE_NOT_SENT");
    gateway.answers(204);
    assertThat(LOG.list).isNotEmpty();
    assertThat(List.copyOf(LOG.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("the webhook for codes: it answers 500"))
        .noneMatch(line -> line.contains("@mail.example") || line.contains("+49151"));
    String kept =
        one.bean(Redis.class).ask("look", LoginKeysTest::everything).orElseThrow().toString();
    assertThat(kept).contains("uc:code:").doesNotContain("@mail.example", "+49151", "=" + code);
  }

  /** All keys, and the values of those that are about codes. */
  private static List<String> everything(RedissonClient client) {
    List<String> all = new ArrayList<>();
    for (String key : client.getKeys().getKeys()) {
      all.add(key);
      if (key.startsWith("uc:code:")) {
        all.add(client.getMap(key, StringCodec.INSTANCE).readAllMap().toString());
      }
    }
    return all;
  }

  @Test
  @Order(2)
  void aGatewayThatFailsIsToldAndOneThatRefusesAnAddressIsNoFailure() {
    gateway.answers(422);
    for (int i = 0; i < 12; i++) {
      Answer refused = ask(stranger(one), freshEmail(), "login");
      refused.expectProblem(400, "VALIDATION_FAILED");
    }
    gateway.answers(503);
    Answer failed = ask(stranger(two), freshEmail(), "login").expectProblem(503, "CODE_NOT_SENT");
    assertThat(failed.header("Retry-After")).isEqualTo("5");
    gateway.answers(204);
    ask(stranger(one), freshEmail(), "login").expect(202);
  }

  @Test
  @Order(3)
  void withoutRedisNoCodeIsMadeOrAcceptedAndOtherWaysInGoOn() {
    String name = Names.fresh();
    String email = freshEmail();
    Answer player = playerWith(name, email);
    String code = codeFor(email, "login");
    String forReset = codeFor(email, "reset");
    redis.kill9();
    int before = gateway.messages().size();
    Answer refused = ask(stranger(one), email, "login").expectProblem(503, "CODES_UNAVAILABLE");
    assertThat(refused.header("Retry-After")).isEqualTo("5");
    assertThat(gateway.messages()).hasSize(before);
    login(stranger(one), email, code).expectProblem(503, "CODES_UNAVAILABLE");
    reset(stranger(one), email, forReset, NEW_PASSWORD).expectProblem(503, "CODES_UNAVAILABLE");
    link(as(one, player), freshPhone(), code).expectProblem(503, "CODES_UNAVAILABLE");
    stranger(one).login(name).expect(200);
    loginByPassword(stranger(one), email, Client.PASSWORD).expect(200);
  }
}
