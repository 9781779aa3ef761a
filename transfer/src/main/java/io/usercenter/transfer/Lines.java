package io.usercenter.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file in UTF-8. However long a line is, only so much of it is held. A byte order
 * mark at the start and carriage returns before line feeds are no part of lines.
 */
final class Lines {
  /** Most bytes of a line: what an account with a hundred characters takes, and some more. */
  static final int MAX_BYTES = 64 * 1024;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private final byte[] line = new byte[MAX_BYTES + 1]; // and its carriage return
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private int from;
  private int to;
  private int length;
  private long number;
  private volatile long bytes;

  Lines(InputStream in) {
    this.in = in;
  }

  /** One line. */
  sealed interface Line {
    /** Its characters. */
    record Text(String text) implements Line {}

    /** One that cannot be used. */
    record Bad(RejectCode code, String message) implements Line {}
  }

  /** The next line; null at the end. */
  @Nullable Line next() throws IOException {
    boolean any = false;
    boolean ended = false;
    long dropped = 0;
    length = 0;
    while (!ended && fill()) {
      any = true;
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      int kept = Math.min(end - from, line.length - length);
      System.arraycopy(buffer, from, line, length, kept);
      length += kept;
      dropped += end - from - kept;
      ended = end < to;
      advance(end - from + (ended ? 1 : 0));
    }
    if (!any) {
      return null;
    }
    number++;
    return line(dropped);
  }

  private Line line(long dropped) {
    int start = 0;
    if (number == 1 && startsWithMark()) {
      start = BYTE_ORDER_MARK.length;
    }
    int end = dropped == 0 && length > start && line[length - 1] == '\r' ? length - 1 : length;
    if (dropped > 0 || end - start > MAX_BYTES) {
      return new Line.Bad(
          RejectCode.LINE_TOO_LONG,
          "%d bytes, at most %d are read".formatted(end - start + dropped, MAX_BYTES));
    }
    try {
      return new Line.Text(utf8.decode(ByteBuffer.wrap(line, start, end - start)).toString());
    } catch (CharacterCodingException e) {
      return new Line.Bad(RejectCode.NOT_UTF8, "its bytes are not UTF-8");
    }
  }

  private boolean startsWithMark() {
    return length >= BYTE_ORDER_MARK.length
        && Arrays.equals(line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3);
  }

  /** Goes past lines without looking at them, until {@link #number} is this or there are none. */
  void skipTo(long last) throws IOException {
    while (number < last && fill()) {
      int end = from;
      while (end < to && number < last) {
        if (buffer[end++] == '\n') {
          number++;
        }
      }
      advance(end - from);
    }
  }

  /** The number of the line that came last, counted from 1. */
  long number() {
    return number;
  }

  /** How many bytes were read; may be asked by any thread. */
  long bytes() {
    return bytes;
  }

  private boolean fill() throws IOException {
    while (from == to) {
      from = 0;
      to = 0;
      int read = in.read(buffer, 0, buffer.length);
      if (read < 0) {
        return false;
      }
      to = read;
    }
    return true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void advance(int by) {
    from += by;
    bytes += by;
  }
}
