package io.usercenter.token;

import java.time.Instant;

/** An entry of the revocation feed. */
public sealed interface News permits Revocation, WithdrawnKey, WithdrawnTicketKey {
  /** Its place in the feed; opaque to everybody but the service. */
  String seq();

  /** When it was decided, by the service's clock. */
  Instant at();
}
