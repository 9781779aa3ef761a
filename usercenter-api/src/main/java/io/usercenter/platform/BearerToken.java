package io.usercenter.platform;

import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.WebRequest;

/** The credentials of a request in the form of RFC 6750 section 2.1. */
public final class BearerToken {
  private static final String SCHEME = "bearer ";

  private BearerToken() {}

  /**
   * The token after {@code Authorization: Bearer}.
   *
   * @throws ApiException when there is none
   */
  public static String of(WebRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new ApiException(
          ErrorCode.CREDENTIALS_MISSING, "send the header Authorization: Bearer <token>");
    }
    return header.substring(SCHEME.length()).strip();
  }
}
