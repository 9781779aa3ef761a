package io.usercenter.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Native Argon2id keeps the contract. It must load wherever the tests run: without it every login
 * costs nearly twice as much.
 */
class LibsodiumArgon2Test extends Argon2Contract {
  private final Argon2 argon2 = Argon2.inNativeCode().orElseThrow();

  @Override
  Argon2 argon2() {
    return argon2;
  }

  @Test
  void itAgreesWithJavaOnWhateverIsHashed() {
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      byte[] password = new byte[random.nextInt(130)];
      byte[] salt = new byte[16];
      random.nextBytes(password);
      random.nextBytes(salt);
      Argon2Cost cost = new Argon2Cost(8 + random.nextInt(200), 1 + random.nextInt(3), 1);
      int length = 16 + random.nextInt(49);
      assertThat(argon2.hash(password, salt, cost, length))
          .as("%s, %d bytes of %d", cost, length, password.length)
          .isEqualTo(Argon2.inJava().hash(password, salt, cost, length));
    }
  }

  @Test
  void theFastestIsTheNativeOneWhereItLoads() {
    assertThat(Argon2.fastest().name()).isEqualTo(argon2.name());
  }

  @ParameterizedTest
  @CsvSource({"Linux, riscv64", "SunOS, amd64", "Windows 11, aarch64"})
  void aSystemWithoutALibraryIsNamed(String system, String processor) {
    assertThatThrownBy(() -> LibsodiumArgon2.load(system, processor))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessage("there is no libsodium for %s on %s", system, processor);
  }

  @Test
  void aLibraryOfAnotherSystemIsNoUse() {
    String other = System.getProperty("os.name").startsWith("Mac") ? "Linux" : "Mac OS X";
    assertThatThrownBy(() -> LibsodiumArgon2.load(other, "amd64"))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageStartingWith("libsodium does not load");
  }
}
