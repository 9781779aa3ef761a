package io.usercenter.channel;

import com.nimbusds.jose.JWSAlgorithm;
import io.usercenter.platform.Bounds;
import io.usercenter.platform.OutsideServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One OpenID Connect channel, {@code usercenter.channels.oidc.NAME}. NAME becomes a part of
 * identities for ever.
 *
 * @param issuer as in the provider's discovery document; https, or http on this machine
 * @param clientId what the provider calls this service; required
 * @param clientSecret null for a public client, whose players must use PKCE
 * @param redirectUri where the provider may have sent codes, the usual one first; required
 * @param algorithms that ID tokens may be signed with, asymmetric ones only; default RS256, ES256
 * @param timeout for each of at most three requests that a recognition takes; default 3 s
 */
record OidcSettings(
    URI issuer,
    String clientId,
    @Nullable String clientSecret,
    List<String> redirectUri,
    @DefaultValue({"RS256", "ES256"}) Set<String> algorithms,
    @DefaultValue("3s") Duration timeout) {
  static final String PREFIX = "usercenter.channels.oidc";

  /** Without {@code none} and the HMACs, whose key would be the client secret. */
  private static final Set<String> OFFERED =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  // What is required and missing comes as null, whatever the types say.
  @SuppressWarnings("ConstantValue")
  OidcSettings {
    if (issuer == null || clientId == null || clientId.isBlank()) {
      throw new IllegalArgumentException(PREFIX + ".NAME: issuer and client-id are required");
    }
    // Discovery 1.0 section 2: no query and no fragment.
    if (!OutsideServer.isSafe(issuer)
        || issuer.getQuery() != null
        || issuer.getFragment() != null) {
      throw new IllegalArgumentException(
          PREFIX + ".NAME.issuer must be https, or http on this machine, was " + issuer);
    }
    if (redirectUri == null || redirectUri.isEmpty()) {
      throw new IllegalArgumentException(PREFIX + ".NAME.redirect-uri is required");
    }
    if (algorithms.isEmpty() || !OFFERED.containsAll(algorithms)) {
      throw new IllegalArgumentException(
          PREFIX + ".NAME.algorithms must be some of " + new java.util.TreeSet<>(OFFERED));
    }
    Bounds.require(
        PREFIX + ".NAME.timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(30));
    clientSecret = clientSecret == null || clientSecret.isBlank() ? null : clientSecret;
    redirectUri = List.copyOf(redirectUri);
    algorithms = Set.copyOf(algorithms);
  }

  Set<JWSAlgorithm> jwsAlgorithms() {
    return algorithms.stream()
        .map(JWSAlgorithm::parse)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  @Override
  public String toString() {
    return "OidcSettings[issuer=" + issuer + ", clientId=" + clientId + ", [REDACTED]]";
  }
}
