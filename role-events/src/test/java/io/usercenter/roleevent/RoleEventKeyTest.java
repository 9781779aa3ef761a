package io.usercenter.roleevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/** Signatures fit what was signed with the same secret, and nothing else. */
class RoleEventKeyTest {
  private static final String TEXT = "{\"a\":1}";

  @Test
  void theVectorOfTheDocumentation() {
    assertThat(RoleEventKey.of("gs_1", "secret").sign(TEXT))
        .isEqualTo("10ebw57o-_SGSf6cs-GR8fo8tw7ehhkM9Qz9xrKyhLw");
  }

  @Test
  void theServiceKnowsTheKeyByTheDigestOfTheSecret() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8));
    RoleEventKey ofService = RoleEventKey.ofDigest("gs_1", digest);
    String signature = RoleEventKey.of("gs_1", "secret").sign(TEXT);

    assertThat(ofService.signed(TEXT, signature)).isTrue();
    assertThat(ofService.signed(TEXT + " ", signature)).isFalse();
    assertThat(ofService.signed(TEXT, signature.substring(1))).isFalse();
    assertThat(ofService.signed(TEXT, "")).isFalse();
    assertThat(RoleEventKey.of("gs_1", "Secret").signed(TEXT, signature)).isFalse();
    assertThat(ofService.toString()).doesNotContain("secret").contains("[REDACTED]");
  }
}
