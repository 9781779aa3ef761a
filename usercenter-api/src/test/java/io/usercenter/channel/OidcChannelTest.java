package io.usercenter.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.issuer.HostileIssuer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.usercenter.platform.OutsideFault;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a channel's server may say, and what of it is believed. */
@Timeout(60)
class OidcChannelTest {
  private static final String CLIENT = "game-center";
  private static final String SECRET = "a client secret of at least 256 bits, for HMAC";
  private static final String REDIRECT = "https://game.example/back";
  private static final String NONCE = "a nonce";
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private HostileIssuer server;
  private OidcChannel channel;

  @BeforeEach
  void start() throws IOException, JOSEException {
    server = new HostileIssuer();
    channel = channel(Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    channel.close();
    server.close();
  }

  private OidcChannel channel(Duration timeout) {
    OidcSettings settings =
        new OidcSettings(
            URI.create(server.issuer()),
            CLIENT,
            SECRET,
            List.of(REDIRECT),
            Set.of("RS256", "ES256"),
            timeout);
    return new OidcChannel("hostile", settings, InstantSource.fixed(NOW), meters);
  }

  private Recognition come() {
    return channel.recognise(new ChannelCode("a code", null, null, NONCE));
  }

  private JWTClaimsSet.Builder good() {
    return new JWTClaimsSet.Builder()
        .issuer(server.issuer())
        .audience(CLIENT)
        .subject("player-1")
        .issueTime(Date.from(NOW))
        .expirationTime(Date.from(NOW.plusSeconds(300)))
        .claim("nonce", NONCE)
        .claim("name", "Ayla");
  }

  private static String signed(
      JWSAlgorithm by, JWSSigner signer, @Nullable String kid, JWTClaimsSet claims)
      throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(by).keyID(kid).build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private void saysToken(JWTClaimsSet claims) throws JOSEException {
    RSAKey key = server.key();
    saysText(signed(JWSAlgorithm.RS256, new RSASSASigner(key), key.getKeyID(), claims));
  }

  private void saysText(String idToken) {
    server.says(200, "{\"access_token\":\"x\",\"id_token\":\"" + idToken + "\"}");
  }

  @Test
  void aGoodTokenIsBelieved() throws JOSEException {
    saysToken(good().build());
    assertThat(come()).isEqualTo(new Recognition.Known("player-1", "Ayla"));
    assertThat(meters.get("uc.channel.recognitions").tag("outcome", "known").timer().count())
        .isEqualTo(1);
  }

  @Test
  void whoSaysNoNameHasNone() throws JOSEException {
    saysToken(good().claim("name", " ").build());
    assertThat(come()).isEqualTo(new Recognition.Known("player-1", null));
  }

  static Stream<Map<String, Object>> lies() {
    Date past = Date.from(NOW.minusSeconds(120));
    Date future = Date.from(NOW.plusSeconds(120));
    return Stream.of(
        Map.of("iss", "https://elsewhere.example"),
        Map.of("aud", "another-game"),
        Map.of("aud", List.of(CLIENT, "another-game")),
        Map.of("aud", List.of(CLIENT, "another-game"), "azp", "another-game"),
        Map.of("azp", "another-game"),
        Map.of("exp", past),
        Map.of("iat", future),
        Map.of("nbf", future),
        Map.of("nonce", "another nonce"),
        Map.of("nonce", 7),
        Map.of("sub", ""),
        Map.of("sub", "two words"),
        Map.of("sub", "é"),
        Map.of("sub", "x".repeat(256)));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aTokenThatSaysSomethingElseIsRefused(Map<String, Object> lie) throws JOSEException {
    JWTClaimsSet.Builder claims = good();
    lie.forEach(claims::claim);
    saysToken(claims.build());
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "exp", "iat", "nonce", "sub"})
  void aTokenThatLeavesSomethingOutIsRefused(String claim) throws JOSEException {
    saysToken(good().claim(claim, null).build());
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void aNonceThatTheClientDoesNotKnowIsRefused() throws JOSEException {
    saysToken(good().build());
    assertThat(channel.recognise(new ChannelCode("a code", "v".repeat(43), null, null)))
        .isInstanceOf(Recognition.Refused.class);
    assertThat(server.asked()).isEqualTo(1);
  }

  @Test
  void aCodeThatIsBoundToNothingIsNotSent() throws JOSEException {
    saysToken(good().claim("nonce", null).build());
    assertThat(channel.recognise(new ChannelCode("a code", null, null, null)))
        .isInstanceOf(Recognition.Refused.class);
    assertThat(server.asked()).isZero();
    assertThat(channel.recognise(new ChannelCode("a code", "v".repeat(43), null, null)))
        .isInstanceOf(Recognition.Known.class);
  }

  @Test
  void clocksMayDifferByHalfAMinute() throws JOSEException {
    saysToken(good().expirationTime(Date.from(NOW.minusSeconds(30))).build());
    assertThat(come()).isInstanceOf(Recognition.Known.class);
    saysToken(good().issueTime(Date.from(NOW.plusSeconds(30))).build());
    assertThat(come()).isInstanceOf(Recognition.Known.class);
  }

  @Test
  void aKeyThatTheTokenBringsAlongIsNotBelieved() throws JOSEException {
    RSAKey stranger = new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(stranger.toPublicJWK()).build(),
            good().build());
    token.sign(new RSASSASigner(stranger));
    saysText(token.serialize());
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void anAccessTokenIsNoIdToken() throws JOSEException {
    RSAKey key = server.key();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID())
                .build(),
            good().build());
    token.sign(new RSASSASigner(key));
    saysText(token.serialize());
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void keysThatCannotBeReadAreAnOutage() throws JOSEException {
    saysToken(good().build());
    server.publishes("no keys at all");
    assertThat(come()).isInstanceOf(Recognition.Unavailable.class);
  }

  /** A server elsewhere that names places on our machine: they are not visited. */
  @Test
  void aServerElsewhereCannotSendUsToOurOwnMachine() {
    JsonNode document =
        JsonMapper.shared()
            .readTree(
                """
                {"token_endpoint":"http://127.0.0.1:8081/admin","jwks_uri":"https://a.example/k"}\
                """);
    assertThatThrownBy(
            () ->
                OidcProvider.endpoint(URI.create("https://a.example"), document, "token_endpoint"))
        .isInstanceOf(OutsideFault.class);
    assertThat(OidcProvider.endpoint(URI.create("https://a.example"), document, "jwks_uri"))
        .isEqualTo(URI.create("https://a.example/k"));
    assertThat(OidcProvider.endpoint(URI.create(server.issuer()), document, "token_endpoint"))
        .isEqualTo(URI.create("http://127.0.0.1:8081/admin"));
  }

  @Test
  void aSubjectOf255CharactersIsTaken() throws JOSEException {
    saysToken(good().subject("x".repeat(255)).build());
    assertThat(come()).isInstanceOf(Recognition.Known.class);
  }

  @Test
  void anUnsignedTokenIsRefused() {
    saysText(new PlainJWT(good().build()).serialize());
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void aTokenSignedWithTheClientSecretIsRefused() throws JOSEException {
    saysText(signed(JWSAlgorithm.HS256, new MACSigner(SECRET), null, good().build()));
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
    byte[] published = server.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
    String kid = server.key().getKeyID();
    saysText(signed(JWSAlgorithm.HS256, new MACSigner(published), kid, good().build()));
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void aTokenOfAnotherAlgorithmOfTheSameKeyIsRefused() throws JOSEException {
    RSAKey key = server.key();
    saysText(signed(JWSAlgorithm.PS512, new RSASSASigner(key), key.getKeyID(), good().build()));
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void aTokenOfAnotherKeyIsRefused() throws JOSEException {
    RSAKey stranger = new RSAKeyGenerator(2048).generate();
    saysText(
        signed(
            JWSAlgorithm.RS256,
            new RSASSASigner(stranger),
            server.key().getKeyID(),
            good().build()));
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void nonsenseInPlaceOfATokenIsRefused() {
    saysText("a.b");
    assertThat(come()).isInstanceOf(Recognition.Refused.class);
  }

  @Test
  void aCodeThatTheServerDoesNotKnowIsRefusedAndHarmsNobody() {
    server.says(400, "{\"error\":\"invalid_grant\"}");
    for (int i = 0; i < 30; i++) {
      assertThat(come()).isInstanceOf(Recognition.Refused.class);
    }
    assertThat(server.asked()).isEqualTo(30);
  }

  static Stream<Map.Entry<Integer, String>> faults() {
    return Stream.of(
        Map.entry(400, "{\"error\":\"invalid_client\"}"),
        Map.entry(401, "{\"error\":\"invalid_client\"}"),
        Map.entry(302, "{}"),
        Map.entry(500, "oh"),
        Map.entry(200, "not JSON"),
        Map.entry(200, "{}"),
        Map.entry(200, " ".repeat(300_000) + "{}"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aServerThatFailsIsUnavailable(Map.Entry<Integer, String> answer) {
    server.says(answer.getKey(), answer.getValue());
    assertThat(come()).isInstanceOf(Recognition.Unavailable.class);
  }

  @Test
  void aServerThatNamesAnotherIssuerIsUnavailable() throws JOSEException {
    saysToken(good().build());
    server.callsItself("https://elsewhere.example");
    assertThat(come()).isInstanceOf(Recognition.Unavailable.class);
    assertThat(server.asked()).isZero();
  }

  @Test
  void aServerThatNeverEndsItsAnswerIsLeftAndThenNotAsked() {
    server.getStuck();
    channel.close();
    channel = channel(Duration.ofMillis(500));
    for (int i = 0; i < 8; i++) {
      assertThat(come()).isInstanceOf(Recognition.Unavailable.class);
    }
    assertThat(server.asked()).isEqualTo(5);
  }

  @Test
  void aServerThatIsAwayIsUnavailable() {
    server.close();
    assertThat(come()).isInstanceOf(Recognition.Unavailable.class);
  }

  @Test
  void whatIsNotConfiguredIsNotSent() throws JOSEException {
    saysToken(good().build());
    assertThat(channel.recognise(new ChannelCode("c", null, "https://evil.example", NONCE)))
        .isInstanceOf(Recognition.Refused.class);
    assertThat(channel.recognise(new ChannelCode("c", "short", null, NONCE)))
        .isInstanceOf(Recognition.Refused.class);
    assertThat(server.asked()).isZero();
    assertThat(channel.recognise(new ChannelCode("c", "v".repeat(43), REDIRECT, NONCE)))
        .isInstanceOf(Recognition.Known.class);
  }

  private static MockEnvironment settings(String... more) {
    MockEnvironment environment =
        new MockEnvironment()
            .withProperty("usercenter.channels.oidc.big.issuer", "https://login.example")
            .withProperty("usercenter.channels.oidc.big.client-id", CLIENT)
            .withProperty("usercenter.channels.oidc.big.redirect-uri", REDIRECT + ",app:/back");
    for (int i = 0; i < more.length; i += 2) {
      environment.setProperty("usercenter.channels.oidc." + more[i], more[i + 1]);
    }
    return environment;
  }

  @Test
  void settingsAreReadAndHideTheSecret() {
    OidcSettings big =
        Objects.requireNonNull(
            ChannelConfiguration.oidcSettings(settings("big.client-secret", SECRET)).get("big"));
    assertThat(big.clientSecret()).isEqualTo(SECRET);
    assertThat(big.redirectUri()).containsExactly(REDIRECT, "app:/back");
    assertThat(big.algorithms()).containsExactlyInAnyOrder("RS256", "ES256");
    assertThat(big.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(big.toString()).doesNotContain(SECRET);
    assertThat(ChannelConfiguration.oidcSettings(new MockEnvironment())).isEmpty();
  }

  @Test
  void theSecretMayComeFromTheEnvironment() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of("USERCENTER_CHANNELS_OIDC_BIG_CLIENTSECRET", SECRET)));
    environment.getPropertySources().addLast(settings().getPropertySources().iterator().next());
    OidcSettings big =
        Objects.requireNonNull(ChannelConfiguration.oidcSettings(environment).get("big"));
    assertThat(big.clientSecret()).isEqualTo(SECRET);
    assertThat(big.clientId()).isEqualTo(CLIENT);
  }

  static Stream<Map.Entry<String, String>> wrongSettings() {
    return Stream.of(
        Map.entry("big.issuer", "http://login.example"),
        Map.entry("big.issuer", "ftp://127.0.0.1"),
        Map.entry("big.issuer", "https://login.example?tenant=1"),
        Map.entry("big.issuer", "https://login.example:99999"),
        Map.entry("big.client-id", " "),
        Map.entry("big.redirect-uri", ""),
        Map.entry("big.algorithms", "HS256"),
        Map.entry("big.algorithms", "none"),
        Map.entry("big.timeout", "1ms"),
        Map.entry("big.timeout", "1h"),
        Map.entry("big.no-such-setting", "1"),
        Map.entry("other.client-id", "no issuer"));
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void wrongSettingsStopTheStart(Map.Entry<String, String> wrong) {
    MockEnvironment environment = settings(wrong.getKey(), wrong.getValue());
    assertThatThrownBy(() -> ChannelConfiguration.oidcSettings(environment))
        .hasStackTraceContaining("usercenter.channels.oidc");
  }
}
