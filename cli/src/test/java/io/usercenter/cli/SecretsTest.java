package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a secret is made once, kept, and readable by its owner alone. Method: files. */
class SecretsTest {
  @TempDir Path folder;
  private Secrets secrets;

  @BeforeEach
  void open() {
    secrets = new Secrets(folder, new SecureRandom());
  }

  @Test
  void aPasswordIsMadeOnceAndKept() throws IOException {
    String made = secrets.password("p");
    assertThat(made).matches("[A-Za-z0-9_-]{24}");
    assertThat(new Secrets(folder, new SecureRandom()).password("p")).isEqualTo(made);
    assertThat(secrets.password("q")).isNotEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("p"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aKeyIsBase64Of32Bytes() throws IOException {
    Path file = secrets.keyFile("k");
    String made = Files.readString(file);
    assertThat(Base64.getDecoder().decode(made.strip())).hasSize(32);
    assertThat(secrets.keyFile("k")).hasContent(made);
  }

  @Test
  void whatWasCutOffWhileItWasWrittenIsNoSecret() throws IOException {
    Files.writeString(folder.resolve("p.part"), "ha");
    assertThat(secrets.find("p")).isEmpty();
    assertThat(secrets.password("p")).hasSize(24);
  }

  @Test
  void anEmptyFileIsNotReplacedSilently() throws IOException {
    Files.writeString(folder.resolve("p"), "\n");
    assertThatThrownBy(() -> secrets.password("p"))
        .isInstanceOf(UcException.class)
        .hasMessageContaining("is empty");
  }
}
