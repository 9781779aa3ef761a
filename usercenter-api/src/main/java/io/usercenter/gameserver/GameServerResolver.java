package io.usercenter.gameserver;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ErrorCode;
import io.usercenter.throttle.RateLimit;
import io.usercenter.throttle.RateLimits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises a {@link GameServer} by its service credential. */
@Component
final class GameServerResolver extends CallerResolver<GameServer> {
  private static final String SCHEME = "basic ";

  private final ServiceCredentials credentials;
  private final RateLimits limits;

  GameServerResolver(ServiceCredentials credentials, RateLimits limits) {
    super(GameServer.class);
    this.credentials = credentials;
    this.limits = limits;
  }

  @Override
  protected GameServer recognise(NativeWebRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new ApiException(
          ErrorCode.CREDENTIALS_MISSING,
          "send the service credential as HTTP Basic, credentialId:secret (RFC 7617)");
    }
    String pair;
    try {
      pair =
          new String(
              Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()),
              StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    int colon = pair.indexOf(':');
    if (colon < 0 || pair.length() > 256) {
      throw refused();
    }
    String id = pair.substring(0, colon);
    if (!credentials.knows(id)) { // or made up, to have the admin database asked again and again
      limits.pass(
          RateLimit.OPEN,
          Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)),
          Objects.requireNonNull(request.getNativeResponse(HttpServletResponse.class)));
    }
    return credentials
        .recognise(id, pair.substring(colon + 1))
        .orElseThrow(GameServerResolver::refused);
  }

  private static ApiException refused() {
    return new ApiException(
        ErrorCode.WRONG_SERVICE_CREDENTIAL, "the credential is unknown, wrong or revoked");
  }
}
