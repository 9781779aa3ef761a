package io.usercenter.admin;

import io.usercenter.password.NewPasswordRules;
import io.usercenter.password.PasswordCheck;
import io.usercenter.password.StoredHash;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.Digests;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PasswordHasher;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/** Operators and their logins. */
@Component
final class Operators implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(Operators.class);
  private static final String FIRST = "admin";

  private final OperatorMapper mapper;
  private final RightsOfOperators rights;
  private final AdminTransactions transactions;
  private final PasswordHasher passwords;
  private final OperatorSettings settings;
  private final SecureRandom random;
  private final InstantSource clock;

  Operators(
      OperatorMapper mapper,
      RightsOfOperators rights,
      AdminTransactions transactions,
      PasswordHasher passwords,
      OperatorSettings settings,
      SecureRandom random,
      InstantSource clock) {
    this.mapper = mapper;
    this.rights = rights;
    this.transactions = transactions;
    this.passwords = passwords;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
  }

  /** Makes the first operator, when there is none and a password was given. */
  @Override
  public void run(ApplicationArguments arguments) {
    if (mapper.count() > 0) {
      return;
    }
    String password = settings.bootstrapPassword();
    if (password == null || password.isBlank()) {
      log.warn(
          "there are no operators; start once with UC_BOOTSTRAP_OPERATOR_PASSWORD to make '{}'",
          FIRST);
    } else if (create(FIRST, "", password, true, List.of())) {
      log.info("made the first operator '{}'", FIRST);
    }
  }

  /**
   * Makes an operator.
   *
   * @param groups by their names
   * @return false when the name is taken
   */
  boolean create(
      String name, String displayName, String password, boolean superAdmin, List<String> groups) {
    String hash = passwords.hash(password);
    try {
      return transactions.in(
          () -> {
            mapper.insert(name, displayName, hash, superAdmin, clock.instant());
            long operatorId = mapper.idOf(name).orElseThrow();
            for (String group : groups) {
              mapper.join(
                  mapper
                      .groupOf(group)
                      .orElseThrow(
                          () -> new ApiException(ErrorCode.NOT_FOUND, "no group has this name")),
                  operatorId);
            }
            return true;
          });
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** Logs an operator in, or says nothing about what was wrong. */
  Optional<OperatorLogin> login(String name, String password, String ip) {
    if (NewPasswordRules.isTooLong(password)) {
      return Optional.empty();
    }
    Optional<OperatorMapper.Row> row = mapper.byName(name);
    switch (passwords.check(password, row.map(OperatorMapper.Row::passwordHash).orElse(null))) {
      case PasswordCheck.Wrong() -> {
        return Optional.empty();
      }
      case PasswordCheck.Right() -> {}
      case PasswordCheck.Outdated(StoredHash replacement) ->
          mapper.replaceHash(
              row.orElseThrow().operatorId(), row.orElseThrow().passwordHash(), replacement.text());
    }
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String token = "uco_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant expiresAt = now.plus(settings.sessionLife());
    mapper.openSession(Digests.sha256(token), row.get().operatorId(), now, ip, expiresAt);
    mapper.loggedIn(row.get().operatorId(), now);
    return Optional.of(
        new OperatorLogin(token, row.get().name(), row.get().superAdmin(), expiresAt));
  }

  /** Who has this token. */
  Optional<Operator> recognise(String token, String ip) {
    return mapper
        .bySession(Digests.sha256(token), clock.instant())
        .map(
            row ->
                new Operator(
                    row.operatorId(),
                    row.name(),
                    row.superAdmin(),
                    row.superAdmin()
                        ? Rights.all()
                        : rights.of(row.operatorId(), row.rightsVersion()),
                    ip));
  }

  void logout(String token) {
    mapper.endSession(Digests.sha256(token), clock.instant());
  }

  /** The answer to an operator's login. Its text form is redacted. */
  record OperatorLogin(String token, String name, boolean superAdmin, Instant expiresAt) {
    @Override
    public String toString() {
      return "OperatorLogin[" + name + ", [REDACTED]]";
    }
  }
}
