package io.usercenter.code;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent to somebody. Its text form is redacted.
 *
 * @param id different for every message: 32 hexadecimal digits
 * @param code six digits
 * @param life for how long the code is good
 * @param locale BCP 47 language tag that the client asked for; null when it did not
 */
public record CodeMessage(
    String id, Address to, Purpose purpose, String code, Duration life, @Nullable String locale) {
  @Override
  public String toString() {
    return "CodeMessage[" + id + ", " + to.medium() + ", " + purpose + ", [REDACTED]]";
  }
}
