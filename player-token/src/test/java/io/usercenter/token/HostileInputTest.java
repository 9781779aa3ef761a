package io.usercenter.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.usercenter.token.Verification.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever arrives, the answer is a rejection and never an exception. Seeded mutations of a valid
 * token, and of what is under its signature; a failure prints the seed.
 */
class HostileInputTest {
  private static final int ROUNDS = 6_000;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}\"\u0000\uD800é中";

  private final ManualTime time = new ManualTime();
  private final Forge forge = new Forge(time);
  private final TokenVerifier verifier =
      TokenVerifier.builder()
          .issuer(Forge.ISSUER)
          .audience(Forge.AUDIENCE)
          .keys(Jwks.of(List.of(forge.key.verificationKey())))
          .revocations(new Revocations(Duration.ofHours(1), 10, time))
          .clock(time)
          .build();

  @Test
  void mutationsOfAValidTokenAreRejected() {
    String valid = forge.regular().compact();
    Map<RejectionReason, Integer> seen = new EnumMap<>(RejectionReason.class);
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      String mutated = mutate(valid, random);
      if (!mutated.equals(valid)) {
        seen.merge(rejection(mutated, seed), 1, Integer::sum);
      }
    }
    // Both sides of the signature check were reached, or the mutations prove little.
    assertThat(seen)
        .containsKeys(
            RejectionReason.MALFORMED, RejectionReason.BAD_SIGNATURE, RejectionReason.UNKNOWN_KEY);
  }

  @Test
  void mutationsUnderAGenuineSignatureNeverThrow() {
    String header = StrictJson.write(forge.header());
    String claims = StrictJson.write(forge.claims());
    int rejected = 0;
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      String token =
          random.nextBoolean()
              ? forge.sign(mutate(header, random), claims)
              : forge.sign(header, mutate(claims, random));
      try {
        rejected += verifier.verify(token) instanceof Rejected ? 1 : 0;
      } catch (Throwable e) {
        fail("seed " + seed, e);
      }
    }
    assertThat(rejected).isGreaterThan(1_000);
  }

  @Test
  void randomTextIsRejected() {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      rejection(new String(bytes, StandardCharsets.ISO_8859_1), seed);
      String parts =
          Forge.encode(bytes) + "." + Forge.encode(bytes) + "." + Forge.encode(new byte[64]);
      rejection(parts, seed);
    }
  }

  @Test
  void everyTruncationIsRejected() {
    String valid = forge.regular().compact();
    for (int length = 0; length < valid.length(); length++) {
      rejection(valid.substring(0, length), length);
      rejection(valid.substring(valid.length() - length), length);
    }
  }

  @Test
  void mutationsOfAValidTicketAreRejected() {
    ServerTicketKey key = ticketKey();
    TicketVerifier tickets = verifier.tickets(List.of(key));
    String valid = ticket(key);
    assertThat(tickets.verify(valid)).isInstanceOf(TicketVerification.Verified.class);
    Map<RejectionReason, Integer> seen = new EnumMap<>(RejectionReason.class);
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = Base64.getUrlDecoder().decode(valid);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      for (String mutated :
          List.of(mutate(valid, random), Base64.getUrlEncoder().encodeToString(bytes))) {
        if (!mutated.equals(valid)) {
          seen.merge(ticketRejection(tickets, mutated, seed), 1, Integer::sum);
        }
      }
    }
    assertThat(seen)
        .containsKeys(
            RejectionReason.MALFORMED,
            RejectionReason.BAD_SIGNATURE,
            RejectionReason.UNKNOWN_KEY,
            RejectionReason.WRONG_AUDIENCE);
  }

  @Test
  void whateverStandsUnderAGenuineTagNeverThrows() {
    ServerTicketKey key = ticketKey();
    TicketVerifier tickets = verifier.tickets(List.of(key));
    String valid = ticket(key);
    int rejected = 0;
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = Base64.getUrlDecoder().decode(valid);
      for (int i = random.nextInt(12); i >= 0; i--) {
        // Not version, key and server: what comes behind the tag is to be read.
        bytes[random.nextBoolean() ? 2 + random.nextInt(2) : 8 + random.nextInt(24)] =
            (byte) random.nextInt();
      }
      key.seal(bytes);
      try {
        String sealed = Base64.getUrlEncoder().encodeToString(bytes);
        rejected += tickets.verify(sealed) instanceof TicketVerification.Rejected ? 1 : 0;
      } catch (Throwable e) {
        fail("seed " + seed, e);
      }
    }
    assertThat(rejected).isGreaterThan(ROUNDS / 2);
  }

  private static ServerTicketKey ticketKey() {
    return ServerTicketKey.of("s1", 4, new byte[ServerTicketKey.LENGTH]);
  }

  private String ticket(ServerTicketKey key) {
    return ServerTicket.mint(
        key, Forge.USER, Forge.SESSION, 7, false, Duration.ofMinutes(1), time.instant());
  }

  private static RejectionReason ticketRejection(TicketVerifier tickets, String text, long seed) {
    try {
      TicketVerification verification = tickets.verify(text);
      if (verification instanceof TicketVerification.Rejected refused) {
        return refused.reason();
      }
      return fail("seed " + seed + " was accepted: " + text);
    } catch (RuntimeException e) {
      return fail("seed " + seed, e);
    }
  }

  private RejectionReason rejection(String token, long seed) {
    try {
      Verification verification = verifier.verify(token);
      if (verification instanceof Rejected rejected) {
        return rejected.reason();
      }
      return fail("seed " + seed + " was accepted: " + token);
    } catch (RuntimeException | StackOverflowError e) {
      return fail("seed " + seed, e);
    }
  }

  private static String mutate(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times && mutated.length() > 4; i++) {
      int at = random.nextInt(mutated.length());
      int to = at + random.nextInt(Math.min(40, mutated.length() - at));
      char any = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(6)) {
        case 0, 1 -> mutated.setCharAt(at, any);
        case 2 -> mutated.delete(at, to);
        case 3 -> mutated.insert(at, mutated.substring(at, to));
        case 4 -> mutated.insert(at, any);
        default -> mutated.setCharAt(at, mutated.charAt(random.nextInt(mutated.length())));
      }
    }
    return mutated.toString();
  }
}
