package io.usercenter.gameserver;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.TracedCallers;
import io.usercenter.throttle.RateLimit;
import io.usercenter.throttle.RateLimits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises a {@link GameServer} by its service credential. */
@Component
final class GameServerResolver extends CallerResolver<GameServer> implements TracedCallers {
  private static final String SCHEME = "basic ";

  private final ServiceCredentials credentials;
  private final RateLimits limits;

  private record Pair(String id, String secret) {
    @Override
    public String toString() {
      return "Pair[" + id + ", [REDACTED]]";
    }
  }

  GameServerResolver(ServiceCredentials credentials, RateLimits limits) {
    super(GameServer.class);
    this.credentials = credentials;
    this.limits = limits;
  }

  @Override
  protected GameServer recognise(NativeWebRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (!isBasic(header)) {
      throw new ApiException(
          ErrorCode.CREDENTIALS_MISSING,
          "send the service credential as HTTP Basic, credentialId:secret (RFC 7617)");
    }
    Pair pair = read(header).orElseThrow(GameServerResolver::refused);
    // One that is made up would have the admin database asked again and again.
    if (!credentials.knows(pair.id)) {
      limits.pass(
          RateLimit.OPEN,
          Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)),
          Objects.requireNonNull(request.getNativeResponse(HttpServletResponse.class)));
    }
    return credentials.recognise(pair.id, pair.secret).orElseThrow(GameServerResolver::refused);
  }

  @Override
  public boolean decide(HttpServletRequest request) {
    return read(request.getHeader(HttpHeaders.AUTHORIZATION))
        .filter(pair -> credentials.remembers(pair.id, pair.secret))
        .isPresent();
  }

  private static boolean isBasic(@Nullable String header) {
    return header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
  }

  /** Empty when there is none that could be a credential. */
  private static Optional<Pair> read(@Nullable String header) {
    if (header == null || !isBasic(header)) {
      return Optional.empty();
    }
    String pair;
    try {
      pair =
          new String(
              Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()),
              StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int colon = pair.indexOf(':');
    return colon < 0 || pair.length() > 256
        ? Optional.empty()
        : Optional.of(new Pair(pair.substring(0, colon), pair.substring(colon + 1)));
  }

  private static ApiException refused() {
    return new ApiException(
        ErrorCode.WRONG_SERVICE_CREDENTIAL, "the credential is unknown, wrong or revoked");
  }
}
