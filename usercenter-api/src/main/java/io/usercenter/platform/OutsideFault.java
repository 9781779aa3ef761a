package io.usercenter.platform;

import org.jspecify.annotations.Nullable;

/** A server of others did not do its part: it is away, slow, or says what nobody can understand. */
public final class OutsideFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param why for a developer; no secret
   */
  public OutsideFault(String why, @Nullable Throwable cause) {
    super(why, cause);
  }

  /** For a developer; no secret. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
