package io.usercenter.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.token.CheckedTokens.Checked;
import io.usercenter.token.Verification.Verified;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The cache gives back what was put, under the whole text only, and keeps to its size. */
class CheckedTokensTest {
  private final VerificationKey key =
      SigningKeyPair.generate(SigningAlgorithm.EDDSA, new SecureRandom()).verificationKey();

  private Checked checked(String text, long expiresAt) {
    Instant expires = Instant.ofEpochSecond(expiresAt);
    AccessToken token = new AccessToken(Forge.USER, 1, 0, "", "", Instant.EPOCH, expires, "j");
    return new Checked(text, key, new Verified(token));
  }

  private static long held(CheckedTokens tokens, int count) {
    long held = 0;
    for (int i = 0; i < count; i++) {
      held += tokens.find("token-" + i) == null ? 0 : 1;
    }
    return held;
  }

  @Test
  void aCacheThatIsHalfFullHardlyLosesAny() {
    CheckedTokens tokens = new CheckedTokens(4_096);
    for (int i = 0; i < 2_048; i++) {
      tokens.put(checked("token-" + i, 100));
    }
    assertThat(held(tokens, 2_048)).isGreaterThan(1_980);
  }

  @Test
  void itHoldsNoMoreThanItsSizeAndKeepsTheYoungest() {
    CheckedTokens tokens = new CheckedTokens(8);
    for (int i = 0; i < 100; i++) {
      tokens.put(checked("token-" + i, 100 + i));
    }
    assertThat(held(tokens, 100)).isEqualTo(8);
    for (int i = 92; i < 100; i++) {
      assertThat(tokens.find("token-" + i)).isNotNull();
    }
  }

  @Test
  void theSameTokenTwiceTakesOnePlace() {
    CheckedTokens tokens = new CheckedTokens(8);
    for (int i = 0; i < 8; i++) {
      tokens.put(checked("token-" + i, 100 + i));
    }
    tokens.put(checked("token-5", 105));
    assertThat(held(tokens, 8)).isEqualTo(8);
  }

  @Test
  void equalHashesAreNotEqualTokens() {
    CheckedTokens tokens = new CheckedTokens(8);
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    tokens.put(checked("Aa", 100));
    assertThat(tokens.find("BB")).isNull();
    assertThat(tokens.find("Aa")).isNotNull();
  }

  @Test
  void sizesAreRoundedUpAndZeroIsOff() {
    assertThat(new CheckedTokens(1).size()).isEqualTo(8);
    assertThat(new CheckedTokens(100).size()).isEqualTo(128);
    assertThat(new CheckedTokens(16_384).size()).isEqualTo(16_384);
    CheckedTokens off = new CheckedTokens(0);
    off.put(checked("token-0", 100));
    assertThat(held(off, 1)).isZero();
  }
}
