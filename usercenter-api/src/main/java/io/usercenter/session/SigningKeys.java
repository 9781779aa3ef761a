package io.usercenter.session;

import io.usercenter.platform.Caches;
import io.usercenter.platform.Seal;
import io.usercenter.token.Jwks;
import io.usercenter.token.KeySource;
import io.usercenter.token.SigningKeyPair;
import io.usercenter.token.VerificationKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The keys that sign access tokens, kept in the admin database with the private half sealed (kid as
 * context) under a key derived from the master key. Held in memory: no request waits for that
 * database.
 *
 * <p>There is always one key that signs and one that waits for its turn, published already. A
 * rotation fixes when that turn is, far enough ahead that every instance knows of it; then each
 * changes keys by its own clock, and a difference of clocks does not matter, since both keys are
 * good. A compromised key is dropped by every instance and verifier as soon as it hears of it, and
 * the waiting key signs at once.
 */
public final class SigningKeys implements KeySource {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
  private static final String KIND = "signing-keys";

  private final SigningKeyMapper mapper;
  private final RevocationOutbox outbox;
  private final Caches caches;
  private final Seal seal;
  private final SecureRandom random;
  private final InstantSource clock;
  private final SigningKeySettings settings;
  private final Duration tellFor;
  private final Set<String> heardWithdrawn = ConcurrentHashMap.newKeySet();
  private String toldIn = "";
  private volatile Loaded loaded;

  /**
   * @param tellFor how long a compromised key is announced: as long as its tokens could be good
   */
  SigningKeys(
      SigningKeyMapper mapper,
      RevocationOutbox outbox,
      Caches caches,
      Seal seal,
      SecureRandom random,
      InstantSource clock,
      SigningKeySettings settings,
      Duration tellFor) {
    this.mapper = mapper;
    this.outbox = outbox;
    this.caches = caches;
    this.seal = seal;
    this.random = random;
    this.clock = clock;
    this.settings = settings;
    this.tellFor = tellFor;
    this.loaded = new Loaded(List.of(), Map.of());
    maintain();
    log.info("tokens are signed by {}", active().algorithm().provider());
    caches.onChange(KIND, key -> reload());
  }

  /** The key that signs now. */
  SigningKeyPair active() {
    Loaded now = loaded;
    SigningKeyMapper.Row row = signing(now.rows(), clock.instant());
    SigningKeyPair pair = now.pairs().get(row.kid());
    if (pair == null) {
      throw new IllegalStateException("signing key " + row.kid() + " is not loaded");
    }
    return pair;
  }

  /** All keys that tokens may be checked with, the next one included. */
  Jwks jwks() {
    return loaded.jwks();
  }

  @Override
  public @Nullable VerificationKey find(String kid) {
    return loaded.jwks().find(kid);
  }

  /** All keys that ever were, the newest first. */
  public List<SigningKey> list() {
    Instant now = clock.instant();
    List<SigningKeyMapper.Row> rows = mapper.all();
    String signing = signing(rows, now).kid();
    return rows.reversed().stream().map(row -> describe(row, signing, now)).toList();
  }

  /**
   * Gives the next key its turn: as soon as every instance knows of it and it was published for
   * {@code publish-ahead}. Done again before that moment it changes nothing.
   *
   * @return from when the next key signs
   */
  public SigningKey rotate() {
    Instant now = now();
    List<SigningKeyMapper.Row> rows = mapper.all();
    SigningKeyMapper.Row next = next(rows, now).orElseGet(() -> create(rows, null));
    mapper.signFrom(next.kid(), turn(next, now, settings));
    announce();
    log.info("signing key {} signs from {}", next.kid(), turn(next, now, settings));
    return find(next.kid(), list());
  }

  /**
   * Drops a key that somebody else may have: its tokens are refused everywhere within a second or
   * so, and players get others by their refresh tokens, which do not depend on it.
   *
   * @return empty when there is no such key
   */
  public Optional<SigningKey> compromise(String kid) {
    Instant now = now();
    List<SigningKeyMapper.Row> rows = mapper.all();
    if (rows.stream().noneMatch(row -> row.kid().equals(kid))) {
      return Optional.empty();
    }
    if (signing(rows, now).kid().equals(kid)) {
      // First, or for a moment a key of the past would sign again.
      SigningKeyMapper.Row next = next(rows, now).orElseGet(() -> create(rows, null));
      mapper.signFrom(next.kid(), now);
    }
    if (mapper.compromise(kid, now) == 1) {
      log.warn("signing key {} is compromised: nothing it signed is good any more", kid);
    }
    announce();
    return Optional.of(find(kid, list()));
  }

  private void announce() {
    maintain();
    caches.announceChange(KIND, "all");
  }

  /** The feed says that a key is withdrawn. */
  void withdraw(String kid) {
    // No look into the database here: whoever follows the feed must not wait.
    if (heardWithdrawn.add(kid)) {
      forget(kid);
    }
  }

  private synchronized void forget(String kid) {
    loaded = loaded.without(kid);
  }

  @Scheduled(fixedDelayString = "${usercenter.signing-keys.reload:10s}")
  void reload() {
    try {
      maintain();
    } catch (DataAccessException e) {
      log.warn("signing keys stay as they are, the admin database is away: {}", e.getMessage());
    }
  }

  /** Makes what is missing, plans what is due, and loads. Any instance may do it at any time. */
  private synchronized void maintain() {
    Instant now = now();
    List<SigningKeyMapper.Row> rows = mapper.all();
    if (rows.stream().noneMatch(started(now))) {
      create(rows, now);
      rows = mapper.all();
    }
    Optional<SigningKeyMapper.Row> next = next(rows, now);
    if (next.isEmpty()) {
      create(rows, null);
    } else if (next.get().signsFrom() == null
        && !startOf(signing(rows, now)).plus(settings.rotateEvery()).isAfter(now)) {
      Instant turn = turn(next.get(), now, settings);
      if (mapper.signFrom(next.get().kid(), turn) == 1) {
        log.info("signing key {} signs from {}, as planned", next.get().kid(), turn);
      }
    }
    retire(rows, now);
    load(mapper.all());
    tellOfCompromised(now);
  }

  private void retire(List<SigningKeyMapper.Row> rows, Instant now) {
    Instant successorStarted = null;
    for (SigningKeyMapper.Row row : rows.reversed()) {
      Instant over = successorStarted == null ? null : successorStarted.plus(settings.retain());
      if (row.good() && over != null && !over.isAfter(now) && mapper.retire(row.kid(), now) == 1) {
        log.info("signing key {} is retired", row.kid());
      }
      if (started(now).test(row)) {
        successorStarted = startOf(row);
      }
    }
  }

  /** Tells again what was heard, when the feed has lost it since. */
  private void tellOfCompromised(Instant now) {
    List<Fact> fresh = new ArrayList<>();
    for (SigningKeyMapper.Row row : loaded.rows()) {
      Instant at = row.compromisedAt();
      if (at != null && at.plus(tellFor).isAfter(now)) {
        fresh.add(Fact.ofKey(row.kid(), at));
      }
    }
    if (fresh.isEmpty()) {
      return;
    }
    Optional<String> generation = outbox.generation();
    boolean lost = !generation.equals(Optional.of(toldIn));
    for (Fact fact : fresh) {
      boolean heard = fact.kid() != null && heardWithdrawn.contains(fact.kid());
      if ((lost || !heard) && !outbox.announce(fact)) {
        log.warn("Redis is away: verifiers hear of key {} when they fetch the keys", fact.kid());
        return;
      }
    }
    toldIn = generation.orElse("");
  }

  /**
   * Makes the key that is missing.
   *
   * @param rows in which it is missing: an instance that has made it since has taken its number
   */
  private SigningKeyMapper.Row create(
      List<SigningKeyMapper.Row> rows, @Nullable Instant signsFrom) {
    SigningKeyPair pair = SigningKeyPair.generate(settings.algorithm(), random);
    int number = rows.isEmpty() ? 1 : rows.getLast().number() + 1;
    try {
      mapper.insert(
          pair.kid(),
          number,
          pair.algorithm(),
          pair.publicX509(),
          seal.close(pair.privatePkcs8(), pair.kid()),
          now(),
          signsFrom);
      log.info("made signing key {}", pair.kid());
    } catch (DuplicateKeyException e) {
      log.info("another instance made the next signing key");
    }
    return mapper.all().stream().filter(row -> row.number() == number).findAny().orElseThrow();
  }

  private void load(List<SigningKeyMapper.Row> rows) {
    Map<String, SigningKeyPair> pairs = new HashMap<>();
    for (SigningKeyMapper.Row row : rows) {
      if (row.good() && !heardWithdrawn.contains(row.kid())) {
        SigningKeyPair known = loaded.pairs().get(row.kid());
        pairs.put(row.kid(), known == null ? open(row) : known);
      }
    }
    loaded = new Loaded(rows, pairs);
  }

  private SigningKeyPair open(SigningKeyMapper.Row row) {
    return SigningKeyPair.of(
        row.kid(),
        row.algorithm(),
        row.publicKey(),
        seal.open(row.sealedPrivate(), row.kid(), "signing key " + row.kid()));
  }

  /** When the turn of a key is, decided now. */
  static Instant turn(SigningKeyMapper.Row next, Instant now, SigningKeySettings settings) {
    Instant known = now.plus(settings.notice());
    Instant published = next.createdAt().plus(settings.publishAhead());
    return known.isAfter(published) ? known : published;
  }

  /** The key whose turn came last; the waiting one if all of those are compromised. */
  static SigningKeyMapper.Row signing(List<SigningKeyMapper.Row> rows, Instant now) {
    return rows.stream()
        .filter(started(now))
        .max(Comparator.comparing(SigningKeys::startOf))
        .or(() -> next(rows, now))
        .orElseThrow(() -> new IllegalStateException("there is no signing key that may be used"));
  }

  static Optional<SigningKeyMapper.Row> next(List<SigningKeyMapper.Row> rows, Instant now) {
    return rows.stream().filter(row -> row.good() && !started(now).test(row)).findFirst();
  }

  private static Predicate<SigningKeyMapper.Row> started(Instant now) {
    return row -> row.good() && row.signsFrom() != null && !row.signsFrom().isAfter(now);
  }

  private static Instant startOf(SigningKeyMapper.Row row) {
    Instant signsFrom = row.signsFrom();
    return signsFrom == null ? Instant.MAX : signsFrom;
  }

  private static SigningKey describe(SigningKeyMapper.Row row, String signing, Instant now) {
    String status =
        row.compromisedAt() != null
            ? "COMPROMISED"
            : row.retiredAt() != null
                ? "RETIRED"
                : row.kid().equals(signing) ? "SIGNING" : started(now).test(row) ? "PAST" : "NEXT";
    return new SigningKey(
        row.kid(),
        row.algorithm().jwsName(),
        status,
        row.createdAt(),
        row.signsFrom(),
        row.compromisedAt(),
        row.retiredAt());
  }

  private static SigningKey find(String kid, List<SigningKey> keys) {
    return keys.stream().filter(key -> key.kid().equals(kid)).findAny().orElseThrow();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }

  /**
   * @param rows all of them
   * @param pairs those that are good, by kid
   */
  private record Loaded(
      List<SigningKeyMapper.Row> rows, Map<String, SigningKeyPair> pairs, Jwks jwks) {
    Loaded(List<SigningKeyMapper.Row> rows, Map<String, SigningKeyPair> pairs) {
      this(
          List.copyOf(rows),
          Map.copyOf(pairs),
          Jwks.of(
              rows.stream()
                  .filter(row -> pairs.containsKey(row.kid()))
                  .map(row -> pairs.get(row.kid()))
                  .map(SigningKeyPair::verificationKey)
                  .toList()));
    }

    Loaded without(String kid) {
      Map<String, SigningKeyPair> others = new HashMap<>(pairs);
      others.remove(kid);
      return new Loaded(rows.stream().filter(row -> !row.kid().equals(kid)).toList(), others);
    }
  }
}
