package io.usercenter.token;

import io.jsonwebtoken.io.AbstractDeserializer;
import io.jsonwebtoken.io.AbstractSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** JOSE headers and claim sets for jjwt, read strictly. */
final class JoseJson {
  /**
   * RFC 7515 4.1.11: a critical extension that is not understood must be refused, and we understand
   * none. Unencoded payloads (RFC 7797) and compressed ones are not ours either.
   */
  private static final List<String> EXTENSIONS = List.of("crit", "b64", "zip");

  private static final List<String> NUMERIC_DATES = List.of("exp", "iat", "nbf");

  /** The year 9999; jjwt multiplies by 1000, which must not overflow. */
  private static final long LATEST = 253_402_300_799L;

  private JoseJson() {}

  static final class Parser extends AbstractDeserializer<Map<String, ?>> {
    @Override
    protected Map<String, ?> doDeserialize(Reader reader) {
      Map<String, Object> object = StrictJson.readObject(reader);
      for (String name : EXTENSIONS) {
        if (object.containsKey(name)) {
          throw new StrictJson.NotJsonException("\"" + name + "\" is not supported");
        }
      }
      for (String name : NUMERIC_DATES) {
        // RFC 7519 2, NumericDate: a number. jjwt alone would take "2026-11-21T00:00:00Z" as well.
        if (object.containsKey(name)) {
          long seconds = StrictJson.require(object, name, Long.class);
          if (seconds < 0 || seconds > LATEST) {
            throw new StrictJson.NotJsonException("\"" + name + "\" is out of range");
          }
        }
      }
      return object;
    }
  }

  static final class Composer extends AbstractSerializer<Map<String, ?>> {
    @Override
    protected void doSerialize(Map<String, ?> object, OutputStream out) throws IOException {
      Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
      StrictJson.write(object, writer);
      writer.flush();
    }
  }
}
