package io.usercenter.gameserver;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;
import io.usercenter.session.RevocationFeed;
import io.usercenter.session.Sessions;
import io.usercenter.session.TokenCheck;
import io.usercenter.shard.DatabaseUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Checking tokens: one (RFC 7662), many, or alone with the feed of revocations. */
@RestController
final class TokenController {
  private static final int MAX_BATCH = 500;
  private static final long MAX_WAIT_MS = 25_000;

  private final Sessions sessions;
  private final RevocationFeed feed;
  private final OneTokenHttp http;

  TokenController(Sessions sessions, RevocationFeed feed, OneTokenHttp http) {
    this.sessions = sessions;
    this.feed = feed;
    this.http = http;
  }

  @Operation(
      parameters =
          @Parameter(
              in = ParameterIn.HEADER,
              name = HttpHeaders.CACHE_CONTROL,
              schema = @Schema(type = "string")),
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                    schema = @Schema(implementation = OneToken.class)),
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema = @Schema(implementation = OneToken.class))
              }),
      responses =
          @ApiResponse(
              responseCode = "200",
              description = "OK",
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = Introspection.class))))
  @PostMapping(
      value = "/server/v1/tokens:introspect",
      consumes = {MediaType.APPLICATION_FORM_URLENCODED_VALUE, MediaType.APPLICATION_JSON_VALUE},
      produces = MediaType.APPLICATION_JSON_VALUE)
  void introspect(GameServer server, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String token = http.tokenOf(request);
    http.write(
        Introspection.of(check(token, request.getHeader(HttpHeaders.CACHE_CONTROL))), response);
  }

  @PostMapping(
      value = "/server/v1/tokens:batchIntrospect",
      produces = MediaType.APPLICATION_JSON_VALUE)
  Introspections batchIntrospect(
      GameServer server,
      @Valid @org.springframework.web.bind.annotation.RequestBody ManyTokens body,
      @RequestHeader(value = HttpHeaders.CACHE_CONTROL, required = false) @Nullable String cache) {
    return new Introspections(
        body.tokens().stream().map(token -> introspectOneOfMany(token.value(), cache)).toList());
  }

  /** Who says {@code no-cache} (RFC 9111 section 5.2.1.4) gets what the shard says now. */
  private TokenCheck check(String token, @Nullable String cache) {
    boolean source =
        cache != null
            && Arrays.stream(cache.split(",", -1))
                .anyMatch(directive -> directive.strip().equalsIgnoreCase("no-cache"));
    return source ? sessions.checkAtSource(token) : sessions.check(token);
  }

  /** A shard that is away must not cost the answers about the players of the others. */
  private Introspection introspectOneOfMany(String token, @Nullable String cache) {
    try {
      return Introspection.of(check(token, cache));
    } catch (RuntimeException e) {
      if (DatabaseUnavailableException.in(e).isEmpty()) {
        throw e;
      }
      return Introspection.of(new TokenCheck.Refused(ErrorCode.SHARD_UNAVAILABLE.name()));
    }
  }

  /** Long poll: answers at once when there is news, else when some came or the time is over. */
  @GetMapping(value = "/server/v1/revocations", produces = MediaType.APPLICATION_JSON_VALUE)
  String revocations(
      GameServer server,
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "0") long waitMs) {
    return feed.after(after, Duration.ofMillis(Math.clamp(waitMs, 0, MAX_WAIT_MS))).toJson();
  }

  /**
   * @param token an access token
   */
  record OneToken(@NotNull(message = "is missing") Secret token) {}

  /**
   * @param tokens up to 500 access tokens
   */
  record ManyTokens(
      @NotNull(message = "is missing") @Size(max = MAX_BATCH, message = "must have at most 500")
          List<@NotNull(message = "is null") Secret> tokens) {}

  /**
   * @param results one for each token, in the same order
   */
  record Introspections(List<Introspection> results) {}
}
