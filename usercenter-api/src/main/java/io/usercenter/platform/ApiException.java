package io.usercenter.platform;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends a request with a problem document (RFC 9457). Thrown at the HTTP border only. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, Object> members = new LinkedHashMap<>();
  private @Nullable Duration retryAfter;

  /**
   * @param detail what is wrong with this very request, in a sentence for a developer; never a
   *     secret
   */
  public ApiException(ErrorCode code, String detail) {
    super(detail);
    this.code = code;
  }

  /** A field that cannot be accepted, told as those that the framework checks. */
  public static ApiException invalid(String field, String why) {
    return invalid(Map.of(field, why));
  }

  /** Several of them. */
  public static ApiException invalid(Map<String, String> whyByField) {
    return new ApiException(ErrorCode.VALIDATION_FAILED, "see errors")
        .with(
            "errors",
            whyByField.entrySet().stream()
                .map(each -> new Problems.FieldProblem(each.getKey(), each.getValue()))
                .sorted()
                .toList());
  }

  /** Adds an extension member to the document (RFC 9457 section 3.2). */
  public ApiException with(String member, @Nullable Object value) {
    if (value != null) {
      members.put(member, value);
    }
    return this;
  }

  /** Sends {@code Retry-After} (RFC 9110 section 10.2.3), rounded up to whole seconds. */
  public ApiException retryAfter(Duration after) {
    this.retryAfter = after;
    return this;
  }

  public ErrorCode code() {
    return code;
  }

  Map<String, Object> members() {
    return members;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
