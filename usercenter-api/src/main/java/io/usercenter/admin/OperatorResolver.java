package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ClientAddresses;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.ScopeGuard;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.util.WebUtils;

/**
 * Recognises an {@link Operator} by the token of his login: one that he sends himself, or one that
 * his browser sends whoever asks it to. In the latter case whatever changes something has to come
 * with the token that only the console's page knows.
 */
@Component
final class OperatorResolver extends CallerResolver<Operator> {
  static final String COOKIE = "uc_operator";
  private static final String CSRF_HEADER = "X-CSRF-Token";

  /** RFC 9110 section 9.2.1. */
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final OperatorSessions sessions;
  private final ClientAddresses addresses;

  OperatorResolver(OperatorSessions sessions, ClientAddresses addresses) {
    super(Operator.class);
    this.sessions = sessions;
    this.addresses = addresses;
  }

  @Override
  protected Operator recognise(NativeWebRequest request) {
    HttpServletRequest http =
        Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
    String ip = addresses.of(http).text();
    Cookie cookie =
        http.getHeader(HttpHeaders.AUTHORIZATION) == null ? WebUtils.getCookie(http, COOKIE) : null;
    if (cookie == null) {
      return known(sessions.recognise(BearerToken.of(request), false, ip));
    }
    Operator operator = known(sessions.recognise(cookie.getValue(), true, ip));
    if (!SAFE.contains(http.getMethod())
        && !same(operator.session().csrfToken(), http.getHeader(CSRF_HEADER))) {
      throw new ApiException(
          ErrorCode.CSRF_TOKEN_WRONG,
          "send the csrfToken of the login in the header " + CSRF_HEADER);
    }
    return operator;
  }

  private static Operator known(Optional<Operator> operator) {
    Operator known =
        operator.orElseThrow(
            () ->
                new ApiException(
                        ErrorCode.TOKEN_REJECTED, "the operator's login is unknown or has ended")
                    .with("reason", "EXPIRED"));
    ScopeGuard.begin(known.rights().scopes());
    return known;
  }

  private static boolean same(@Nullable String expected, @Nullable String sent) {
    return expected != null
        && sent != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
  }
}
