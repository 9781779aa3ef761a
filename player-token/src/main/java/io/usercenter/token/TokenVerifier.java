package io.usercenter.token;

import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.MALFORMED;
import static io.usercenter.token.RejectionReason.NEWS_TOO_OLD;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static java.lang.System.Logger.Level.WARNING;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.usercenter.token.CheckedTokens.Checked;
import io.usercenter.token.TokenDecoder.Genuine;
import io.usercenter.token.TokenDecoder.Refused;
import io.usercenter.token.TokenDecoder.TokenRules;
import io.usercenter.token.Verification.Rejected;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens. Thread safe and meant to live as long as the process.
 *
 * <p>In a game server it fetches the keys, follows the revocations in the background, and answers
 * from memory; it asks nobody on a check, save once for a key that it does not know yet:
 *
 * <pre>{@code
 * TokenVerifier verifier = TokenVerifier.builder()
 *     .issuer("https://id.example.com").audience("games")
 *     .serviceCredential(id, secret)
 *     .build();
 * }</pre>
 *
 * <p>Where keys and revocations are at hand, as in the user center itself, it is given both and
 * starts no thread.
 */
public final class TokenVerifier implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());

  private final TokenDecoder decoder;
  private final TokenRules rules;
  private final long leewayMillis;
  private final KeySource keys;
  private final Revocations revocations;
  private final CheckedTokens checkedTokens;
  private final InstantSource clock;
  private final @Nullable Follower follower;
  private final Map<String, TicketVerifier> ticketVerifiers = new ConcurrentHashMap<>();

  private TokenVerifier(Parts parts, CheckedTokens checkedTokens, @Nullable Follower follower) {
    this.rules = parts.rules();
    this.leewayMillis = rules.leeway().toMillis();
    this.keys = parts.keys();
    this.revocations = parts.revocations();
    this.clock = parts.clock();
    this.decoder = new TokenDecoder(rules, keys, clock);
    this.checkedTokens = checkedTokens;
    this.follower = follower;
  }

  private record Parts(
      TokenRules rules, KeySource keys, Revocations revocations, InstantSource clock) {}

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Checks a token: what it says, who signed it, and whether it was revoked. Never throws, whatever
   * the token is; null is {@link RejectionReason#MALFORMED}.
   */
  public Verification verify(@Nullable String token) {
    if (token == null || token.length() > TokenDecoder.LONGEST_TOKEN) {
      return new Rejected(MALFORMED);
    }
    // First: a clock waits for the memory that was asked for before it, but not the other way
    // round.
    long now = clock.millis();
    Checked checked = checkedTokens.find(token);
    if (checked == null) {
      TokenDecoder.Decoded decoded = decoder.decode(token);
      if (decoded instanceof Refused refused) {
        return refused.rejected();
      }
      Genuine genuine = (Genuine) decoded;
      checked = new Checked(token, genuine.key(), genuine.verified());
      checkedTokens.put(checked);
    }
    RejectionReason reason = whatChangedSince(checked, now);
    return reason == null ? checked.result : new Rejected(reason);
  }

  /** All that may have become different since the signature was checked. */
  @SuppressWarnings("ReferenceEquality") // equals follows where it matters
  private @Nullable RejectionReason whatChangedSince(Checked checked, long nowMillis) {
    if (nowMillis >= checked.expiresMillis + leewayMillis) {
      return EXPIRED;
    }
    VerificationKey key = keys.find(checked.key.kid());
    if (key != checked.key && !checked.key.equals(key)) { // nearly always the same object
      return UNKNOWN_KEY;
    }
    RejectionReason revoked =
        revocations.check(checked.userId, checked.sessionId, checked.epoch, checked.issuedSecond);
    if (revoked != null) {
      return revoked;
    }
    return follower != null && follower.mustRefuse(checked.result.token().userId())
        ? NEWS_TOO_OLD
        : null;
  }

  /**
   * A verifier for the server tickets of one game server, which knows of the same revocations.
   *
   * @param keys of one server, one per epoch: the key of now and, while it is rotated, the one
   *     before
   * @throws IllegalArgumentException if there is none, or they are not of one server
   */
  public TicketVerifier tickets(Collection<ServerTicketKey> keys) {
    List<String> servers = keys.stream().map(ServerTicketKey::serverId).distinct().toList();
    if (servers.size() != 1) {
      throw new IllegalArgumentException("ticket keys must be of one server, got " + keys);
    }
    return tickets(ServerTicketKey.hash(servers.get(0)), TicketKeys.of(keys));
  }

  /**
   * A verifier for the server tickets of one game server, which fetches their keys and follows
   * their rotation by itself. Does not wait for the keys: the first ticket does. The same one each
   * time, or a single-use ticket could be used at each.
   *
   * @param serverId the id of the game server in the user center; the service credential must speak
   *     for it
   * @throws IllegalStateException if this verifier has no service credential
   */
  public TicketVerifier tickets(String serverId) {
    Follower following = follower;
    if (following == null) {
      throw new IllegalStateException("ticket keys are fetched with a serviceCredential");
    }
    int serverHash = ServerTicketKey.hash(serverId);
    return ticketVerifiers.computeIfAbsent(
        serverId, id -> tickets(serverHash, following.ticketKeys(id)));
  }

  private TicketVerifier tickets(int serverHash, TicketKeySource ticketKeys) {
    return new TicketVerifier(
        serverHash,
        ticketKeys,
        revocations,
        user -> follower != null && follower.mustRefuse(user),
        rules.leeway(),
        clock);
  }

  /**
   * How old the news of revocations is; empty if nothing was heard yet. Zero for a verifier whose
   * revocations somebody else keeps. While nothing happens it goes up to the time of one poll.
   */
  public Optional<Duration> newsAge() {
    if (follower == null) {
      return Optional.of(Duration.ZERO);
    }
    long millis = follower.newsAgeMillis();
    return millis == NewsAge.NEVER ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  /**
   * Waits until the keys and the first news of revocations have arrived.
   *
   * @return whether they have; false after the timeout
   */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    return follower == null || follower.awaitReady(timeout);
  }

  /** Stops following the user center. Checks go on with what is known, until that is too old. */
  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
  }

  /** Settings of a verifier. Issuer, audience and service credential have no default. */
  public static final class Builder {
    private @Nullable String issuer;
    private @Nullable String audience;
    private TokenType tokenType = TokenType.AT_JWT;
    private @Nullable String address;
    private @Nullable ServiceCredential credential;
    private @Nullable KeySource keys;
    private @Nullable Revocations revocations;
    private Duration maxStaleness = Duration.ofSeconds(60);
    private WhenStale whenStale = WhenStale.FAIL_CLOSED;
    private Duration keyRefresh = Duration.ofSeconds(60);
    private Duration leeway = Duration.ofSeconds(5);
    private Duration longestTokenLife = Duration.ofHours(1);
    private int revocationCapacity = Revocations.DEFAULT_CAPACITY;
    private int checkedTokens = 16_384;
    private @Nullable Path snapshot;
    private InstantSource clock = Clock.systemUTC();
    private LongSupplier nanoTime = System::nanoTime;

    private Builder() {}

    /** The {@code iss} that is accepted: the user center's public base URL, letter for letter. */
    @CanIgnoreReturnValue
    public Builder issuer(String issuer) {
      this.issuer = issuer;
      return this;
    }

    /** The {@code aud} that must be among those of the token. */
    @CanIgnoreReturnValue
    public Builder audience(String audience) {
      this.audience = audience;
      return this;
    }

    /**
     * The {@code typ} of the tokens, as in the user center's settings; {@link TokenType#AT_JWT} by
     * default. {@link TokenType#JWT} takes both, so verifiers change first.
     */
    @CanIgnoreReturnValue
    public Builder tokenType(TokenType tokenType) {
      this.tokenType = tokenType;
      return this;
    }

    /** Where the user center is reached from here, if not at the issuer's URL. */
    @CanIgnoreReturnValue
    public Builder address(String baseUrl) {
      this.address = baseUrl;
      return this;
    }

    /** The credential of this game server; needed to follow the revocations. */
    @CanIgnoreReturnValue
    public Builder serviceCredential(String id, String secret) {
      this.credential = new ServiceCredential(id, secret);
      return this;
    }

    /**
     * How old the news of revocations may be, 1 s to 24 h, 60 s by default. Also sets how long a
     * poll may wait: half of it, at most 25 s.
     */
    @CanIgnoreReturnValue
    public Builder maxStaleness(Duration maxStaleness) {
      this.maxStaleness = maxStaleness;
      return this;
    }

    /** What to do when the news is older than that; {@link WhenStale#FAIL_CLOSED} by default. */
    @CanIgnoreReturnValue
    public Builder whenStale(WhenStale whenStale) {
      this.whenStale = whenStale;
      return this;
    }

    /**
     * How often the keys are fetched, 10 s to 1 h: a withdrawn key dies so soon; 60 s by default.
     */
    @CanIgnoreReturnValue
    public Builder keyRefresh(Duration keyRefresh) {
      this.keyRefresh = keyRefresh;
      return this;
    }

    /** How far the clocks may be apart, 0 to 60 s in whole seconds; 5 s by default. */
    @CanIgnoreReturnValue
    public Builder leeway(Duration leeway) {
      this.leeway = leeway;
      return this;
    }

    /**
     * Tokens that claim a longer life are refused, since revocations are remembered no longer. At
     * least the issuer's token lifetime, at most 24 h; 1 h by default.
     */
    @CanIgnoreReturnValue
    public Builder longestTokenLife(Duration longestTokenLife) {
      this.longestTokenLife = longestTokenLife;
      return this;
    }

    /** The most revocations held, about 100 bytes each; see {@link Revocations}. */
    @CanIgnoreReturnValue
    public Builder revocationCapacity(int revocationCapacity) {
      this.revocationCapacity = revocationCapacity;
      return this;
    }

    /**
     * How many tokens with a good signature are kept, about 1 kB each, so that it is not computed
     * again; 0 to 1,000,000, 16,384 by default. Revocation and expiry are checked every time.
     */
    @CanIgnoreReturnValue
    public Builder checkedTokens(int checkedTokens) {
      this.checkedTokens = checkedTokens;
      return this;
    }

    /**
     * A file to keep keys and revocations in, every 30 s and at {@link TokenVerifier#close}. After
     * a restart tokens are checked at once by what it says, also while the user center is away, as
     * long as {@link #maxStaleness} allows; the news is as old as the file. Only this game server
     * may be able to write it. Ticket keys are secrets and not in it. None by default.
     */
    @CanIgnoreReturnValue
    public Builder snapshot(Path file) {
      this.snapshot = file;
      return this;
    }

    /** Where the keys are, if they are not to be fetched. Goes with {@link #revocations}. */
    @CanIgnoreReturnValue
    public Builder keys(KeySource keys) {
      this.keys = keys;
      return this;
    }

    /** What is revoked, if somebody else keeps it up to date. Goes with {@link #keys}. */
    @CanIgnoreReturnValue
    public Builder revocations(Revocations revocations) {
      this.revocations = revocations;
      return this;
    }

    /** The system's UTC clock by default. */
    @CanIgnoreReturnValue
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    @CanIgnoreReturnValue
    Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      return this;
    }

    /**
     * Starts the verifier. Does not wait for the user center: see {@link #awaitReady}.
     *
     * @throws IllegalArgumentException if a setting is missing or out of bounds
     * @throws IllegalStateException if the Gson on the class path is older than 2.11.0
     */
    public TokenVerifier build() {
      GsonOnTheClassPath.require();
      String iss = required("issuer", issuer);
      String aud = required("audience", audience);
      requireBetween("leeway", leeway, Duration.ZERO, Duration.ofSeconds(60));
      requireBetween(
          "longestTokenLife", longestTokenLife, Duration.ofSeconds(1), Duration.ofHours(24));
      if (checkedTokens < 0 || checkedTokens > 1_000_000) {
        throw new IllegalArgumentException(
            "checkedTokens must be 0 to 1000000, was " + checkedTokens);
      }
      TokenRules rules = new TokenRules(tokenType, iss, aud, leeway, longestTokenLife);
      CheckedTokens cache = new CheckedTokens(checkedTokens);
      if (keys != null && revocations != null && credential == null) {
        return new TokenVerifier(new Parts(rules, keys, revocations, clock), cache, null);
      }
      if (keys != null || revocations != null) {
        throw new IllegalArgumentException(
            "either keys and revocations, or a serviceCredential to fetch both with");
      }
      return following(rules, cache, required("serviceCredential", credential));
    }

    private TokenVerifier following(
        TokenRules rules, CheckedTokens cache, ServiceCredential serviceCredential) {
      requireBetween("maxStaleness", maxStaleness, Duration.ofSeconds(1), Duration.ofHours(24));
      requireBetween(
          "keyRefresh", keyRefresh, FetchedDocument.SHORTEST_INTERVAL, Duration.ofHours(1));
      UserCenter userCenter = new UserCenter(address == null ? rules.issuer() : address);
      if (userCenter.isPlainText()) {
        LOG.log(WARNING, "the service credential goes unencrypted to {0}", userCenter);
      }
      Revocations known =
          new Revocations(rules.longestLife().plus(rules.leeway()), revocationCapacity, clock);
      NewsAge news = new NewsAge(clock, nanoTime);
      Snapshot before = lastSnapshot(rules.issuer());
      JwksClient jwks =
          new JwksClient(
              userCenter,
              before == null ? Jwks.of(List.of()) : before.keys(),
              keyRefresh,
              nanoTime);
      if (before != null) {
        before.withdrawn().forEach(jwks::withdraw);
        known.restore(before.revoked());
        news.completeAsOf(news.at(before.place().asOf()), Set.of());
      }
      Duration slack = RevocationFeed.slackWithin(maxStaleness);
      Duration wait = RevocationFeed.waitWithin(maxStaleness);
      TicketKeyClients ticketKeys =
          new TicketKeyClients(userCenter, serviceCredential, keyRefresh, nanoTime);
      RevocationFeed feed =
          new RevocationFeed(
              new HttpRevocationPages(userCenter, serviceCredential, slack),
              heard -> hear(heard, known, jwks, ticketKeys),
              news,
              wait,
              new SecureRandom(),
              before == null ? RevocationFeed.BEGINNING : before.place().next());
      Follower follower =
          new Follower(
              jwks,
              ticketKeys,
              feed,
              news,
              maxStaleness,
              whenStale,
              snapshotFile(rules.issuer(), feed, jwks, known));
      TokenVerifier verifier =
          new TokenVerifier(new Parts(rules, jwks, known, clock), cache, follower);
      follower.start();
      return verifier;
    }

    private @Nullable Snapshot lastSnapshot(String issuer) {
      Path file = snapshot;
      if (file == null) {
        return null;
      }
      try {
        return Snapshot.read(file).filter(read -> read.issuer().equals(issuer)).orElse(null);
      } catch (IOException e) {
        LOG.log(WARNING, "starting without a snapshot: {0}", e);
        return null;
      }
    }

    private Follower.SnapshotFile snapshotFile(
        String issuer, RevocationFeed feed, JwksClient jwks, Revocations known) {
      Path file = snapshot;
      if (file == null) {
        return () -> {};
      }
      AtomicReference<RevocationFeed.Place> written = new AtomicReference<>();
      return () -> {
        // The place first: what is known may be more than was heard up to there, never less.
        RevocationFeed.Place place = feed.place();
        if (place == null || place.equals(written.get()) || !jwks.hasKeys()) {
          return;
        }
        try {
          new Snapshot(issuer, place, jwks.believed(), jwks.withdrawn(), known.known()).write(file);
          written.set(place);
        } catch (IOException e) {
          LOG.log(WARNING, "the snapshot cannot be written, trying again: {0}", e);
        }
      };
    }

    private static void hear(
        News heard, Revocations revocations, JwksClient jwks, TicketKeyClients ticketKeys) {
      if (heard instanceof Revocation revocation) {
        revocations.add(revocation);
      } else if (heard instanceof WithdrawnKey key) {
        jwks.withdraw(key.kid());
      } else if (heard instanceof WithdrawnTicketKey key) {
        ticketKeys.hear(key);
      }
    }

    private static <T> T required(String setting, @Nullable T value) {
      if (value == null || (value instanceof String text && text.isBlank())) {
        throw new IllegalArgumentException(setting + " is not set");
      }
      return value;
    }

    private static void requireBetween(
        String setting, Duration value, Duration least, Duration most) {
      if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            setting + " must be " + least + " to " + most + ", was " + value);
      }
    }
  }
}
