package io.usercenter.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells a file from another one.
 *
 * @param bytes its size
 * @param hex its SHA-256 in 64 hex digits
 */
public record FileDigest(long bytes, String hex) {

  /** Reads to the end; the caller closes. */
  public static FileDigest of(InputStream in) throws IOException {
    Meter meter = meter(in);
    byte[] buffer = new byte[64 * 1024];
    while (meter.read(buffer, 0, buffer.length) >= 0) {
      // The meter sees it.
    }
    return meter.digest();
  }

  /** Measures what is read from it. */
  public static Meter meter(InputStream in) {
    return new Meter(in);
  }

  /** The same bytes, but at their end it throws if they were not this file. */
  public InputStream verifying(InputStream in) {
    return new Meter(in) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read < 0 && !digest().equals(FileDigest.this)) {
          throw new IOException("the file was changed while it was read");
        }
        return read;
      }
    };
  }

  /** A stream that knows what came out of it. */
  public static class Meter extends FilterInputStream {
    private final MessageDigest sha256;
    private long bytes;

    private Meter(InputStream in) {
      super(in);
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (read > 0) {
        sha256.update(buffer, offset, read);
        bytes += read;
      }
      return read;
    }

    /** Of what was read so far. */
    public FileDigest digest() {
      try {
        MessageDigest copy = (MessageDigest) sha256.clone();
        return new FileDigest(bytes, HexFormat.of().formatHex(copy.digest()));
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
      }
    }
  }
}
