package io.usercenter.admin;

import io.usercenter.password.NewPasswordRules;
import io.usercenter.password.PasswordCheck;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PasswordHasher;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which passwords operators may have, and how they get others. */
@Component
final class OperatorPasswords {
  private static final int MIN_LENGTH = 12;

  /** The present one and four before it. */
  private static final int REMEMBERED = 5;

  private final OperatorMapper operators;
  private final OperatorLoginMapper mapper;
  private final AdminTransactions transactions;
  private final PasswordHasher hasher;
  private final NewPasswordRules rules;
  private final InstantSource clock;

  OperatorPasswords(
      OperatorMapper operators,
      OperatorLoginMapper mapper,
      AdminTransactions transactions,
      PasswordHasher hasher,
      NewPasswordRules rules,
      InstantSource clock) {
    this.operators = operators;
    this.mapper = mapper;
    this.transactions = transactions;
    this.hasher = hasher;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Refuses what no operator may have.
   *
   * @throws ApiException {@code PASSWORD_INVALID} with the reason
   */
  void require(String password, String name) {
    if (password.codePointCount(0, password.length()) < MIN_LENGTH) {
      throw invalid(
          NewPasswordRules.Weakness.TOO_SHORT.name(),
          "an operator's password has %d or more characters".formatted(MIN_LENGTH));
    }
    rules
        .weakness(password, name)
        .ifPresent(
            weakness -> {
              throw invalid(weakness.name(), weakness.explanation());
            });
  }

  /** Whether it is the operator's password. */
  boolean right(String password, String hash) {
    return !NewPasswordRules.isTooLong(password)
        && !(hasher.check(password, hash) instanceof PasswordCheck.Wrong);
  }

  /**
   * Replaces the password and ends the sessions.
   *
   * @param keptSession the one that goes on; null: none
   * @throws ApiException {@code PASSWORD_INVALID} when it may not be had, or was had before
   */
  void replace(long operatorId, String password, @Nullable String keptSession) {
    OperatorLoginMapper.Secrets present =
        mapper
            .secrets(operatorId)
            .orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND, "there is no such operator"));
    require(password, present.name());
    List<String> had = new ArrayList<>();
    had.add(present.passwordHash());
    had.addAll(mapper.formerPasswords(operatorId, REMEMBERED - 1));
    for (String former : had) {
      if (right(password, former)) {
        throw invalid("USED_BEFORE", "it is one of the last %d passwords".formatted(REMEMBERED));
      }
    }
    String hash = hasher.hash(password);
    replace(operatorId, present.passwordHash(), hash, keptSession);
  }

  private void replace(long operatorId, String present, String hash, @Nullable String keptSession) {
    boolean replaced =
        transactions.in(
            () -> {
              if (operators.replaceHash(operatorId, present, hash) == 0) {
                return false;
              }
              mapper.keepFormer(
                  operatorId, clock.instant().truncatedTo(ChronoUnit.MILLIS), present);
              mapper.endOthers(operatorId, keptSession, clock.instant());
              return true;
            });
    if (!replaced) { // another request was faster
      throw new ApiException(ErrorCode.CURRENT_PASSWORD_WRONG, "the password has just changed");
    }
  }

  String hash(String password) {
    return hasher.hash(password);
  }

  /** Replaces the password by one that another operator has made, and ends all sessions. */
  void reset(long operatorId, String hash) {
    OperatorLoginMapper.Secrets present =
        mapper
            .secrets(operatorId)
            .orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND, "there is no such operator"));
    replace(operatorId, present.passwordHash(), hash, null);
  }

  private static ApiException invalid(String reason, String why) {
    return new ApiException(ErrorCode.PASSWORD_INVALID, why).with("reason", reason);
  }
}
