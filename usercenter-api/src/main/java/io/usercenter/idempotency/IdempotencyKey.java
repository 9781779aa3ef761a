package io.usercenter.idempotency;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import java.util.regex.Pattern;

/**
 * The value of the header {@code Idempotency-Key}.
 *
 * @param value 1 to 128 visible ASCII characters without quotes and backslashes
 */
public record IdempotencyKey(String value) {
  /** The name of the header. */
  public static final String HEADER = "Idempotency-Key";

  private static final Pattern FORM = Pattern.compile("[!#-\\[\\]-~]{1,128}");

  /**
   * Reads the header: a string of RFC 9651, as draft-ietf-httpapi-idempotency-key-header section
   * 2.1 has it, or the same without its quotes, as most clients send it.
   *
   * @throws ApiException when it is neither
   */
  static IdempotencyKey parse(String header) {
    String text = header.strip();
    if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    if (!FORM.matcher(text).matches()) {
      throw new ApiException(
          ErrorCode.IDEMPOTENCY_KEY_INVALID,
          "Idempotency-Key has 1 to 128 visible ASCII characters, no quotes and backslashes inside;"
              + " a UUID will do");
    }
    return new IdempotencyKey(text);
  }
}
