package io.usercenter.token;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects as RFC 8259 has them and no more: no comments, no bare words, nothing after the end.
 * A member that comes twice is refused (RFC 7515 4, RFC 7519 4), so is deep nesting. Whole numbers
 * become Long, others Double.
 */
final class StrictJson {
  /** Enough for a JWKS and the feed; a reader that recurses needs some bound. */
  private static final int DEEPEST = 8;

  /** No Long has more characters; longer numbers are read as Double. */
  private static final int LONGEST_WHOLE_NUMBER = 18;

  private StrictJson() {}

  /** What was read is not the JSON that was expected. */
  static final class NotJsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotJsonException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    NotJsonException(String message) {
      this(message, null);
    }
  }

  /**
   * @throws NotJsonException for anything but one JSON object
   */
  static Map<String, Object> readObject(String json) {
    return readObject(new StringReader(json));
  }

  static Map<String, Object> readObject(Reader json) {
    JsonReader reader = new JsonReader(json);
    reader.setStrictness(Strictness.STRICT);
    try {
      Map<String, Object> object = object(reader, 1);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new NotJsonException("something follows the object");
      }
      return object;
    } catch (IOException | IllegalStateException | JsonParseException | NumberFormatException e) {
      throw new NotJsonException("not a JSON object", e);
    }
  }

  private static Map<String, Object> object(JsonReader reader, int depth) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (object.containsKey(name)) {
        throw new NotJsonException("a member comes twice");
      }
      Object value = value(reader, depth);
      if (value != null) { // null and absent mean the same to all our readers
        object.put(name, value);
      }
    }
    reader.endObject();
    return object;
  }

  private static @Nullable Object value(JsonReader reader, int depth) throws IOException {
    if (depth >= DEEPEST) {
      throw new NotJsonException("nested deeper than " + DEEPEST);
    }
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader, depth + 1);
      case BEGIN_ARRAY -> array(reader, depth + 1);
      case STRING -> reader.nextString();
      case NUMBER -> number(reader.nextString());
      case BOOLEAN -> reader.nextBoolean();
      case NULL -> {
        reader.nextNull();
        yield null;
      }
      case END_ARRAY, END_OBJECT, END_DOCUMENT, NAME ->
          throw new MalformedJsonException("a value is missing");
    };
  }

  private static List<Object> array(JsonReader reader, int depth) throws IOException {
    List<Object> array = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      Object value = value(reader, depth);
      if (value == null) {
        throw new NotJsonException("null in an array");
      }
      array.add(value);
    }
    reader.endArray();
    return array;
  }

  private static Object number(String digits) {
    boolean whole = digits.length() <= LONGEST_WHOLE_NUMBER;
    for (int i = 0; whole && i < digits.length(); i++) {
      char c = digits.charAt(i);
      whole = (c >= '0' && c <= '9') || (c == '-' && i == 0);
    }
    if (whole) {
      return Long.valueOf(digits);
    }
    return Double.valueOf(digits);
  }

  static String write(Map<String, ?> object) {
    StringWriter out = new StringWriter();
    write(object, out);
    return out.toString();
  }

  static void write(Map<String, ?> object, Writer out) {
    try {
      JsonWriter writer = new JsonWriter(out);
      writer.setHtmlSafe(false);
      writeValue(writer, object);
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeValue(JsonWriter writer, Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      writer.beginObject();
      for (Map.Entry<?, ?> member : object.entrySet()) {
        writer.name((String) member.getKey());
        writeValue(writer, member.getValue());
      }
      writer.endObject();
    } else if (value instanceof Iterable<?> array) {
      writer.beginArray();
      for (Object element : array) {
        writeValue(writer, element);
      }
      writer.endArray();
    } else if (value instanceof Number number) {
      writer.value(number);
    } else if (value instanceof Boolean bool) {
      writer.value(bool);
    } else if (value instanceof String text) {
      writer.value(text);
    } else {
      throw new IllegalArgumentException("no JSON form for " + value.getClass());
    }
  }

  /** The member as a String. */
  static String string(Map<String, Object> object, String name) {
    return require(object, name, String.class);
  }

  static @Nullable String optionalString(Map<String, Object> object, String name) {
    return object.containsKey(name) ? string(object, name) : null;
  }

  static boolean flag(Map<String, Object> object, String name) {
    return object.containsKey(name) && require(object, name, Boolean.class);
  }

  /**
   * The member as an int.
   *
   * @throws ArithmeticException if it is larger
   */
  static int integer(Map<String, Object> object, String name) {
    return Math.toIntExact(require(object, name, Long.class));
  }

  /** The elements of the member, which must all be objects. */
  static List<Map<String, Object>> objects(Map<String, Object> object, String name) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (Object element : require(object, name, List.class)) {
      if (!(element instanceof Map<?, ?>)) {
        throw new NotJsonException("\"" + name + "\" must hold objects");
      }
      @SuppressWarnings("unchecked") // all maps here come from object() above
      Map<String, Object> map = (Map<String, Object>) element;
      objects.add(map);
    }
    return objects;
  }

  static <T> T require(Map<String, Object> object, String name, Class<T> type) {
    Object value = object.get(name);
    if (!type.isInstance(value)) {
      throw new NotJsonException("\"" + name + "\" is missing or no " + type.getSimpleName());
    }
    return type.cast(value);
  }
}
