package io.usercenter.token;

import static io.usercenter.token.FakeUserCenter.answer;
import static io.usercenter.token.RejectionReason.ALREADY_USED;
import static io.usercenter.token.RejectionReason.BAD_SIGNATURE;
import static io.usercenter.token.RejectionReason.BANNED;
import static io.usercenter.token.RejectionReason.NEWS_TOO_OLD;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static io.usercenter.token.RejectionReason.WRONG_AUDIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.usercenter.token.FakeUserCenter.Delivered;
import io.usercenter.token.TicketVerification.Rejected;
import io.usercenter.token.TicketVerification.Verified;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A verifier of tickets has the keys it needs when it needs them, gives up those it must, and the
 * troubles of the user center do not become its own. Against real HTTP, with time moved by hand.
 */
class FollowedTicketKeysTest {
  private static final byte[] MASTER = new byte[32];
  private static final Duration LIFE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final FakeUserCenter service = new FakeUserCenter();
  private final Forge forge = new Forge(time, service.url());
  private TokenVerifier verifier;

  @BeforeEach
  void start() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    verifier = started(FakeUserCenter.SECRET, WhenStale.FAIL_CLOSED);
    assertThat(verifier.awaitReady(Duration.ofSeconds(20))).isTrue();
  }

  private TokenVerifier started(String secret, WhenStale whenStale) {
    return TokenVerifier.builder()
        .issuer(service.url())
        .audience(Forge.AUDIENCE)
        .serviceCredential(FakeUserCenter.CREDENTIAL, secret)
        .maxStaleness(Duration.ofSeconds(30))
        .whenStale(whenStale)
        .clock(time)
        .nanoTime(time::nanoTime)
        .build();
  }

  @AfterEach
  void stop() {
    verifier.close();
    service.close();
  }

  private static ServerTicketKey key(String serverId, int epoch) {
    return ServerTicketKey.derive(MASTER, serverId, epoch & 255);
  }

  /** Whose regular fetch is under way or over: it asks no more in the time of a test. */
  private TicketVerifier following() {
    TicketVerifier tickets = verifier.tickets("s1");
    Eventually.holds("the keys are fetched", () -> service.ticketKeyRequests.get() == 1);
    return tickets;
  }

  private static Delivered delivered(int epoch) {
    return new Delivered(epoch, key("s1", epoch).secret(), null);
  }

  private String ticket(int keyEpoch) {
    return ticket(key("s1", keyEpoch), false);
  }

  private String ticket(ServerTicketKey key, boolean singleUse) {
    return ServerTicket.mint(key, Forge.USER, Forge.SESSION, 7, singleUse, LIFE, time.instant());
  }

  private static void assertRefused(TicketVerifier tickets, String ticket, RejectionReason reason) {
    assertThat(tickets.verify(ticket)).isEqualTo(new Rejected(reason));
  }

  private static void assertAccepted(TicketVerifier tickets, String ticket) {
    assertThat(tickets.verify(ticket)).isInstanceOf(Verified.class);
  }

  @Test
  void theFirstTicketWaitsForTheKeys() {
    service.deliver("s1", delivered(4));
    assertAccepted(verifier.tickets("s1"), ticket(4));
  }

  @Test
  void ticketsOfTheNextKeyAreAcceptedFromTheirFirstSecondOnWithoutAsking() {
    service.deliver("s1", delivered(4), delivered(5));
    TicketVerifier tickets = following();
    assertAccepted(tickets, ticket(4));
    int asked = service.ticketKeyRequests.get();
    assertAccepted(tickets, ticket(5));
    assertThat(service.ticketKeyRequests).hasValue(asked);
  }

  @Test
  void anUnknownEpochCausesOneFetchPerInterval() {
    service.deliver("s1", delivered(4));
    TicketVerifier tickets = following();
    assertAccepted(tickets, ticket(4));
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    int asked = service.ticketKeyRequests.get();
    for (int epoch = 10; epoch < 200; epoch++) {
      assertRefused(tickets, ticket(epoch), UNKNOWN_KEY);
    }
    assertThat(service.ticketKeyRequests).hasValue(asked + 1);
    service.deliver("s1", delivered(4), delivered(5));
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    assertAccepted(tickets, ticket(5));
  }

  @Test
  void ticketsForOtherServersAskForNothing() {
    service.deliver("s1", delivered(4));
    TicketVerifier tickets = following();
    assertAccepted(tickets, ticket(4));
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    int asked = service.ticketKeyRequests.get();
    assertRefused(tickets, ticket(key("s2", 9), false), WRONG_AUDIENCE);
    assertThat(service.ticketKeyRequests).hasValue(asked);
  }

  @Test
  void aKeyOfThePastEndsWhenItsLastTicketHas() {
    service.deliver(
        "s1",
        new Delivered(4, key("s1", 4).secret(), time.instant().plusSeconds(20)),
        delivered(5));
    TicketVerifier tickets = verifier.tickets("s1");
    time.pass(Duration.ofSeconds(19));
    assertAccepted(tickets, ticket(4));
    time.pass(Duration.ofSeconds(1));
    assertRefused(tickets, ticket(4), UNKNOWN_KEY);
    assertAccepted(tickets, ticket(5));
  }

  @Test
  void aCompromisedKeyEndsWithTheFeedAndIsNeverBelievedAgain() {
    service.deliver("s1", delivered(260));
    TicketVerifier tickets = verifier.tickets("s1");
    String forged = ticket(260);
    assertAccepted(tickets, forged);
    service.revoke(new WithdrawnTicketKey("1", "s2", 260, time.instant())); // another server's
    service.revoke(new WithdrawnTicketKey("2", "s1", 4, time.instant())); // 256 rotations ago
    service.revoke(new WithdrawnTicketKey("3", "s1", 260, time.instant()));
    service.deliver("s1", delivered(260), delivered(261)); // an instance that has not heard of it
    Eventually.holds(
        "it is refused", () -> tickets.verify(forged).equals(new Rejected(UNKNOWN_KEY)));
    assertAccepted(tickets, ticket(261));
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    assertRefused(tickets, ticket(260), UNKNOWN_KEY);
  }

  @Test
  void whatWasWithdrawnBeforeTheServerWasAddedIsRefusedToo() {
    service.revoke(new WithdrawnTicketKey("1", "s1", 4, time.instant()));
    service.revoke(Revocation.ofEpoch("2", Forge.USER, 7, RevocationReason.KICKED, time.instant()));
    Eventually.holds(
        "the feed was heard",
        () ->
            verifier
                .verify(forge.regular(Forge.SESSION, 6).compact())
                .equals(new Verification.Rejected(RejectionReason.KICKED)));
    service.deliver("s1", delivered(4), delivered(5));
    TicketVerifier tickets = verifier.tickets("s1");
    assertAccepted(tickets, ticket(5));
    assertRefused(tickets, ticket(4), UNKNOWN_KEY);
  }

  @Test
  void aBanEndsTheTicketsThatWereMintedBeforeIt() {
    service.deliver("s1", delivered(4));
    TicketVerifier tickets = verifier.tickets("s1");
    String ticket = ticket(4);
    assertAccepted(tickets, ticket);
    service.revoke(Revocation.ofEpoch("1", Forge.USER, 8, RevocationReason.BANNED, time.instant()));
    Eventually.holds("it is refused", () -> tickets.verify(ticket).equals(new Rejected(BANNED)));
  }

  @Test
  void knownKeysStayGoodWhileTheUserCenterIsAwayUntilTheNewsIsTooOld() {
    service.deliver("s1", delivered(4));
    try (TokenVerifier failingOpen = started(FakeUserCenter.SECRET, WhenStale.FAIL_OPEN)) {
      TicketVerifier closed = verifier.tickets("s1");
      TicketVerifier open = failingOpen.tickets("s1");
      assertAccepted(closed, ticket(4));
      assertAccepted(open, ticket(4));
      service.ticketKeys = exchange -> answer(exchange, 503, "{}");
      service.feed = exchange -> answer(exchange, 503, "{}");
      service.resetOnce();
      Eventually.holds("both are cut off", () -> service.feedRequests.get() >= 6);
      time.pass(Duration.ofSeconds(15));
      assertAccepted(closed, ticket(4));
      assertRefused(closed, ticket(5), UNKNOWN_KEY);
      time.pass(Duration.ofSeconds(16));
      assertRefused(closed, ticket(4), NEWS_TOO_OLD);
      assertAccepted(open, ticket(4));
    }
  }

  @Test
  void answersThatAreNoKeysAreNotTaken() throws InterruptedException {
    service.deliver("s1", delivered(4));
    TicketKeyClient client =
        new TicketKeyClients(
                new UserCenter(service.url()),
                new ServiceCredential(FakeUserCenter.CREDENTIAL, FakeUserCenter.SECRET),
                Duration.ofMinutes(1),
                time::nanoTime)
            .open("s1");
    assertThat(client.refresh()).isEqualTo(Duration.ofMinutes(1));
    String secret = Forge.encode(key("s1", 4).secret());
    for (String nonsense :
        List.of(
            "",
            "[]",
            "{}",
            "{\"serverId\":\"s1\",\"keys\":[]}",
            "{\"serverId\":\"s2\",\"keys\":[{\"epoch\":4,\"key\":\"" + secret + "\"}]}",
            "{\"serverId\":\"s1\",\"keys\":[{\"epoch\":4,\"key\":\"AAAA\"}]}",
            "{\"serverId\":\"s1\",\"keys\":[{\"epoch\":4,\"key\":\"?" + secret + "\"}]}",
            "{\"serverId\":\"s1\",\"keys\":[{\"epoch\":99999999999,\"key\":\"" + secret + "\"}]}",
            "{\"serverId\":\"s1\",\"keys\":[{\"epoch\":4,\"key\":\""
                + secret
                + "\",\"acceptUntil\":\"soon\"}]}",
            "{\"serverId\":\"s1\",\"keys\":[{\"epoch\":4,\"key\":\""
                + secret
                + "\"},{\"epoch\":260,\"key\":\""
                + secret
                + "\"}]}")) {
      service.ticketKeys = exchange -> answer(exchange, 200, nonsense);
      assertThat(client.refresh()).as(nonsense).isLessThan(Duration.ofSeconds(5));
      assertThat(client.find(4, 0)).isEqualTo(key("s1", 4));
    }
  }

  @Test
  void whatIsLoggedOfKeysHoldsNoKey() {
    byte[] secret = key("s1", 4).secret();
    String hex = HexFormat.of().formatHex(secret);
    TicketKeys keys =
        TicketKeys.parse(
            ("{\"serverId\":\"s1\",\"keys\":[{\"epoch\":4,\"key\":\""
                    + Forge.encode(secret)
                    + "\"}]}")
                .getBytes(StandardCharsets.UTF_8),
            "s1");
    assertThat(keys.toString())
        .isEqualTo("ticket keys of epochs [4]")
        .doesNotContain(hex, Forge.encode(secret));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TicketKeys.parse(
                    "{\"serverId\":\"s1\",\"keys\":[{\"epoch\":4,\"key\":\"?secret\"}]}"
                        .getBytes(StandardCharsets.UTF_8),
                    "s1"))
        .withMessageNotContaining("secret");
  }

  @Test
  void whoMayNotHaveTheKeysRefusesAllTickets() {
    service.deliver("s2", delivered(4));
    assertRefused(verifier.tickets("s1"), ticket(4), UNKNOWN_KEY);
  }

  @Test
  void oneServerHasOneMemoryOfUsedTickets() throws Exception {
    service.deliver("s1", delivered(4));
    TicketVerifier tickets = verifier.tickets("s1");
    assertThat(verifier.tickets("s1")).isSameAs(tickets);
    time.pass(Duration.ofSeconds(1));
    String ticket = ticket(key("s1", 4), true);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Boolean> enter = () -> tickets.verify(ticket) instanceof Verified;
      List<Boolean> entered = new ArrayList<>();
      for (Future<Boolean> one : threads.invokeAll(List.of(enter, enter, enter, enter))) {
        entered.add(one.get());
      }
      assertThat(entered).containsOnlyOnce(true);
    } finally {
      threads.shutdownNow();
    }
    assertRefused(tickets, ticket, ALREADY_USED);
  }

  @Test
  void aForgedTicketOfAKnownEpochAsksForNothing() {
    service.deliver("s1", delivered(4));
    TicketVerifier tickets = following();
    assertAccepted(tickets, ticket(4));
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    int asked = service.ticketKeyRequests.get();
    assertRefused(tickets, ticket(ServerTicketKey.of("s1", 4, new byte[32]), false), BAD_SIGNATURE);
    assertThat(service.ticketKeyRequests).hasValue(asked);
  }

  @Test
  void aServerThatCannotBeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> verifier.tickets(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> verifier.tickets("s".repeat(65)));
    TokenVerifier local =
        TokenVerifier.builder()
            .issuer(Forge.ISSUER)
            .audience(Forge.AUDIENCE)
            .keys(kid -> null)
            .revocations(new Revocations(LIFE, 1, time))
            .build();
    assertThatIllegalStateException().isThrownBy(() -> local.tickets("s1"));
  }
}
