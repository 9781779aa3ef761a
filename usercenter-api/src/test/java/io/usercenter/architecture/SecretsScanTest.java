package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No tracked file holds a secret that would be one anywhere: private keys, tokens of known makers,
 * passwords in addresses and assignments. What tests make up for their own servers is told apart by
 * where it stands.
 */
class SecretsScanTest {
  private static final Path ROOT = Path.of(System.getProperty("uc.root"));

  private static final Map<String, Pattern> SECRETS =
      Map.of(
          "private key", Pattern.compile("-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\\s*[A-Za-z0-9+/]{40}"),
          "key of AWS", Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"),
          "token of GitHub", Pattern.compile("\\bgh[pousr]_[A-Za-z0-9]{36}\\b"),
          "token of Slack", Pattern.compile("\\bxox[abprs]-[A-Za-z0-9-]{20,}"),
          "key of Google", Pattern.compile("\\bAIza[0-9A-Za-z_-]{35}\\b"),
          "token of npm", Pattern.compile("\\bnpm_[A-Za-z0-9]{36}\\b"),
          "password in an address", Pattern.compile("[a-z]://[A-Za-z0-9_]*:(?!(?:password|secret)@)[A-Za-z0-9_.-]{6,}@"),
          "password in a setting",
              Pattern.compile(
                  "(?im)^[\\w.\\s-]*(?:password|secret|master[-_]?key)(?:\\.value)?[ \\t]*[:=][ \\t]*[\"']?[A-Za-z0-9+/=_.-]{8,}[\"']?[ \\t]*$"));

  /** Only settings are read for passwords; in code a word after "password =" is a variable. */
  private static final Pattern SETTINGS =
      Pattern.compile(".*(?:\\.ya?ml|\\.properties|\\.env|\\.cnf|\\.conf|\\.toml|\\.ini)");

  @Test
  void noTrackedFileHoldsASecret() throws IOException, InterruptedException {
    List<String> files = tracked();
    assertThat(files).hasSizeGreaterThan(300);
    List<String> found = new ArrayList<>();
    for (String file : files) {
      Path path = ROOT.resolve(file);
      if (Files.isRegularFile(path) && Files.size(path) < 4 << 20) {
        found.addAll(in(file, Files.readString(path, StandardCharsets.ISO_8859_1)));
      }
    }
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: hunter2hunter2",
        "UC_MASTER_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "  usercenter.codes.webhook-secret: \"0123456789abcdef\"",
        "url: redis://:s3cr3ts3cr3t" + "@redis:6379",
        "aws: AKIA" + "ABCDEFGHIJKLMNOP",
        "-----BEGIN " + "EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY"
      })
  void aPlantedSecretIsFound(String text) {
    assertThat(in("planted.yml", text)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: ${UC_DB_PASSWORD:}",
        "UC_DB_PASSWORD: ${UC_DB_PASSWORD:?make the secrets with deploy/make-env.sh}",
        "secretName: usercenter",
        "webhook-secret:"
      })
  void aReferenceToASecretIsNone(String text) {
    assertThat(in("fine.yml", text)).isEmpty();
  }

  private static List<String> in(String file, String text) {
    List<String> found = new ArrayList<>();
    SECRETS.forEach(
        (kind, pattern) -> {
          if (kind.equals("password in a setting") && !SETTINGS.matcher(file).matches()) {
            return;
          }
          Matcher matcher = pattern.matcher(text);
          while (matcher.find()) {
            found.add("%s: %s at character %d".formatted(file, kind, matcher.start()));
          }
        });
    return found;
  }

  private static List<String> tracked() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-z")
            .directory(ROOT.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).as("git ls-files").isZero();
    return List.of(names.split("\0"));
  }
}
