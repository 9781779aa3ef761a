package io.usercenter.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ban, as far as it matters to whoever checks a token.
 *
 * @param scope {@code ACCOUNT}, {@code SERVER} or {@code FEATURE}
 * @param target server id or feature; empty for {@code ACCOUNT}
 * @param until null for ever
 */
public record Restriction(
    String scope, String target, String reasonCode, Instant from, @Nullable Instant until) {
  private static final String ACCOUNT = "ACCOUNT";

  boolean activeAt(Instant now) {
    return !from.isAfter(now) && (until == null || until.isAfter(now));
  }

  boolean keepsOut() {
    return scope.equals(ACCOUNT);
  }
}
