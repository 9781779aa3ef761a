package io.usercenter.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * The settings of both applications, as {@code known-settings.txt} lists them: they may be given
 * one environment. There {@code NAME} is whatever the operator chose, and {@code []} a list, whose
 * elements may be set one by one.
 */
final class KnownSettings {
  private static final String LIST = "[]";
  private static final String CHOSEN = "NAME";

  private final List<Known> all;

  KnownSettings() {
    try (InputStream in = KnownSettings.class.getResourceAsStream("known-settings.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      all = text.lines().map(Known::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether there is such a setting.
   *
   * @param property in any form that Spring Boot reads, {@code usercenter.http.trustedProxies[0]}
   */
  boolean hasProperty(String property) {
    String plain = plainProperty(property);
    return all.stream().anyMatch(known -> known.form.matcher(plain).matches());
  }

  /** The same for an environment variable, {@code USERCENTER_HTTP_TRUSTEDPROXIES_0}. */
  boolean hasVariable(String variable) {
    String plain = plainVariable(variable);
    return all.stream()
        .anyMatch(
            known ->
                known.form.matcher(plain).matches() || known.olderForm.matcher(plain).matches());
  }

  /** The property that was probably meant; empty when none is like it. */
  Optional<String> likeProperty(String property) {
    return like(plainProperty(property));
  }

  /** The environment variable that was probably meant; empty when none is like it. */
  Optional<String> likeVariable(String variable) {
    return like(plainVariable(variable))
        .map(name -> name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT));
  }

  /** A quarter of the letters after {@code usercenter.} may be wrong. */
  private Optional<String> like(String plain) {
    int most = (plain.length() - "usercenter.".length()) / 4;
    return all.stream()
        .map(known -> known.name)
        .min(Comparator.comparingInt(name -> distance(plain, plainProperty(name))))
        .filter(name -> distance(plain, plainProperty(name)) <= most);
  }

  /** Lower case and without dashes: {@code usercenter.http.trustedproxies.0}. */
  private static String plainProperty(String property) {
    ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.getNumberOfElements(); i++) {
      plain.append(i == 0 ? "" : ".").append(name.getElement(i, Form.UNIFORM));
    }
    return plain.toString();
  }

  private static String plainVariable(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** How many letters to add, to take away or to change (Levenshtein). */
  private static int distance(String one, String other) {
    int[] last = new int[other.length() + 1];
    Arrays.setAll(last, i -> i);
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = last[0];
      last[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = last[j];
        last[j] = Math.min(changed, 1 + Math.min(last[j], last[j - 1]));
      }
    }
    return last[other.length()];
  }

  /**
   * A setting.
   *
   * @param name {@code usercenter.http.trusted-proxies}
   * @param form of its names without dashes
   * @param olderForm of environment variables that have an underscore for each dash, which Spring
   *     Boot reads too
   */
  private record Known(String name, Pattern form, Pattern olderForm) {
    static Known of(String line) {
      boolean list = line.endsWith(LIST);
      String name = list ? line.substring(0, line.length() - LIST.length()) : line;
      return new Known(
          name, pattern(name.replace("-", ""), list), pattern(name.replace('-', '.'), list));
    }

    private static Pattern pattern(String name, boolean list) {
      String elements =
          Arrays.stream(name.split("\\."))
              .map(element -> element.equals(CHOSEN) ? ".+" : element)
              .collect(Collectors.joining("\\."));
      return Pattern.compile(elements + (list ? "(\\.[0-9]+)?" : ""));
    }
  }
}
