package io.usercenter.admin;

import io.usercenter.platform.Digests;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.RandomText;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Logins of operators: they end by themselves, when nobody uses them and in any case. */
@Component
final class OperatorSessions {
  private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

  private final OperatorLoginMapper mapper;
  private final RightsOfOperators rights;
  private final OperatorSettings settings;
  private final SecureRandom random;
  private final InstantSource clock;
  private final SecretKey csrfKey;

  OperatorSessions(
      OperatorLoginMapper mapper,
      RightsOfOperators rights,
      OperatorSettings settings,
      MasterKey master,
      SecureRandom random,
      InstantSource clock) {
    this.mapper = mapper;
    this.rights = rights;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
    this.csrfKey = master.derive("operator csrf", "HmacSHA256");
  }

  /**
   * Opens one for an operator who has shown who he is.
   *
   * @param provenHash of the password that he has shown
   * @return empty when it is no longer his, or he has been shut out
   */
  Optional<Opened> open(long operatorId, String provenHash, boolean byCookie, String ip) {
    String token = "uco_" + RandomText.of(random, 32);
    Instant now = now();
    Instant expiresAt = now.plus(settings.sessionLife());
    int opened =
        mapper.open(
            Digests.sha256(token),
            "uos_" + RandomText.of(random, 16),
            operatorId,
            provenHash,
            byCookie,
            now,
            ip,
            expiresAt);
    return opened == 0
        ? Optional.empty()
        : Optional.of(new Opened(token, csrfToken(token), expiresAt));
  }

  /** Nothing has to be kept for it, and whoever sees it cannot tell the token. */
  private String csrfToken(String token) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.hmac(csrfKey, token));
  }

  /**
   * Who has this token.
   *
   * @param byCookie whether a browser sent it by itself; tokens of one kind are none of the other
   */
  Optional<Operator> recognise(String token, boolean byCookie, String ip) {
    byte[] hash = Digests.sha256(token);
    Instant now = now();
    Optional<OperatorLoginMapper.Known> known =
        mapper
            .recognise(hash, now, now.minus(settings.idleTimeout()))
            .filter(row -> row.byCookie() == byCookie);
    if (known.isPresent() && known.get().lastUsedAt().isBefore(now.minus(NOTED_EVERY))) {
      mapper.used(hash, now);
    }
    return known.map(
        row ->
            new Operator(
                row.operatorId(),
                row.name(),
                row.superAdmin() && !lacksTotp(row),
                rightsOf(row),
                lacksTotp(row),
                new OperatorSession(
                    row.sessionId(),
                    byCookie ? csrfToken(token) : null,
                    row.provenAt(),
                    row.expiresAt()),
                ip));
  }

  private Rights rightsOf(OperatorLoginMapper.Known row) {
    if (lacksTotp(row)) {
      return Rights.of(List.of());
    }
    return row.superAdmin() ? Rights.all() : rights.of(row.operatorId(), row.rightsVersion());
  }

  private boolean lacksTotp(OperatorLoginMapper.Known row) {
    return settings.requireTotp() && !row.totpEnabled();
  }

  /** He has shown password and code again. */
  void proven(Operator operator) {
    mapper.proven(operator.session().sessionId(), now());
  }

  /** Until when he may do what is dangerous. */
  Instant provenUntil(Operator operator) {
    return operator.session().provenAt().plus(settings.reauthentication());
  }

  boolean isProven(Operator operator) {
    return provenUntil(operator).isAfter(clock.instant());
  }

  /** Those that are open, newest first; at most a hundred. */
  List<OperatorLoginMapper.Open> of(long operatorId) {
    return mapper.openOf(operatorId, now(), now().minus(settings.idleTimeout()));
  }

  /** False when the operator has no such session. */
  boolean end(long operatorId, String sessionId) {
    return mapper.end(operatorId, sessionId, now()) == 1;
  }

  /** All of an operator's. */
  void endAll(long operatorId) {
    mapper.endOthers(operatorId, null, now());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The token is shown this once. */
  record Opened(String token, @Nullable String csrfToken, Instant expiresAt) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }
}
