package io.usercenter.it;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Draws values for requests: those that an endpoint wants, from what it said before, and those that
 * programs stumble over. Everything comes from the one source of randomness.
 */
final class HostileValues {
  private static final int KEPT_OF_A_NAME = 20;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\uD800",
          "\uDFFF\uD800",
          "\uFEFF",
          "\u202Eabc",
          "\u0130\u00DF\u1E9E",
          "\uD83D\uDE00".repeat(40),
          "a\u0301".repeat(200),
          "a".repeat(300),
          "9".repeat(400),
          "x".repeat(70_000),
          "'; DROP TABLE user; --",
          "\\' OR 1=1 #",
          "%' ESCAPE '",
          "${jndi:ldap://127.0.0.1:1/x}",
          "#{T(Runtime)}",
          "../../../../etc/passwd",
          "%00",
          "\r\nX-Injected: 1",
          "<script>alert(1)</script>",
          "null",
          "NaN",
          "-0",
          "0",
          "-1",
          "1",
          "32",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "1e400",
          "0x10",
          "\u0661\u0662\u0663",
          "true",
          "[]",
          "{}",
          "2026-02-30T25:61:61Z",
          "+999999999-12-31T23:59:59.999999999Z",
          "-999999999-01-01T00:00:00Z",
          "1969-12-31T23:59:59Z",
          "10000-01-01T00:00:00Z",
          "2026-01-01T00:00:00+18:00",
          "2026-01-01",
          "ucr_",
          "a.b.c",
          "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
          "00000000-0000-0000-0000-000000000000",
          "nobody@example.com",
          "+8613800000000",
          "http://127.0.0.1:1/",
          "*");

  private static final List<String> JSON =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "3.7",
          "1e999999999",
          "-1e-999999999",
          "123456789012345678901234567890",
          "9223372036854775807",
          "2147483648",
          "[]",
          "{}",
          "[null]",
          "[[[[[[[[[[]]]]]]]]]]",
          "{\"\":{\"\":null}}",
          "{\"@class\":\"x\",\"@type\":\"y\"}",
          "NaN",
          "'x'",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\x\"");

  private final RandomGenerator random;
  private final Map<String, List<String>> known = new HashMap<>();

  HostileValues(RandomGenerator random) {
    this.random = random;
  }

  RandomGenerator random() {
    return random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T anyOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  String hostileText() {
    return anyOf(TEXTS);
  }

  /** From now on it is a likely value for what has this name. */
  void learn(String name, String value) {
    List<String> values = known.computeIfAbsent(name, _ -> new ArrayList<>());
    if (values.size() < KEPT_OF_A_NAME) {
      values.add(value);
    } else {
      values.set(random.nextInt(KEPT_OF_A_NAME), value);
    }
  }

  /** Learns the texts and numbers of an answer by the names they have there. */
  void learn(JsonNode answer) {
    answer
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isString() || value.isNumber()) {
                learn(field.getKey(), value.asString());
              } else {
                value.values().forEach(item -> learnItem(field.getKey(), item));
                learn(value);
              }
            });
    answer.values().stream().filter(JsonNode::isContainer).forEach(this::learn);
  }

  private void learnItem(String name, JsonNode item) {
    if (item.isString()) {
      learn(name, item.stringValue());
    }
  }

  /**
   * A text for what has this name.
   *
   * @param hostility how likely it is one that nobody wants, 0 to 1
   */
  String text(String name, JsonNode schema, double hostility) {
    if (chance(hostility)) {
      return hostileText();
    }
    if (schema.path("enum").isArray()) {
      return anyOf(new ArrayList<>(schema.path("enum").values())).asString();
    }
    String pattern = schema.path("pattern").asString("");
    if (pattern.matches("[a-z]+(\\|[a-z]+)+")) {
      return anyOf(List.of(pattern.split("\\|")));
    }
    List<String> values = known.get(name);
    if (values != null) {
      return anyOf(values);
    }
    return switch (schema.path("type").asString("")) {
      case "integer", "number" -> Integer.toString(random.nextInt(100));
      case "boolean" -> Boolean.toString(random.nextBoolean());
      default -> "v" + random.nextInt(1000);
    };
  }

  /** JSON that a schema describes, more or less. */
  String json(String name, JsonNode schema, JsonNode schemas, double hostility) {
    if (chance(hostility / 3)) {
      return hostileJson();
    }
    String reference = schema.path("$ref").asString("");
    if (!reference.isEmpty()) {
      return json(
          name,
          schemas.path(reference.substring(reference.lastIndexOf('/') + 1)),
          schemas,
          hostility);
    }
    JsonNode type =
        schema.path("type").isArray() ? schema.path("type").get(0) : schema.path("type");
    return switch (type.asString("")) {
      case "object" -> object(schema, schemas, hostility);
      case "array" -> array(name, schema, schemas, hostility);
      case "integer", "number", "boolean" -> text(name, schema, 0);
      default -> quoted(text(name, schema, hostility));
    };
  }

  private String hostileJson() {
    if (chance(0.1)) {
      int depth = anyOf(List.of(100, 1_000, 20_000));
      return chance(0.5) ? "[".repeat(depth) + "]".repeat(depth) : "{\"a\":".repeat(depth);
    }
    return chance(0.5) ? anyOf(JSON) : quoted(hostileText());
  }

  private String object(JsonNode schema, JsonNode schemas, double hostility) {
    List<String> fields = new ArrayList<>();
    JsonNode properties = schema.path("properties");
    if (properties.isEmpty()) {
      // Of no told form, so whatever is known under some names.
      for (String name : known.keySet()) {
        if (chance(0.3)) {
          fields.add(quoted(name) + ":" + quoted(anyOf(known.get(name))));
        }
      }
    }
    properties
        .properties()
        .forEach(
            property -> {
              if (!chance(0.1 + hostility / 4)) {
                fields.add(
                    quoted(property.getKey())
                        + ":"
                        + json(property.getKey(), property.getValue(), schemas, hostility));
              }
            });
    if (chance(hostility / 3)) {
      fields.add(quoted(hostileText()) + ":" + anyOf(JSON));
    }
    if (!fields.isEmpty() && chance(hostility / 3)) {
      fields.add(anyOf(fields));
    }
    return "{" + String.join(",", fields) + "}";
  }

  private String array(String name, JsonNode schema, JsonNode schemas, double hostility) {
    int size = chance(hostility / 3) ? anyOf(List.of(0, 600, 2_000)) : 1 + random.nextInt(3);
    List<String> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(json(name, schema.path("items"), schemas, hostility));
    }
    return "[" + String.join(",", items) + "]";
  }

  /** A text as JSON has it; halves of characters stay halves. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == '"' || c == '\\' || Character.isSurrogate(c)) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** The bytes of a text, damaged on their way. */
  byte[] damaged(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(9)) {
      case 0 -> new byte[0];
      case 1 -> text.getBytes(StandardCharsets.UTF_16);
      case 2 -> text.getBytes(Charset.forName("UTF-32"));
      case 3 -> joined(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, bytes);
      case 4 -> joined(bytes, new byte[] {(byte) 0xC0, (byte) 0x80, (byte) 0xFF});
      case 5 -> joined(bytes, bytes);
      case 6 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 7 -> java.util.Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(50));
      default -> {
        for (int i = 0; i < 1 + bytes.length / 20 && bytes.length > 0; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        yield bytes;
      }
    };
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
