package io.usercenter.admin;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A personal datum in a view of operators. However it is written, as JSON or into a log, only the
 * mask of it comes out; {@code POST /admin/v1/accounts/{userId}:reveal} is the one way to see it.
 */
@Schema(type = "string", description = "masked")
final class Masked {
  private static final String HIDDEN = "***";

  private final String shown;

  private Masked(String shown) {
    this.shown = shown;
  }

  /** {@code 203.0.113.77} as {@code 203.0.*.*}; of an IPv6 address the first two groups. */
  static @Nullable Masked ip(@Nullable String ip) {
    if (ip == null) {
      return null;
    }
    String[] four = ip.split("\\.", -1);
    if (four.length == 4 && ip.matches("[0-9.]+")) {
      return new Masked(four[0] + "." + four[1] + ".*.*");
    }
    String[] groups = ip.split(":", -1);
    return new Masked(
        groups.length > 2 && ip.matches("[0-9a-fA-F:]+") && !groups[1].isEmpty()
            ? groups[0] + ":" + groups[1] + ":*"
            : HIDDEN);
  }

  /** Whoever knows it may get in by it, and nothing of it tells devices apart better than all. */
  static @Nullable Masked device(@Nullable String deviceId) {
    return deviceId == null ? null : new Masked(HIDDEN);
  }

  /**
   * What a provider calls somebody. Providers that are not known here are masked whole.
   *
   * @param provider {@code email}, {@code phone}, or any other
   */
  static Masked subject(String provider, String subject) {
    return switch (provider) {
      case "email" -> {
        int at = subject.lastIndexOf('@');
        yield new Masked(at < 2 ? HIDDEN : subject.charAt(0) + HIDDEN + subject.substring(at));
      }
      case "phone" ->
          new Masked(
              subject.length() < 8 ? HIDDEN : HIDDEN + subject.substring(subject.length() - 2));
      default -> new Masked(HIDDEN);
    };
  }

  @JsonValue
  @Override
  public String toString() {
    return shown;
  }
}
