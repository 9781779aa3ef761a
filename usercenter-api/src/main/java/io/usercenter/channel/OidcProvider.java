package io.usercenter.channel;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.usercenter.platform.OutsideFault;
import io.usercenter.platform.OutsideServer;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a provider tells about itself (OpenID Connect Discovery 1.0).
 *
 * @param tokenEndpoint where codes are redeemed
 * @param basic whether it takes the client secret as HTTP Basic; else in the form
 * @param tokens checks ID tokens by the provider's published keys
 */
record OidcProvider(URI tokenEndpoint, boolean basic, DefaultJWTProcessor<SecurityContext> tokens) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long KEYS_LIFE_MS = 300_000;

  /** Between two looks at the keys because a token was signed by an unknown one. */
  private static final long KEYS_PAUSE_MS = 10_000;

  static OidcProvider discover(OidcSettings settings, OutsideServer server, InstantSource clock) {
    String issuer = settings.issuer().toString();
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    HttpResponse<String> answer =
        server.get(URI.create(base + "/.well-known/openid-configuration"));
    if (answer.statusCode() != 200) {
      throw new OutsideFault("discovery answers " + answer.statusCode(), null);
    }
    JsonNode document = json(answer.body());
    if (!document.path("issuer").asString("").equals(issuer)) {
      throw new OutsideFault("discovery names another issuer", null); // Discovery 1.0 section 4.3
    }
    return new OidcProvider(
        endpoint(settings.issuer(), document, "token_endpoint"),
        basic(document.path("token_endpoint_auth_methods_supported")),
        tokens(settings, endpoint(settings.issuer(), document, "jwks_uri"), server, clock));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new OutsideFault("an answer is not JSON", null); // the cause may quote a token
    }
  }

  /** No provider may send us to services of this machine, unless it is one of them. */
  static URI endpoint(URI issuer, JsonNode document, String name) {
    String text = document.path(name).asString("");
    try {
      URI uri = URI.create(text);
      if (OutsideServer.isSafe(uri)
          && (uri.getScheme().equals("https") || issuer.getScheme().equals("http"))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new OutsideFault("discovery has no valid " + name, e);
    }
    throw new OutsideFault("discovery has no https " + name, null);
  }

  /** What it offers, {@code client_secret_basic} when it does not say (OIDC Discovery 1.0 3). */
  private static boolean basic(JsonNode methods) {
    Set<String> offered =
        methods
            .valueStream()
            .map(method -> method.asString(""))
            .collect(java.util.stream.Collectors.toSet());
    return offered.isEmpty()
        || offered.contains("client_secret_basic")
        || !offered.contains("client_secret_post");
  }

  private static DefaultJWTProcessor<SecurityContext> tokens(
      OidcSettings settings, URI jwks, OutsideServer server, InstantSource clock) {
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.<SecurityContext>create(url(jwks), at -> keys(server, at))
            .cache(KEYS_LIFE_MS, 2 * settings.timeout().toMillis())
            .refreshAheadCache(false) // it would keep threads
            .rateLimited(KEYS_PAUSE_MS)
            .build();
    Set<JWSAlgorithm> algorithms = settings.jwsAlgorithms();
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            settings.clientId(),
            new JWTClaimsSet.Builder().issuer(settings.issuer().toString()).build(),
            Set.of("sub", "exp", "iat")) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        });
    return processor;
  }

  private static Resource keys(OutsideServer server, URL at) throws IOException {
    HttpResponse<String> answer = server.get(URI.create(at.toString()));
    if (answer.statusCode() != 200) {
      throw new IOException("the keys answer " + answer.statusCode());
    }
    return new Resource(answer.body(), answer.headers().firstValue("Content-Type").orElse(null));
  }

  private static URL url(URI uri) {
    try {
      return uri.toURL();
    } catch (MalformedURLException e) {
      throw new OutsideFault("discovery has no valid jwks_uri", e);
    }
  }
}
