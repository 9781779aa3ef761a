package io.usercenter.account;

import org.jspecify.annotations.Nullable;

/**
 * Where an account came from, and where it was used last: personal data.
 *
 * @param lastLoginIp null when nobody ever logged in
 */
public record Traces(
    String registerIp, @Nullable String registerDevice, @Nullable String lastLoginIp) {
  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
