package io.usercenter.token;

import io.jsonwebtoken.io.AbstractSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** JOSE headers and claim sets: read strictly, written for jjwt. */
final class JoseJson {
  /**
   * RFC 7515 4.1.11: a critical extension that is not understood must be refused, and we understand
   * none. Unencoded payloads (RFC 7797) and compressed ones are not ours either.
   */
  private static final List<String> EXTENSIONS = List.of("crit", "b64", "zip");

  private static final List<String> NUMERIC_DATES = List.of("exp", "iat", "nbf");

  /** The year 9999. */
  private static final long LATEST = 253_402_300_799L;

  private JoseJson() {}

  /**
   * Reads a header or a claim set.
   *
   * @throws StrictJson.NotJsonException if it is none, or none that we understand
   */
  static Map<String, Object> read(byte[] json) {
    Map<String, Object> object = StrictJson.readObject(new String(json, StandardCharsets.UTF_8));
    for (String name : EXTENSIONS) {
      if (object.containsKey(name)) {
        throw new StrictJson.NotJsonException("\"" + name + "\" is not supported");
      }
    }
    for (String name : NUMERIC_DATES) {
      // RFC 7519 2, NumericDate: a number, not "2026-11-21T00:00:00Z".
      if (object.containsKey(name)) {
        long seconds = StrictJson.require(object, name, Long.class);
        if (seconds < 0 || seconds > LATEST) {
          throw new StrictJson.NotJsonException("\"" + name + "\" is out of range");
        }
      }
    }
    return object;
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
