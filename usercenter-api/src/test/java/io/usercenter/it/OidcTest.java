package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.issuer.Browser;
import io.issuer.Issuer;
import io.usercenter.testkit.Backends;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Players who log in at a real OpenID Connect server and come to us with its code. */
class OidcTest {
  private static final String VERIFIER = "a-verifier-of-PKCE-with-43-or-more-characters";
  private static Issuer issuer;
  private static Usercenter one;
  private static Client players;

  @BeforeAll
  static void start() {
    issuer = Issuer.start();
    one =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            setting("center", "issuer", issuer.issuer()),
            setting("center", "client-id", Issuer.CLIENT),
            setting("center", "client-secret", Issuer.SECRET),
            setting("center", "redirect-uri", Issuer.REDIRECT),
            setting("mobile", "issuer", issuer.issuer()),
            setting("mobile", "client-id", Issuer.PUBLIC_CLIENT),
            setting("mobile", "redirect-uri", Issuer.REDIRECT),
            setting("away", "issuer", "http://127.0.0.1:1"),
            setting("away", "client-id", Issuer.CLIENT),
            setting("away", "redirect-uri", Issuer.REDIRECT));
    players = one.players();
  }

  @AfterAll
  static void stop() {
    one.close();
    issuer.close();
  }

  private static String setting(String channel, String name, String value) {
    return "usercenter.channels.oidc." + channel + "." + name + "=" + value;
  }

  private static String code(String client, @Nullable String nonce) {
    return new Browser(issuer).code(client, VERIFIER, nonce);
  }

  private static Answer come(String channel, String code, String... more) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("grant", "channel");
    body.put("channel", channel);
    body.put("code", code);
    body.put("codeVerifier", VERIFIER);
    for (int i = 0; i < more.length; i += 2) {
      body.put(more[i], more[i + 1]);
    }
    return players.post("/v1/sessions", body);
  }

  @Test
  void aPlayerComesInAndComesBack() {
    Answer first = come("center", code(Issuer.CLIENT, null)).expect(200);
    assertThat(first.text("/account/displayName")).isEqualTo("Ayla of the channel");
    assertThat(first.text("/account/channel")).isEqualTo("center");
    Answer again =
        come("center", code(Issuer.CLIENT, "n-1"), "nonce", "n-1", "redirectUri", Issuer.REDIRECT)
            .expect(200);
    assertThat(again.text("/account/userId")).isEqualTo(first.text("/account/userId"));
  }

  @Test
  void aPublicClientNeedsPkce() {
    come("mobile", code(Issuer.PUBLIC_CLIENT, null)).expect(200);
    Map<String, String> without =
        Map.of("grant", "channel", "channel", "mobile", "code", code(Issuer.PUBLIC_CLIENT, null));
    players.post("/v1/sessions", without).expectProblem(401, "CHANNEL_REFUSED");
  }

  @Test
  void aCodeWorksOnce() {
    String code = code(Issuer.CLIENT, null);
    come("center", code).expect(200);
    come("center", code).expectProblem(401, "CHANNEL_REFUSED");
  }

  @Test
  void aCodeThatWasNotMeantForUsIsRefused() {
    come("center", code(Issuer.OTHER_CLIENT, null)).expectProblem(401, "CHANNEL_REFUSED");
    come("center", code(Issuer.CLIENT, null), "codeVerifier", VERIFIER + "-of-another")
        .expectProblem(401, "CHANNEL_REFUSED");
    come("center", "made up").expectProblem(401, "CHANNEL_REFUSED");
  }

  @Test
  void aCodeOfAnotherLoginOfThePlayerIsRefused() {
    come("center", code(Issuer.CLIENT, "his"), "nonce", "mine")
        .expectProblem(401, "CHANNEL_REFUSED");
    come("center", code(Issuer.CLIENT, "his")).expectProblem(401, "CHANNEL_REFUSED");
    come("center", code(Issuer.CLIENT, null), "nonce", "mine")
        .expectProblem(401, "CHANNEL_REFUSED");
  }

  @Test
  void aRedirectUriThatIsNotConfiguredIsRefused() {
    come("center", code(Issuer.CLIENT, null), "redirectUri", "https://evil.example")
        .expectProblem(401, "CHANNEL_REFUSED");
  }

  @Test
  void aServerThatChangesItsKeyIsStillUnderstood() {
    Answer before = come("center", code(Issuer.CLIENT, null)).expect(200);
    issuer.rotateKeys();
    Answer after = come("center", code(Issuer.CLIENT, null)).expect(200);
    assertThat(after.text("/account/userId")).isEqualTo(before.text("/account/userId"));
  }

  @Test
  void aChannelThatIsAwayHurtsNobodyElse() {
    assertThat(
            come("away", "a code").expectProblem(503, "CHANNEL_UNAVAILABLE").header("Retry-After"))
        .isEqualTo("1");
    come("center", code(Issuer.CLIENT, null)).expect(200);
  }
}
