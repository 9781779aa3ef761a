package io.usercenter.channel;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.usercenter.platform.OutsideFault;
import io.usercenter.platform.OutsideServer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * A channel that speaks OpenID Connect Core 1.0: redeems the code that its login gave to the client
 * (section 3.1.3) and believes the ID token. Nothing is asked of it before the first player comes.
 */
final class OidcChannel implements ChannelProvider, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OidcChannel.class);

  /** RFC 7636 section 4.1. */
  private static final Pattern CODE_VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  private static final Pattern SUBJECT = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final Duration SKEW = Duration.ofMinutes(1);
  private static final Duration PROVIDER_LIFE = Duration.ofHours(1);

  /** What the player's half of the exchange can be guilty of (RFC 6749 section 5.2). */
  private static final Set<String> THE_CODE = Set.of("invalid_grant", "invalid_request");

  private final String name;
  private final OidcSettings settings;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final OutsideServer server;
  private volatile @Nullable Discovered discovered;

  OidcChannel(String name, OidcSettings settings, InstantSource clock, MeterRegistry meters) {
    this.name = name;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
    this.server = new OutsideServer("channel " + name, settings.timeout());
  }

  @Override
  public String channel() {
    return name;
  }

  @Override
  public Recognition recognise(ChannelCode code) {
    Timer.Sample sample = Timer.start(meters);
    Recognition recognition = inBounds(code);
    sample.stop(
        Timer.builder("uc.channel.recognitions")
            .description("Players that a channel was asked for, and how long that took")
            .tag("channel", name)
            .tag(
                "outcome",
                switch (recognition) {
                  case Recognition.Known _ -> "known";
                  case Recognition.Refused _ -> "refused";
                  case Recognition.Unavailable _, Recognition.NoSuchChannel _ -> "unavailable";
                })
            .register(meters));
    return recognition;
  }

  private Recognition inBounds(ChannelCode code) {
    String redirectUri =
        code.redirectUri() == null ? settings.redirectUri().getFirst() : code.redirectUri();
    if (!settings.redirectUri().contains(redirectUri)) {
      return new Recognition.Refused("redirectUri is not one of the configured ones");
    }
    String verifier = code.codeVerifier();
    if (verifier == null ? settings.clientSecret() == null : !isVerifier(verifier)) {
      return new Recognition.Refused(
          "codeVerifier must have 43 to 128 of A-Z a-z 0-9 - . _ ~, and a public client needs it");
    }
    if (verifier == null && code.nonce() == null) {
      // RFC 9700 section 2.1.1: a code that is bound to nothing is good for whoever has it.
      return new Recognition.Refused("codeVerifier or nonce is needed");
    }
    try {
      return server.attempt(() -> redeem(code, redirectUri));
    } catch (OutsideFault e) {
      return new Recognition.Unavailable(e.why());
    }
  }

  private static boolean isVerifier(String text) {
    return CODE_VERIFIER.matcher(text).matches();
  }

  private Recognition redeem(ChannelCode code, String redirectUri) {
    OidcProvider provider = provider();
    HttpResponse<String> answer = server.send(tokenRequest(provider, code, redirectUri));
    int status = answer.statusCode();
    if (status == 400) {
      String error = OidcProvider.json(answer.body()).path("error").asString("");
      if (THE_CODE.contains(error)) {
        return new Recognition.Refused("the channel does not accept the code");
      }
    }
    if (status != 200) {
      throw new OutsideFault("the token endpoint answers " + status, null);
    }
    JsonNode token = OidcProvider.json(answer.body()).path("id_token");
    if (!token.isString()) {
      throw new OutsideFault("the token endpoint gives no ID token", null);
    }
    return check(provider, token.stringValue(), code.nonce());
  }

  private HttpRequest tokenRequest(OidcProvider provider, ChannelCode code, String redirectUri) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code.code());
    form.put("redirect_uri", redirectUri);
    if (code.codeVerifier() != null) {
      form.put("code_verifier", code.codeVerifier());
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(provider.tokenEndpoint())
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded");
    String secret = settings.clientSecret();
    if (secret != null && provider.basic()) {
      // RFC 6749 section 2.3.1: both are form-encoded before they go into the header.
      String pair = encoded(settings.clientId()) + ":" + encoded(secret);
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    } else {
      form.put("client_id", settings.clientId());
      if (secret != null) {
        form.put("client_secret", secret);
      }
    }
    return request
        .POST(
            HttpRequest.BodyPublishers.ofString(
                form.entrySet().stream()
                    .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                    .collect(Collectors.joining("&"))))
        .build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** OpenID Connect Core 1.0 section 3.1.3.7. */
  private Recognition check(OidcProvider provider, String idToken, @Nullable String nonce) {
    JWTClaimsSet claims;
    try {
      claims = provider.tokens().process(idToken, null);
      @Nullable String azp = claims.getStringClaim("azp");
      if (azp == null ? claims.getAudience().size() > 1 : !azp.equals(settings.clientId())) {
        return unacceptable("it was issued to another client");
      }
      if (claims.getIssueTime().toInstant().isAfter(clock.instant().plus(SKEW))) {
        return unacceptable("it was issued in the future");
      }
      // Also when only one side has one: whoever stole a code would leave the nonce out.
      if (!Objects.equals(claims.getStringClaim("nonce"), nonce)) {
        return unacceptable("its nonce is another one");
      }
      String subject = claims.getSubject();
      if (!SUBJECT.matcher(subject).matches()) {
        return unacceptable("its sub is not 1 to 255 printable ASCII characters");
      }
      return new Recognition.Known(subject, displayName(claims));
    } catch (KeySourceException e) {
      throw new OutsideFault("the keys of the channel cannot be read", e);
    } catch (ParseException e) {
      return unacceptable("it cannot be read");
    } catch (BadJOSEException | JOSEException e) {
      return unacceptable(String.valueOf(e.getMessage()));
    }
  }

  private Recognition unacceptable(String why) {
    log.warn("channel {}: an ID token was refused: {}", name, why);
    return new Recognition.Refused("the ID token is not acceptable: " + why);
  }

  private static @Nullable String displayName(JWTClaimsSet claims) throws ParseException {
    for (String claim : List.of("name", "preferred_username")) {
      String value = claims.getStringClaim(claim);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return null;
  }

  /**
   * What is known of the provider, asked again every hour; an old answer serves while it is away.
   */
  private OidcProvider provider() {
    Discovered known = discovered;
    Instant now = clock.instant();
    if (known != null && now.isBefore(known.until())) {
      return known.provider();
    }
    try {
      OidcProvider fresh = OidcProvider.discover(settings, server, clock);
      discovered = new Discovered(fresh, now.plus(PROVIDER_LIFE));
      return fresh;
    } catch (OutsideFault e) {
      if (known == null) {
        throw e;
      }
      log.warn("channel {}: going on with what was known of it: {}", name, e.why());
      discovered = new Discovered(known.provider(), now.plus(SKEW));
      return known.provider();
    }
  }

  @Override
  public void close() {
    server.close();
  }

  private record Discovered(OidcProvider provider, Instant until) {}
}
