package io.usercenter.idempotency;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.Digests;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.RandomText;
import io.usercenter.platform.Redis;
import io.usercenter.platform.Seal;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.Shards;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.ObjectMapper;

/**
 * Lets a request be sent again without doing its work again
 * (draft-ietf-httpapi-idempotency-key-header): the first one claims its key, does the work and
 * leaves its answer; for 24 hours the next ones get that answer. Refusals are not kept: what was
 * refused did nothing, and may be tried again with the same key.
 */
public final class Idempotency {
  static final Duration LIFE = Duration.ofHours(24);

  /** Then a key answers nobody: who knows it could otherwise try passwords with it. */
  static final int MISTAKES = 10;

  private static final Logger log = LoggerFactory.getLogger(Idempotency.class);
  private static final int ATTEMPTS = 3;
  private static final int ID_BYTES = 12;
  private static final ScopedValue<Answering> CURRENT = ScopedValue.newInstance();

  private final Records inShards;
  private final Records inAdmin;
  private final Shards shards;
  private final KeyUses uses;
  private final ObjectMapper json;
  private final SecureRandom random;
  private final InstantSource clock;
  private final SecretKey macKey;
  private final Seal seal;
  private final MeterRegistry meters;

  Idempotency(
      ShardIdempotencyMapper shardMapper,
      ShardTransactions shardTransactions,
      AdminIdempotencyMapper adminMapper,
      AdminTransactions adminTransactions,
      Shards shards,
      Redis redis,
      MasterKey master,
      ObjectMapper json,
      SecureRandom random,
      InstantSource clock,
      MeterRegistry meters) {
    this.inShards = new Records(shardMapper, shardTransactions::in);
    this.inAdmin = new Records(adminMapper, (scope, work) -> adminTransactions.in(work));
    this.shards = shards;
    this.uses = new KeyUses(redis, LIFE, text -> HexFormat.of().formatHex(mac(text), 0, 16));
    this.json = json;
    this.random = random;
    this.clock = clock;
    this.macKey = master.derive("idempotency mac v1", "HmacSHA256");
    this.seal = new Seal(master.derive("idempotency seal v1", "AES"), random);
    this.meters = meters;
  }

  /**
   * Does the work, or gives the answer of the time when it was done.
   *
   * @param header the value of {@code Idempotency-Key}; null does the work and remembers nothing
   * @param type of the answer, written and read as JSON
   * @param work may leave its answer by {@link #leave}; else it is left afterwards
   * @throws ApiException when the key cannot be read, is in flight, or was used for another request
   */
  public <T, X extends Exception> T once(
      @Nullable String header,
      KeyScope scope,
      SentRequest request,
      Class<? extends T> type,
      ScopedValue.CallableOp<? extends T, X> work)
      throws X {
    if (header == null) {
      return work.call();
    }
    IdempotencyKey key = IdempotencyKey.parse(header);
    Used used = used(scope, key);
    String sender = scope.sender();
    if (sender != null && !uses.note(sender, key, used.where())) {
      throw counted("other", other());
    }
    try {
      return answered(used, request, type, work);
    } catch (RuntimeException e) {
      if (sender != null && !saysThatItIsTaken(e)) {
        uses.forget(sender, key);
      }
      throw e;
    }
  }

  private <T, X extends Exception> T answered(
      Used used,
      SentRequest request,
      Class<? extends T> type,
      ScopedValue.CallableOp<? extends T, X> work)
      throws X {
    return switch (claim(used, request)) {
      case Claim.Answered(byte[] answer) -> {
        count("answered");
        yield json.readValue(
            seal.open(answer, used.context(), "the answer of an idempotent request"), type);
      }
      case Claim.Mine(IdempotencyMapper.Row row) -> {
        count("first");
        yield carriedOut(new Answering(used, row), work);
      }
      case Claim.InFlight() -> throw counted("in_flight", inFlight());
      case Claim.Other() -> throw counted("other", other());
    };
  }

  /**
   * Leaves the answer of the request in the transaction that is open, so that both are there or
   * neither. Does nothing when the request came without a key, or its record is in another shard;
   * then the answer is left after the work.
   *
   * @param shard of the transaction
   * @param answer as the controller will give it
   * @throws ApiException when the work took so long that another request has taken over
   */
  public void leave(Shard shard, Object answer) {
    leave(Optional.of(shard), answer);
  }

  /** The same, in a transaction of the admin database. */
  public void leaveInAdmin(Object answer) {
    leave(Optional.empty(), answer);
  }

  private static void leave(Optional<Shard> place, Object answer) {
    if (!CURRENT.isBound()
        || !CURRENT.get().used.place().equals(place)
        || !TransactionSynchronizationManager.isSynchronizationActive()) {
      return;
    }
    Answering answering = CURRENT.get();
    if (!answering.keep(answer)) {
      throw inFlight();
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            answering.kept = true;
          }
        });
  }

  /**
   * What the request may call the one thing that it makes: 16 characters that nobody can guess
   * (base64url, RFC 4648 section 5). The same when the request is carried out again because the
   * process died, so that it finds what it has made; another each time when it came without a key.
   */
  public String freshId() {
    return CURRENT.isBound() ? CURRENT.get().sameId() : RandomText.of(random, ID_BYTES);
  }

  private <T, X extends Exception> T carriedOut(
      Answering answering, ScopedValue.CallableOp<? extends T, X> work) throws X {
    T result;
    try {
      result = ScopedValue.where(CURRENT, answering).<T, X>call(work);
    } catch (RuntimeException e) {
      answering.release(e);
      throw e;
    }
    if (!answering.kept) {
      keepLate(answering, result);
    }
    return result;
  }

  /** The work is done and cannot be taken back: whoever asked gets his answer in any case. */
  private static void keepLate(Answering answering, Object result) {
    try {
      if (!answering.keep(result)) {
        log.warn("an idempotent request took longer than its patience: another took over");
      }
    } catch (DataAccessException e) {
      log.warn("an answer could not be kept under its Idempotency-Key: {}", e.getMessage());
    }
  }

  private Claim claim(Used used, SentRequest request) {
    byte[] fingerprint =
        mac("request\n" + request.operation() + "\n" + json.writeValueAsString(request.body()));
    for (int attempt = 1; ; attempt++) {
      try {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        byte[] claim = new byte[16];
        random.nextBytes(claim);
        IdempotencyMapper.Row mine =
            new IdempotencyMapper.Row(
                LocalDate.ofInstant(now, ZoneOffset.UTC),
                fingerprint,
                claim,
                now.plus(request.patience()),
                now,
                0,
                null);
        Optional<IdempotencyMapper.Row> other =
            used.records().transactions().in(used.scope(), () -> insertOrFind(used, mine));
        return other.map(row -> judged(used, row, mine)).orElse(new Claim.Mine(mine));
      } catch (PessimisticLockingFailureException | DuplicateKeyException e) {
        // Two at midnight wait for each other, or the row went away while it was looked at.
        if (attempt == ATTEMPTS) {
          throw inFlight();
        }
      }
    }
  }

  /**
   * Empty when the row is written. The key must be unused today and, within its 24 hours, on the
   * days beside: a clock may be behind at midnight. Each of two that insert at once waits at the
   * row of the other, MySQL ends one of them, and that one finds the other's row when it tries
   * again.
   */
  private Optional<IdempotencyMapper.Row> insertOrFind(Used used, IdempotencyMapper.Row mine) {
    try {
      used.mapper().insert(used.scope(), used.keyHash(), mine);
    } catch (DuplicateKeyException e) {
      Optional<IdempotencyMapper.Row> known =
          used.mapper().byDay(used.scope(), used.keyHash(), mine.day());
      if (known.isEmpty()) {
        throw e; // released a moment ago
      }
      return known;
    }
    Optional<IdempotencyMapper.Row> beside =
        used
            .mapper()
            .beside(used.scope(), used.keyHash(), mine.day().minusDays(1), mine.day().plusDays(1))
            .stream()
            .filter(row -> row.createdAt().plus(LIFE).isAfter(mine.createdAt()))
            .findFirst();
    if (beside.isPresent()) {
      used.mapper().release(used.scope(), used.keyHash(), mine.day(), mine.claim());
    }
    return beside;
  }

  private Claim judged(Used used, IdempotencyMapper.Row found, IdempotencyMapper.Row mine) {
    if (!MessageDigest.isEqual(found.fingerprint(), mine.fingerprint())) {
      used.mapper().mistaken(used.scope(), used.keyHash(), found.day());
      return new Claim.Other();
    }
    if (found.mistakes() >= MISTAKES) {
      return new Claim.Other();
    }
    if (found.answer() != null) {
      return new Claim.Answered(found.answer());
    }
    boolean abandoned = !found.claimedUntil().isAfter(mine.createdAt());
    return abandoned && used.mapper().takeOver(used.scope(), used.keyHash(), found, mine) == 1
        ? new Claim.Mine(found.takenOverBy(mine))
        : new Claim.InFlight();
  }

  private Used used(KeyScope scope, IdempotencyKey key) {
    Optional<Shard> place = scope.place().apply(shards);
    // Bit 62 keeps it positive; no user has such an id before 2087.
    long number = (ByteBuffer.wrap(mac("scope\n" + scope.who())).getLong() >>> 2) | (1L << 62);
    return new Used(
        place.isPresent() ? inShards : inAdmin,
        place,
        new UserId((number & -Shard.COUNT) | place.map(Shard::number).orElse(0)),
        mac("key\n" + scope.who() + "\n" + key.value()));
  }

  private byte[] mac(String text) {
    return Digests.hmac(macKey, text);
  }

  private static ApiException inFlight() {
    return new ApiException(
            ErrorCode.IDEMPOTENCY_IN_FLIGHT, "the first request with this key is being worked on")
        .retryAfter(Duration.ofSeconds(1));
  }

  private static ApiException other() {
    return new ApiException(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        "this Idempotency-Key was sent with another request; make a new one");
  }

  private static boolean saysThatItIsTaken(RuntimeException e) {
    return e instanceof ApiException refusal
        && (refusal.code() == ErrorCode.IDEMPOTENCY_IN_FLIGHT
            || refusal.code() == ErrorCode.IDEMPOTENCY_KEY_REUSED);
  }

  private ApiException counted(String outcome, ApiException refusal) {
    count(outcome);
    return refusal;
  }

  private void count(String outcome) {
    meters.counter("uc.idempotency", "outcome", outcome).increment();
  }

  /** A request that is being carried out under its key. */
  private final class Answering {
    private final Used used;
    private final IdempotencyMapper.Row row;
    private boolean kept;

    Answering(Used used, IdempotencyMapper.Row row) {
      this.used = used;
      this.row = row;
    }

    /** False when another request has taken over. */
    boolean keep(Object answer) {
      byte[] sealed = seal.close(json.writeValueAsBytes(answer), used.context());
      return used.mapper().complete(used.scope(), used.keyHash(), row.day(), row.claim(), sealed)
          == 1;
    }

    String sameId() {
      byte[] same = mac("same each time\n" + used.context() + "\n" + row.createdAt());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(same, ID_BYTES));
    }

    void release(RuntimeException why) {
      try {
        used.mapper().release(used.scope(), used.keyHash(), row.day(), row.claim());
      } catch (DataAccessException e) {
        why.addSuppressed(e); // the claim ends by itself
      }
    }
  }

  /** The table of one kind of database, with its transactions. */
  private record Records(IdempotencyMapper mapper, Transactions transactions) {}

  private interface Transactions {
    Optional<IdempotencyMapper.Row> in(
        UserId scope, Supplier<Optional<IdempotencyMapper.Row>> work);
  }

  /**
   * A key, as it is found again.
   *
   * @param place empty for the admin database
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Used(Records records, Optional<Shard> place, UserId scope, byte[] keyHash) {
    IdempotencyMapper mapper() {
      return records.mapper();
    }

    String where() {
      return place + " " + scope;
    }

    String context() {
      return HexFormat.of().formatHex(keyHash);
    }
  }

  private sealed interface Claim {
    record Mine(IdempotencyMapper.Row row) implements Claim {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answered(byte[] answer) implements Claim {}

    record InFlight() implements Claim {}

    record Other() implements Claim {}
  }
}
