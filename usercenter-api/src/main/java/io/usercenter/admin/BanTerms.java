package io.usercenter.admin;

import io.usercenter.ban.BanOrder;
import io.usercenter.ban.BanScope;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The terms of a ban, as a request states them. */
interface BanTerms {
  /** DATETIME ends there. */
  Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  Pattern SERVER = Pattern.compile("[A-Za-z0-9_.-]{1,32}");
  Pattern FEATURE = Pattern.compile("[a-z0-9_.-]{1,32}");

  @Nullable BanScope scope();

  @Nullable String target();

  String reasonCode();

  @Nullable String message();

  @Nullable Instant from();

  @Nullable Instant until();

  /**
   * The ban they describe.
   *
   * @throws ApiException when they contradict each other
   */
  default BanOrder order(Instant now, String by) {
    BanScope scope = scope() == null ? BanScope.ACCOUNT : scope();
    String target = target() == null ? "" : target();
    boolean fits =
        switch (scope) {
          case ACCOUNT -> target.isEmpty();
          case SERVER -> SERVER.matcher(target).matches();
          case FEATURE -> FEATURE.matcher(target).matches();
        };
    if (!fits) {
      throw invalid(
          switch (scope) {
            case ACCOUNT -> "target goes with the scopes SERVER and FEATURE only";
            case SERVER -> "target must be a server id: 1 to 32 of A-Z a-z 0-9 _ . -";
            case FEATURE -> "target must be a feature: 1 to 32 of a-z 0-9 _ . -";
          });
    }
    Instant from = from() == null || from().isBefore(now) ? now : from();
    Instant until = until();
    if (until != null && !until.isAfter(from)) {
      throw invalid("until must be after from, which is " + from);
    }
    if (from.isAfter(LATEST) || (until != null && until.isAfter(LATEST))) {
      throw invalid("from and until must be before " + LATEST + "; leave until out for ever");
    }
    String message = message() == null ? "" : message();
    return new BanOrder(scope, target, reasonCode(), message, from, until, by);
  }

  private static ApiException invalid(String why) {
    return new ApiException(ErrorCode.VALIDATION_FAILED, why);
  }
}
