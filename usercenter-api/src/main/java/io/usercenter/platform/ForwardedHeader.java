package io.usercenter.platform;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * In which header proxies name whom they speak for. Exactly one is read: a proxy that writes one of
 * them passes the other one on as the client sent it.
 */
enum ForwardedHeader {
  /** One address after the other; the usual one. It knows no quotes. */
  X_FORWARDED_FOR("X-Forwarded-For") {
    @Override
    List<String> hopsIn(String value) {
      return Stream.of(value.split(",", -1)).map(String::strip).toList();
    }
  },

  /** {@code for=192.0.2.1;proto=https, for="[2001:db8::1]:4711"} (RFC 7239). */
  FORWARDED("Forwarded") {
    @Override
    List<String> hopsIn(String value) {
      return split(value, ',').stream().map(ForwardedHeader::forOf).toList();
    }
  };

  private static final String UNKNOWN = "unknown";

  private final String header;

  ForwardedHeader(String header) {
    this.header = header;
  }

  /** What one value says; throws IllegalArgumentException when a quoted text does not end. */
  abstract List<String> hopsIn(String value);

  /**
   * Whom the proxies name, the nearest last. Empty when there is no header, or one that somebody
   * broke: a quote that is left open would swallow what the proxies wrote after it.
   */
  List<String> hops(HttpServletRequest request) {
    String joined = String.join(",", Collections.list(request.getHeaders(header)));
    try {
      return joined.isBlank() ? List.of() : hopsIn(joined);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static String forOf(String element) {
    for (String pair : split(element, ';')) {
      String stripped = pair.strip();
      if (stripped.toLowerCase(Locale.ROOT).startsWith("for=")) {
        return stripped.substring("for=".length()).replace("\"", "");
      }
    }
    return UNKNOWN;
  }

  /** Splits at what stands outside of quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++; // RFC 9110 section 5.6.4: the next character stands for itself
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("a quote is left open");
    }
    parts.add(text.substring(start));
    return parts;
  }
}
