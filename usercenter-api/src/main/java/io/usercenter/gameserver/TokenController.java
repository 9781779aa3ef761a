package io.usercenter.gameserver;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.usercenter.id.UserId;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;
import io.usercenter.session.RevocationFeed;
import io.usercenter.session.Sessions;
import io.usercenter.session.TokenCheck;
import io.usercenter.shard.BrokenConnection;
import io.usercenter.shard.DatabaseUnavailableException;
import io.usercenter.token.RevocationPage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
      summary = "Check an access token (RFC 7662); a dead one is an answer, no error",
      description =
          "As a form or as JSON. A dead token is `200` with `active` false and the `reason`. Refuse"
              + " the player, too, when one of the `bans` has the `scope` `SERVER` and your server"
              + " as its `target`. The state of a session is believed for a second; with"
              + " `Cache-Control: no-cache` its shard is asked.",
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

  @Operation(
      summary = "Check up to 500 access tokens, answered in the same order",
      description =
          "Each is answered as by `:introspect`, but one whose shard is away gets the `reason`"
              + " `SHARD_UNAVAILABLE`: whether it is good is not known now, so ask again and send"
              + " nobody away.")
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
      // A connection breaks first, and the shard is known to be away a moment later.
      if (DatabaseUnavailableException.in(e).isEmpty() && !BrokenConnection.in(e)) {
        throw e;
      }
      return Introspection.of(new TokenCheck.Refused(ErrorCode.SHARD_UNAVAILABLE.name()));
    }
  }

  @Operation(
      summary = "Follow which sessions, tokens and keys have ended, by long poll",
      description =
          "Answers at once when there is news, else when some came or `waitMs` is over. Ask again"
              + " at once, with `after` the `next` of the answer. Remember each entry for one"
              + " token life, and pass over entries and reasons that you do not know. `503"
              + " REVOCATION_FEED_UNAVAILABLE`: this instance cannot tell all that is revoked;"
              + " another one may.",
      responses =
          @ApiResponse(
              responseCode = "200",
              description = "OK",
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = RevocationsView.class))))
  @GetMapping(value = "/server/v1/revocations", produces = MediaType.APPLICATION_JSON_VALUE)
  String revocations(
      GameServer server,
      @Parameter(description = "The `next` of the answer before; anything else starts over")
          @RequestParam(defaultValue = "")
          String after,
      @Parameter(description = "How long to wait when there is no news, up to 25000")
          @RequestParam(defaultValue = "0")
          long waitMs) {
    return feed.after(after, Duration.ofMillis(Math.clamp(waitMs, 0, MAX_WAIT_MS))).toJson();
  }

  /** The shape of {@link RevocationPage#toJson}, for the contract. */
  @Schema(name = "RevocationPage")
  record RevocationsView(
      @Schema(
              requiredMode = RequiredMode.REQUIRED,
              description = "What to ask for with `after` the next time; opaque")
          String next,
      @Schema(
              requiredMode = RequiredMode.REQUIRED,
              description =
                  "Some may have been missed, so this answer starts over; what was known stays"
                      + " true")
          boolean reset,
      @Schema(
              requiredMode = RequiredMode.REQUIRED,
              description = "There is another page right after this one")
          boolean more,
      @Schema(requiredMode = RequiredMode.REQUIRED) List<RevocationView> revocations,
      @Schema(
              description =
                  "Shards (`userId & 31`) that are away, so that revocations of their players may"
                      + " be missing; absent nearly always")
          @Nullable List<Integer> unheard) {}

  /** One of them; {@code userId} comes with {@code sessionId}, {@code minEpoch}, or both. */
  @Schema(name = "RevocationEntry")
  record RevocationView(
      @Schema(requiredMode = RequiredMode.REQUIRED, description = "Its place in the feed; opaque")
          String seq,
      @Nullable UserId userId,
      @Schema(description = "Refuse tokens with this `sid`") @Nullable String sessionId,
      @Schema(description = "Refuse tokens of this user with a smaller `epoch`")
          @Nullable Integer minEpoch,
      @Schema(description = "Refuse every token with this key, and never believe it again")
          @Nullable String kid,
      @Schema(description = "The game server whose ticket key is withdrawn")
          @Nullable String serverId,
      @Schema(description = "Refuse every ticket to this game server with this key")
          @Nullable Integer ticketKeyEpoch,
      @Schema(
              requiredMode = RequiredMode.REQUIRED,
              description = "`KICKED`, `BANNED` and so on; others may come")
          String reason,
      @Schema(requiredMode = RequiredMode.REQUIRED) Instant at) {}

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
