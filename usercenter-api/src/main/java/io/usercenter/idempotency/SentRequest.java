package io.usercenter.idempotency;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request as it was sent.
 *
 * @param operation method and path
 * @param body what has to be the same when the key is the same; turned into JSON and kept as an
 *     HMAC only
 * @param patience how long the work may take at most; after that a request with the same key takes
 *     over from a process that has died
 */
public record SentRequest(String operation, @Nullable Object body, Duration patience) {
  /** The body may hold a password. */
  @Override
  public String toString() {
    return "SentRequest[" + operation + ", [REDACTED]]";
  }
}
