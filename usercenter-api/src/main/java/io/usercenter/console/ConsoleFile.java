package io.usercenter.console;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A file of the page, kept in memory as browsers take it, which is packed. */
final class ConsoleFile {
  private final String type;
  private final byte[] gzipped;

  private ConsoleFile(String type, byte[] gzipped) {
    this.type = type;
    this.gzipped = gzipped;
  }

  static ConsoleFile of(String name, byte[] bytes) {
    return new ConsoleFile(typeOf(name), gzip(bytes));
  }

  String type() {
    return type;
  }

  /** For whoever does not take it packed. */
  byte[] bytes() {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
      return gzip.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] gzipped() {
    return gzipped;
  }

  private static String typeOf(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html;charset=utf-8";
      case "js" -> "text/javascript;charset=utf-8";
      case "css" -> "text/css;charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no media type is known for " + name);
    };
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
