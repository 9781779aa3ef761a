package io.usercenter.benchmarks;

import io.usercenter.id.UserId;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationReason;
import io.usercenter.token.Revocations;
import io.usercenter.token.ServerTicket;
import io.usercenter.token.ServerTicketKey;
import io.usercenter.token.TicketVerification;
import io.usercenter.token.TicketVerifier;
import io.usercenter.token.TokenVerifier;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A check of a server ticket with a million revocations loaded, beside its HMAC alone. */
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
@State(Scope.Benchmark)
public class TicketBenchmark {
  private static final int REVOCATIONS = 1_000_000;
  private static final int TICKETS = 1 << 13;
  private static final int SIGNED_BYTES = 32;

  private final String[] tickets = new String[TICKETS];
  private final byte[][] signed = new byte[TICKETS][];
  private final byte[] tag = new byte[32];
  private int next;
  private Mac mac;
  private TicketVerifier verifier;

  @Setup
  public void prepare() throws GeneralSecurityException {
    Random random = new Random(1);
    InstantSource clock = InstantSource.system();
    Instant now = clock.instant();
    byte[] master = new byte[32];
    random.nextBytes(master);
    ServerTicketKey key = ServerTicketKey.derive(master, "s1", 1);
    mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.secret(), "HmacSHA256"));
    Revocations revocations = new Revocations(Duration.ofHours(1), 2 * REVOCATIONS, clock);
    for (int i = 0; i < REVOCATIONS; i++) {
      revocations.add(
          i % 2 == 0
              ? Revocation.ofSession(
                  "1", id(random), random.nextLong(1, 1L << 60), RevocationReason.LOGOUT, now)
              : Revocation.ofEpoch("1", id(random), 1, RevocationReason.BANNED, now));
    }
    for (int i = 0; i < TICKETS; i++) {
      tickets[i] =
          ServerTicket.mint(
              key,
              id(random),
              random.nextLong(1, 1L << 60),
              0,
              false,
              ServerTicket.LONGEST_LIFE,
              now);
      signed[i] = java.util.Arrays.copyOf(Base64.getUrlDecoder().decode(tickets[i]), SIGNED_BYTES);
    }
    verifier =
        TokenVerifier.builder()
            .issuer("https://id.example.com")
            .audience("games")
            .keys(_ -> null)
            .revocations(revocations)
            .build()
            .tickets(List.of(key));
  }

  private static UserId id(Random random) {
    return new UserId(random.nextLong(1, 1L << 60));
  }

  private int next() {
    next = (next + 1) & (TICKETS - 1);
    return next;
  }

  @Benchmark
  public TicketVerification ticket(ProcessorTime time) {
    time.count();
    TicketVerification verification = verifier.verify(tickets[next()]);
    if (verification instanceof TicketVerification.Verified) {
      return verification;
    }
    throw new IllegalStateException("refused: " + verification);
  }

  @Benchmark
  public byte[] macAlone(ProcessorTime time) throws GeneralSecurityException {
    time.count();
    mac.update(signed[next()], 0, SIGNED_BYTES);
    mac.doFinal(tag, 0);
    return tag;
  }
}
