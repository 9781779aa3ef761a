package io.usercenter.platform;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * A text that must not reach a log: passwords, tokens in request bodies.
 *
 * @param value the secret itself
 */
public record Secret(String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Secret {}

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
