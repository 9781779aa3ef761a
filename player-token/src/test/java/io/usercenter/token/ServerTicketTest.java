package io.usercenter.token;

import static io.usercenter.token.RejectionReason.ALREADY_USED;
import static io.usercenter.token.RejectionReason.BAD_SIGNATURE;
import static io.usercenter.token.RejectionReason.BANNED;
import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.KICKED;
import static io.usercenter.token.RejectionReason.MALFORMED;
import static io.usercenter.token.RejectionReason.NOT_YET_VALID;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static io.usercenter.token.RejectionReason.WRONG_AUDIENCE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.usercenter.id.UserId;
import io.usercenter.token.TicketVerification.Rejected;
import io.usercenter.token.TicketVerification.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A ticket opens one server for one player for a short time. The form is held against vectors that
 * another implementation made; then one thing at a time is spoiled.
 */
class ServerTicketTest {
  private static final byte[] MASTER =
      HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  private static final Duration LIFE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final Revocations revocations = new Revocations(Duration.ofHours(1), 100, time);
  private final ServerTicketKey key = ServerTicketKey.derive(MASTER, "s1", 4);
  private final TicketVerifier verifier = verifier(key);

  private TicketVerifier verifier(ServerTicketKey... keys) {
    return TokenVerifier.builder()
        .issuer(Forge.ISSUER)
        .audience(Forge.AUDIENCE)
        .keys(kid -> null)
        .revocations(revocations)
        .clock(time)
        .build()
        .tickets(List.of(keys));
  }

  private String ticket() {
    return ServerTicket.mint(key, Forge.USER, Forge.SESSION, 7, false, LIFE, time.instant());
  }

  private String singleUse(long session) {
    return ServerTicket.mint(key, Forge.USER, session, 7, true, LIFE, time.instant());
  }

  private void assertRefused(String ticket, RejectionReason reason) {
    assertThat(verifier.verify(ticket)).isEqualTo(new Rejected(reason));
  }

  private static List<Map<String, Object>> vectors() throws IOException {
    try (InputStream in =
        requireNonNull(ServerTicketTest.class.getResourceAsStream("/server-ticket-vectors.json"))) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return StrictJson.objects(StrictJson.readObject(json), "tickets");
    }
  }

  @Test
  void theVectorsOfAnotherImplementationAreMintedAndRead() throws IOException {
    for (Map<String, Object> vector : vectors()) {
      ServerTicketKey vectorKey =
          ServerTicketKey.derive(
              MASTER, StrictJson.string(vector, "serverId"), number(vector, "keyEpoch"));
      assertThat(HexFormat.of().formatHex(vectorKey.secret())).isEqualTo(vector.get("key"));
      Instant issued = Instant.ofEpochSecond(StrictJson.require(vector, "issuedAt", Long.class));
      Instant expires = Instant.ofEpochSecond(StrictJson.require(vector, "expiresAt", Long.class));
      UserId user = UserId.parse(StrictJson.string(vector, "userId"));
      long session = Decimal.parse(StrictJson.string(vector, "sessionId"));
      int epoch = number(vector, "epoch");
      boolean single = StrictJson.flag(vector, "singleUse");

      String minted =
          ServerTicket.mint(
              vectorKey, user, session, epoch, single, Duration.between(issued, expires), issued);
      assertThat(minted).isEqualTo(vector.get("ticket")).hasSize(64);

      // A verifier that started before the ticket was issued.
      time.moveWall(Duration.between(time.instant(), issued.minusSeconds(1)));
      TicketVerifier vectorVerifier = verifier(vectorKey);
      time.moveWall(Duration.between(time.instant(), issued));
      assertThat(vectorVerifier.verify(minted))
          .isEqualTo(
              new Verified(new ServerTicket(user, session, epoch & 127, single, issued, expires)));
    }
  }

  private static int number(Map<String, Object> vector, String name) {
    return StrictJson.require(vector, name, Long.class).intValue();
  }

  @Test
  void theDocumentShowsTheSameVectors() throws IOException {
    String document =
        Files.readString(Path.of(System.getProperty("uc.root", ".."), "docs", "server-ticket.md"));
    for (Map<String, Object> vector : vectors()) {
      assertThat(document).contains(StrictJson.string(vector, "ticket"));
    }
  }

  @Test
  void rfc5869TestCases1And3() {
    HexFormat hex = HexFormat.of();
    assertThat(
            Hkdf.derive(
                hex.parseHex("0b".repeat(22)),
                hex.parseHex("000102030405060708090a0b0c"),
                hex.parseHex("f0f1f2f3f4f5f6f7f8f9"),
                42))
        .isEqualTo(
            hex.parseHex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                    + "34007208d5b887185865"));
    assertThat(Hkdf.derive(hex.parseHex("0b".repeat(22)), new byte[0], new byte[0], 42))
        .isEqualTo(
            hex.parseHex(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                    + "9d201395faa4b61a96c8"));
  }

  @Test
  void aTicketOpensItsServer() {
    assertThat(verifier.verify(ticket()))
        .isEqualTo(
            new Verified(
                new ServerTicket(
                    Forge.USER,
                    Forge.SESSION,
                    7,
                    false,
                    ManualTime.START,
                    ManualTime.START.plus(LIFE))));
  }

  @Test
  void anotherServersTicketIsForAnotherServer() {
    ServerTicketKey other = ServerTicketKey.derive(MASTER, "s2", 4);
    String forS2 =
        ServerTicket.mint(other, Forge.USER, Forge.SESSION, 7, false, LIFE, time.instant());
    assertRefused(forS2, WRONG_AUDIENCE);
    byte[] relabelled = Base64.getUrlDecoder().decode(forS2);
    System.arraycopy(Base64.getUrlDecoder().decode(ticket()), 4, relabelled, 4, 4);
    assertRefused(Base64.getUrlEncoder().encodeToString(relabelled), BAD_SIGNATURE);
  }

  @Test
  void anotherKeyOfTheSameServerIsRefused() {
    ServerTicketKey stranger = ServerTicketKey.of("s1", 4, new byte[32]);
    assertRefused(
        ServerTicket.mint(stranger, Forge.USER, Forge.SESSION, 7, false, LIFE, time.instant()),
        BAD_SIGNATURE);
  }

  @Test
  void bothKeysAreGoodWhileTheyAreRotated() {
    ServerTicketKey next = ServerTicketKey.derive(MASTER, "s1", 5);
    assertThat(next.secret()).isNotEqualTo(key.secret());
    String fresh =
        ServerTicket.mint(next, Forge.USER, Forge.SESSION, 7, false, LIFE, time.instant());
    assertRefused(fresh, UNKNOWN_KEY);
    TicketVerifier both = verifier(key, next);
    assertThat(both.verify(fresh)).isInstanceOf(Verified.class);
    assertThat(both.verify(ticket())).isInstanceOf(Verified.class);
  }

  @Test
  void everyBitIsUnderTheTag() {
    byte[] good = Base64.getUrlDecoder().decode(ticket());
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(verifier.verify(Base64.getUrlEncoder().encodeToString(flipped)))
          .as("bit %d", bit)
          .isInstanceOf(Rejected.class);
    }
  }

  @Test
  void itsTimesAreKept() {
    String ticket = ticket();
    time.pass(LIFE.plusMillis(4_999));
    assertThat(verifier.verify(ticket)).isInstanceOf(Verified.class);
    time.pass(Duration.ofMillis(1));
    assertRefused(ticket, EXPIRED);
    time.pass(LIFE.plusSeconds(10).negated());
    assertThat(verifier.verify(ticket)).isInstanceOf(Verified.class);
    time.pass(Duration.ofSeconds(-1));
    assertRefused(ticket, NOT_YET_VALID);
  }

  @Test
  void revocationsAreObeyed() {
    String ticket = ticket();
    revocations.add(
        Revocation.ofEpoch("1", Forge.USER, 7, RevocationReason.BANNED, time.instant()));
    assertThat(verifier.verify(ticket)).isInstanceOf(Verified.class);
    revocations.add(
        Revocation.ofEpoch("2", Forge.USER, 8, RevocationReason.BANNED, time.instant()));
    assertRefused(ticket, BANNED);
    String after =
        ServerTicket.mint(key, Forge.USER, Forge.SESSION, 8, false, LIFE, time.instant());
    assertThat(verifier.verify(after)).isInstanceOf(Verified.class);
    revocations.add(
        Revocation.ofSession(
            "3", Forge.USER, Forge.SESSION, RevocationReason.KICKED, time.instant()));
    assertRefused(after, KICKED);
  }

  @Test
  void epochsGoRoundTheCircle() {
    revocations.add(
        Revocation.ofEpoch("1", Forge.USER, 1_280, RevocationReason.BANNED, time.instant()));
    for (int epoch = 1_280 - 63; epoch < 1_280; epoch++) {
      assertRefused(
          ServerTicket.mint(key, Forge.USER, Forge.SESSION, epoch, false, LIFE, time.instant()),
          BANNED);
    }
    for (int epoch = 1_280; epoch < 1_280 + 64; epoch++) {
      assertThat(
              verifier.verify(
                  ServerTicket.mint(
                      key, Forge.USER, Forge.SESSION, epoch, false, LIFE, time.instant())))
          .isInstanceOf(Verified.class);
    }
  }

  @Test
  void aSingleUseTicketOpensOnce() {
    time.pass(Duration.ofSeconds(1));
    String ticket = singleUse(Forge.SESSION);
    assertThat(verifier.verify(ticket)).isInstanceOf(Verified.class);
    assertRefused(ticket, ALREADY_USED);
    assertThat(verifier.verify(singleUse(Forge.SESSION + 32))).isInstanceOf(Verified.class);
    time.pass(Duration.ofSeconds(1));
    assertThat(verifier.verify(singleUse(Forge.SESSION))).isInstanceOf(Verified.class);
  }

  @Test
  void oneOfManyThreadsGetsThrough() throws Exception {
    time.pass(Duration.ofSeconds(1));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 1; round <= 50; round++) {
        String ticket = singleUse(round);
        List<Future<Boolean>> entered = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          entered.add(threads.submit(() -> verifier.verify(ticket) instanceof Verified));
        }
        int count = 0;
        for (Future<Boolean> one : entered) {
          count += one.get() ? 1 : 0;
        }
        assertThat(count).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRestartDoesNotMakeATicketGoodAgain() {
    time.pass(Duration.ofSeconds(1));
    String ticket = singleUse(Forge.SESSION);
    assertThat(verifier.verify(ticket)).isInstanceOf(Verified.class);
    TicketVerifier restarted = verifier(key);
    assertThat(restarted.verify(ticket)).isEqualTo(new Rejected(ALREADY_USED));
    assertThat(restarted.verify(ticket())).isInstanceOf(Verified.class); // not single use
  }

  @Test
  void aRefusedTicketIsNotUsedUp() {
    time.pass(Duration.ofSeconds(10));
    String ticket = singleUse(Forge.SESSION);
    time.pass(Duration.ofSeconds(-6));
    assertRefused(ticket, NOT_YET_VALID);
    time.pass(Duration.ofSeconds(6));
    assertThat(verifier.verify(ticket)).isInstanceOf(Verified.class);
  }

  @Test
  void whatIsUsedIsForgottenAfterItExpiredAndNotBefore() {
    UsedTickets used = new UsedTickets(0);
    byte[] ticket = new byte[48];
    ticket[27] = 10; // issued
    ticket[31] = 70; // expires
    for (int i = 0; i < UsedTickets.CAPACITY; i++) {
      ticket[45] = (byte) (i >>> 16);
      ticket[46] = (byte) (i >>> 8);
      ticket[47] = (byte) i;
      assertThat(used.use(ticket, 20, 5)).isTrue();
    }
    assertThat(used.use(ticket, 74, 5)).isFalse();
    ticket[40] = 1;
    assertThat(used.use(ticket, 74, 5)).isFalse(); // full: refused rather than forgotten
    assertThat(used.use(ticket, 75, 5)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "################################################################",
        "中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中"
      })
  void whatIsNoTicketIsMalformed(String text) {
    assertRefused(text, MALFORMED);
    assertThat(verifier.verify(null)).isEqualTo(new Rejected(MALFORMED));
  }

  @Test
  void truncatedOrMutatedTicketsAreRejectedWhateverTheyAre() {
    String good = ticket();
    for (int length = 0; length < good.length(); length++) {
      assertRefused(good.substring(0, length), MALFORMED);
    }
    for (long seed = 0; seed < 50_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder(good);
      for (int i = random.nextInt(4); i >= 0; i--) {
        text.setCharAt(
            random.nextInt(64), (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
      }
      if (!text.toString().equals(good)) {
        assertThat(verifier.verify(text.toString()))
            .as("seed %d", seed)
            .isInstanceOf(Rejected.class);
      }
    }
  }

  @Test
  void aGenuineTagDoesNotMakeNonsenseGood() {
    assertResealed(2, 31); // another shard than the user id's
    assertResealed(0, 2); // another version
    assertResealed(8, 0x80); // a negative user id
    assertResealed(16, 0x80); // a negative session id
    assertResealed(28, 0xFF); // lives for decades
    assertResealed(28, 0); // expired before it was issued
  }

  private void assertResealed(int at, int value) {
    byte[] bytes = Base64.getUrlDecoder().decode(ticket());
    bytes[at] = (byte) value;
    key.seal(bytes);
    assertRefused(Base64.getUrlEncoder().encodeToString(bytes), MALFORMED);
  }

  @Test
  void nonsenseIsNotMinted() {
    assertNotMinted(Forge.SESSION, Duration.ZERO, time.instant());
    assertNotMinted(Forge.SESSION, Duration.ofSeconds(901), time.instant());
    assertNotMinted(0, LIFE, time.instant());
    assertNotMinted(Forge.SESSION, LIFE, Instant.ofEpochSecond((1L << 32) - 60));
    assertNotMinted(Forge.SESSION, LIFE, Instant.ofEpochSecond(-1));
  }

  private void assertNotMinted(long session, Duration life, Instant now) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerTicket.mint(key, Forge.USER, session, 7, false, life, now));
  }

  @Test
  void keysThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(this::verifier);
    ServerTicketKey twin = ServerTicketKey.of("s1", 4, new byte[32]);
    assertThatIllegalArgumentException().isThrownBy(() -> verifier(key, twin));
    ServerTicketKey other = ServerTicketKey.derive(MASTER, "s2", 5);
    assertThatIllegalArgumentException().isThrownBy(() -> verifier(key, other));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerTicketKey.of("s1", 4, new byte[31]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerTicketKey.derive(new byte[31], "s1", 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerTicketKey.derive(MASTER, "s1", 256));
    assertThatIllegalArgumentException().isThrownBy(() -> ServerTicketKey.derive(MASTER, " ", 4));
    assertThat(key.toString()).isEqualTo("ServerTicketKey[serverId=s1, epoch=4, key=[REDACTED]]");
  }
}
