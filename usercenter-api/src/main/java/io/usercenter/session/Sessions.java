package io.usercenter.session;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.id.UserId;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.scope.Scope;
import io.usercenter.token.AccessToken;
import io.usercenter.token.News;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationReason;
import io.usercenter.token.Revocations;
import io.usercenter.token.SignedToken;
import io.usercenter.token.TokenSigner;
import io.usercenter.token.TokenSubject;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import io.usercenter.token.WithdrawnKey;
import io.usercenter.token.WithdrawnTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions of players. They are rows in the player's shard; Redis and memory only speed up what can
 * be asked there again.
 */
public final class Sessions {
  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private static final int LISTED = 100;

  private final SessionMapper mapper;
  private final RefreshRows refreshes;
  private final RevocationOutbox outbox;
  private final Accounts accounts;
  private final ShardTransactions transactions;
  private final RefreshTokens refreshTokens;
  private final SigningKeys keys;
  private final TokenVerifier verifier;
  private final Revocations revocations;
  private final SessionSettings settings;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Standings standings;
  private final LastSeen lastSeen;
  private final RotationNotes notes;
  private final Rotation rotation;

  Sessions(
      SessionMapper mapper,
      RefreshRows refreshes,
      RotationNotes notes,
      RevocationOutbox outbox,
      Accounts accounts,
      ShardTransactions transactions,
      RefreshTokens refreshTokens,
      SigningKeys keys,
      Revocations revocations,
      Standings standings,
      LastSeen lastSeen,
      SessionSettings settings,
      InstantSource clock,
      SecureRandom random) {
    this.mapper = mapper;
    this.refreshes = refreshes;
    this.outbox = outbox;
    this.accounts = accounts;
    this.transactions = transactions;
    this.refreshTokens = refreshTokens;
    this.keys = keys;
    this.revocations = revocations;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.verifier =
        TokenVerifier.builder()
            .issuer(settings.issuer())
            .audience(settings.audience())
            .tokenType(settings.tokenType())
            .keys(keys)
            .revocations(revocations)
            .longestTokenLife(settings.accessTokenLife())
            .clock(clock)
            .build();
    this.standings = standings;
    this.lastSeen = lastSeen;
    this.notes = notes;
    this.rotation = new Rotation(refreshes, notes, settings, clock);
  }

  /**
   * Opens a session, in the transaction of the caller, and notes the login at the account. Ends
   * those that are too many beside it; the caller has locked the account, so that two logins at
   * once do not overlook each other.
   *
   * @return empty when it is one too many, and those that are there have the right to stay
   */
  public Optional<SessionTokens> open(Account account, String channel, Device device, String ip) {
    Instant now = now();
    UserId user = account.userId();
    ConcurrentSessions allowed = settings.concurrentIn(channel);
    String deviceClass =
        allowed.each() == ConcurrentSessions.Scope.ACCOUNT ? null : device.classOrUnknown();
    List<Long> replaced;
    if (allowed.denyNew()) {
      replaced = mapper.ofDevice(user, device.id(), deviceClass, now);
      int alive = mapper.leastUsed(user, deviceClass, 0, now).size();
      if (alive - replaced.size() >= allowed.most()) {
        return Optional.empty();
      }
    } else {
      replaced = mapper.leastUsed(user, deviceClass, allowed.most() - 1, now);
    }
    for (long session : replaced) {
      endHere(user, new SessionId(session), RevocationReason.REPLACED, now);
    }
    accounts.loggedIn(user, now, ip);
    return Optional.of(openFirst(account, channel, device, ip));
  }

  /** The same for an account that is new, whose row tells of this login already. */
  public SessionTokens openFirst(Account account, String channel, Device device, String ip) {
    Instant now = now();
    Instant expiresAt = rotation.expiry(now, now);
    SessionId id = SessionId.random(account.userId(), random);
    mapper.insert(
        account.userId(),
        id.value(),
        device.classOrUnknown(),
        device.id(),
        channel,
        now,
        ip,
        expiresAt);
    return tokens(
        account.userId(),
        id,
        0,
        account.authEpoch(),
        channel,
        device.classOrUnknown(),
        expiresAt,
        clock.instant());
  }

  /** Whose refresh token it is, when it is one of ours. Says nothing about the session. */
  public Optional<RefreshToken> read(String refreshToken) {
    return refreshTokens.read(refreshToken);
  }

  /** The session that a refresh token is of, whatever became of it; empty when there is none. */
  public Optional<ReturningSession> find(RefreshToken token) {
    return refreshes
        .returning(token.userId(), token.sessionId().value())
        .map(row -> new ReturningSession(token, row));
  }

  /** The same with its owner, which takes MySQL a third longer. */
  public Optional<ReturningSession> findWithOwner(RefreshToken token) {
    return refreshes
        .returningWithOwner(token.userId(), token.sessionId().value())
        .map(row -> new ReturningSession(token, row));
  }

  /**
   * Trades a refresh token for new tokens. Idempotent: who asks again with the same token within
   * {@code usercenter.sessions.replay-window} gets the same successor, however many ask at once.
   * Whoever comes later with a token that was traded in already has stolen it, or was robbed: the
   * session ends.
   *
   * @param arrived when the request came
   */
  public Refresh refresh(ReturningSession session, Instant arrived) {
    RefreshToken token = session.token();
    switch (rotation.trade(token, arrived, session.state())) {
      case Rotation.Outcome.Rotated(SessionMapper.State state, Instant expiresAt) -> {
        return refreshed(token, state, expiresAt, arrived);
      }
      case Rotation.Outcome.Unknown() -> {
        return new Refresh.Unknown();
      }
      case Rotation.Outcome.Ended(String reason) -> {
        return new Refresh.Ended(reason);
      }
      case Rotation.Outcome.Replayed(int generation, Duration since) -> {
        log.warn(
            "user {} session {}: a refresh token of generation {} came back at generation {}, {} s"
                + " after it was traded in; the session ends",
            token.userId(),
            token.sessionId(),
            token.generation(),
            generation,
            since.toSeconds());
        end(token.userId(), token.sessionId(), RevocationReason.THEFT);
        return new Refresh.Ended(RevocationReason.THEFT.name());
      }
    }
  }

  private Refresh refreshed(
      RefreshToken token, SessionMapper.State state, Instant expiresAt, Instant arrived) {
    return new Refresh.Refreshed(
        tokens(
            token.userId(),
            token.sessionId(),
            token.generation() + 1,
            state.authEpoch(),
            state.channel(),
            state.deviceClass(),
            expiresAt,
            arrived));
  }

  /** Checks an access token: signature, time, and whether its session and user still stand. */
  public TokenCheck check(String accessToken) {
    return check(accessToken, standings::of);
  }

  /** The same, believing nothing that was read before. */
  public TokenCheck checkAtSource(String accessToken) {
    return check(accessToken, standings::asked);
  }

  private TokenCheck check(
      String accessToken, BiFunction<UserId, SessionId, Optional<Standings.Standing>> source) {
    switch (verifier.verify(accessToken)) {
      case Verification.Rejected(RejectionReason reason) -> {
        return new TokenCheck.Refused(reason.name());
      }
      case Verification.Verified(AccessToken token) -> {
        SessionId session = new SessionId(token.sessionId());
        TokenCheck check = judge(token, source.apply(token.userId(), session));
        if (check instanceof TokenCheck.Active) {
          lastSeen.note(token.userId(), session);
        }
        return check;
      }
    }
  }

  private TokenCheck judge(AccessToken token, Optional<Standings.Standing> known) {
    if (known.isEmpty()) {
      return new TokenCheck.Refused(RejectionReason.REVOKED.name());
    }
    Standings.Standing standing = known.get();
    if (standing.revokeReason() != null) {
      return new TokenCheck.Refused(
          switch (standing.revokeReason()) {
            case "BANNED", "KICKED", "REPLACED" -> standing.revokeReason();
            default -> RejectionReason.REVOKED.name();
          });
    }
    if (token.epoch() < standing.authEpoch()) {
      return new TokenCheck.Refused(RejectionReason.EPOCH_STALE.name());
    }
    List<Restriction> restrictions =
        standing.restrictions().stream().filter(r -> r.activeAt(clock.instant())).toList();
    // A ban whose start lay ahead: its player is kicked within a second, and refused from now on.
    return restrictions.stream().anyMatch(Restriction::keepsOut)
        ? new TokenCheck.Refused(RejectionReason.BANNED.name())
        : new TokenCheck.Active(token, restrictions);
  }

  /**
   * To be called after a ban of the user was written or lifted, when that is committed: checks ask
   * for his bans again, in every instance.
   */
  public void restrictionsChanged(UserId user) {
    standings.announceChanged(user);
  }

  /**
   * Ends the session of a token that somebody gives back; does nothing for what is no good token.
   *
   * @param token a refresh token or an access token
   */
  public void giveBack(String token) {
    Optional<RefreshToken> refresh = read(token);
    if (refresh.isPresent()) {
      end(refresh.get().userId(), refresh.get().sessionId(), RevocationReason.LOGOUT);
    } else if (verifier.verify(token) instanceof Verification.Verified(AccessToken access)) {
      end(access.userId(), new SessionId(access.sessionId()), RevocationReason.LOGOUT);
    }
  }

  /**
   * Ends one session of the user.
   *
   * @return false when there is no such session, or it has ended before
   */
  public boolean end(UserId user, SessionId session, RevocationReason reason) {
    Instant now = now();
    boolean ended = transactions.in(user, () -> endHere(user, session, reason, now));
    standings.forget(user, session);
    return ended;
  }

  private boolean endHere(UserId user, SessionId session, RevocationReason reason, Instant now) {
    if (mapper.end(user, session.value(), now, reason.name()) == 0) {
      return false;
    }
    outbox.add(user, Fact.ofSession(user, session, reason, now));
    return true;
  }

  /** Ends all sessions of the user but one. Returns how many. */
  public int endOthers(UserId user, SessionId except) {
    int ended = 0;
    for (long other : mapper.othersAlive(user, except.value(), now())) {
      if (end(user, new SessionId(other), RevocationReason.LOGOUT)) {
        ended++;
      }
    }
    return ended;
  }

  /**
   * Ends all sessions and every access token of the user, in the transaction of the caller or its
   * own.
   *
   * @return empty when there is no such account
   */
  public Optional<Integer> endAll(UserId user, RevocationReason reason) {
    Instant now = now();
    return transactions.in(
        user,
        () -> {
          Optional<Integer> epoch = accounts.raiseEpoch(user);
          if (epoch.isEmpty()) {
            return Optional.<Integer>empty();
          }
          int ended = mapper.endAll(user, now, reason.name());
          outbox.add(user, Fact.ofEpoch(user, epoch.get(), reason, now));
          return Optional.of(ended);
        });
  }

  /**
   * For an operator: as {@link #endAll}.
   *
   * @return empty when there is no such account, or not all of it is in his scope
   */
  public Optional<Integer> endAllWithin(Scope scope, UserId user, RevocationReason reason) {
    return transactions.in(
        user, () -> accounts.lockedWithin(scope, user).flatMap(_ -> endAll(user, reason)));
  }

  /**
   * To be called before the transaction of {@link #endAllBut}: writes what was refreshed a moment
   * ago, so that the token which is traded in there is the one that the player has.
   */
  public void settle(UserId user) {
    notes.settle(user.shard());
  }

  /**
   * Ends all sessions of the user but one, and every access token he has, in the transaction of the
   * caller. The one that is kept goes on with new tokens; its refresh token is traded in as if by
   * {@link #refresh}.
   *
   * @return empty when that one has ended itself; nothing was written then
   */
  public Optional<KeptSession> endAllBut(UserId user, SessionId kept, RevocationReason reason) {
    Instant now = now();
    Optional<Instant> expiresAt =
        mapper.state(user, kept.value()).map(state -> rotation.expiry(state.createdAt(), now));
    if (expiresAt.isEmpty() || mapper.advance(user, kept.value(), now, expiresAt.get()) == 0) {
      return Optional.empty();
    }
    int epoch = accounts.raiseEpoch(user).orElseThrow();
    int ended = mapper.endOthers(user, kept.value(), now, reason.name());
    outbox.add(user, Fact.ofEpoch(user, epoch, reason, now));
    SessionMapper.State state = mapper.state(user, kept.value()).orElseThrow();
    return Optional.of(
        new KeptSession(
            tokens(
                user,
                kept,
                state.generation(),
                epoch,
                state.channel(),
                state.deviceClass(),
                state.expiresAt(),
                clock.instant()),
            ended));
  }

  /** Whether the session was opened after this moment and still lives. */
  public boolean openedSince(UserId user, SessionId session, Instant since) {
    return mapper.openedSince(user, session.value(), since, now()) == 1;
  }

  /** The newest hundred sessions of the user, ended ones included. */
  public List<Session> of(UserId user) {
    return mapper.newest(user, LISTED).stream().map(SessionMapper.Row::toSession).toList();
  }

  /** The same for an operator; none when the account is not visible to him. */
  public List<Session> within(Scope scope, UserId user) {
    return mapper.newestWithin(user, scope.visible(), LISTED).stream()
        .map(SessionMapper.Row::toSession)
        .toList();
  }

  /** The JWK Set document (RFC 7517) with the keys that access tokens are checked with. */
  public String jwksJson() {
    return keys.jwks().toJson();
  }

  /** Something was heard, from this instance or another. */
  void hear(News news) {
    switch (news) {
      case WithdrawnKey(String seq, String kid, Instant at) -> keys.withdraw(kid);
      case WithdrawnTicketKey ignored -> {
        // Of no use to the checks here: tickets are checked by game servers.
      }
      case Revocation revocation -> {
        revocations.add(revocation);
        Long session = revocation.sessionId();
        if (session != null) {
          standings.forget(revocation.userId(), new SessionId(session));
        }
      }
    }
  }

  /**
   * Tokens of a session.
   *
   * @param since the time of the access token: for a refresh that of its arrival, so that one that
   *     stood still meanwhile gives out no token that outlives the news of a revocation
   */
  private SessionTokens tokens(
      UserId user,
      SessionId session,
      int generation,
      int epoch,
      String channel,
      String deviceClass,
      Instant sessionEnds,
      Instant since) {
    SignedToken access =
        new TokenSigner(
                settings.tokenType(),
                settings.issuer(),
                settings.audience(),
                keys.active(),
                lifeUntil(sessionEnds),
                InstantSource.fixed(since),
                random)
            .mint(new TokenSubject(user, session.value(), epoch, channel, deviceClass));
    lastSeen.noteOnline(user);
    long expiresIn =
        Duration.between(access.token().issuedAt(), access.token().expiresAt()).toSeconds();
    return new SessionTokens(
        user,
        session,
        access.compact(),
        expiresIn,
        refreshTokens.write(new RefreshToken(user, session, generation)));
  }

  /** No token outlives its session. */
  private Duration lifeUntil(Instant sessionEnds) {
    Duration left = Duration.between(clock.instant(), sessionEnds).truncatedTo(ChronoUnit.SECONDS);
    Duration most = settings.accessTokenLife();
    Duration life = left.compareTo(most) < 0 ? left : most;
    return life.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : life;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }
}
