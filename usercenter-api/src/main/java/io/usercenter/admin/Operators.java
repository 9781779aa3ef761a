package io.usercenter.admin;

import io.usercenter.password.NewPasswordRules;
import io.usercenter.password.PasswordCheck;
import io.usercenter.password.StoredHash;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PasswordHasher;
import java.time.InstantSource;
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
  private final AdminTransactions transactions;
  private final PasswordHasher passwords;
  private final OperatorSettings settings;
  private final OperatorFactors factors;
  private final OperatorSessions sessions;
  private final InstantSource clock;

  Operators(
      OperatorMapper mapper,
      AdminTransactions transactions,
      PasswordHasher passwords,
      OperatorSettings settings,
      OperatorFactors factors,
      OperatorSessions sessions,
      InstantSource clock) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.passwords = passwords;
    this.settings = settings;
    this.factors = factors;
    this.sessions = sessions;
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

  /** Of one that there is. */
  long idOf(String name) {
    return mapper.idOf(name).orElseThrow();
  }

  /**
   * Logs an operator in, or says nothing about what was wrong.
   *
   * @param byCookie whether a browser keeps the token
   */
  Login login(
      String name, String password, OperatorFactors.Shown factor, boolean byCookie, String ip) {
    if (NewPasswordRules.isTooLong(password)) {
      return new Login.Wrong();
    }
    Optional<OperatorMapper.Row> row = mapper.byName(name);
    PasswordCheck check =
        passwords.check(password, row.map(OperatorMapper.Row::passwordHash).orElse(null));
    if (row.isEmpty() || check instanceof PasswordCheck.Wrong) {
      return new Login.Wrong();
    }
    OperatorMapper.Row operator = row.get();
    String proven =
        check instanceof PasswordCheck.Outdated(StoredHash replacement)
                && mapper.replaceHash(
                        operator.operatorId(), operator.passwordHash(), replacement.text())
                    == 1
            ? replacement.text()
            : operator.passwordHash();
    return switch (factors.judge(operator.operatorId(), factor)) {
      case WRONG -> new Login.Wrong();
      case MISSING -> new Login.FactorMissing();
      case UNREADABLE -> new Login.FactorUnreadable();
      case GOOD -> {
        Optional<OperatorSessions.Opened> opened =
            sessions
                .open(operator.operatorId(), proven, byCookie, ip)
                .or(() -> openOnceMore(operator, name, password, byCookie, ip));
        opened.ifPresent(_ -> mapper.loggedIn(operator.operatorId(), clock.instant()));
        yield opened
            .<Login>map(
                session -> new Login.Opened(operator.name(), operator.superAdmin(), session))
            .orElseGet(Login.Wrong::new);
      }
    };
  }

  /**
   * The stored hash was replaced meanwhile: by another password, or by a login that upgraded it.
   */
  private Optional<OperatorSessions.Opened> openOnceMore(
      OperatorMapper.Row before, String name, String password, boolean byCookie, String ip) {
    return mapper
        .byName(name)
        .filter(now -> now.operatorId() == before.operatorId())
        .filter(now -> passwords.check(password, now.passwordHash()) instanceof PasswordCheck.Right)
        .flatMap(now -> sessions.open(now.operatorId(), now.passwordHash(), byCookie, ip));
  }

  /** What became of a login. */
  sealed interface Login {
    record Opened(String name, boolean superAdmin, OperatorSessions.Opened session)
        implements Login {}

    /** The password is right, and a code is asked for besides. */
    record FactorMissing() implements Login {}

    /** The password is right, and nobody can tell whether a code is. */
    record FactorUnreadable() implements Login {}

    /** Name, password or code. */
    record Wrong() implements Login {}
  }
}
