package io.usercenter.id;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one thread has minted, in a mapped file: it is the kernel's as soon as it is written, so
 * {@code kill -9} loses at most what was minted and not yet written, one step of the thread.
 *
 * <p>Longs: how many ids, how many refusals, then ids in the order they were minted. Before ids of
 * another lease stands its mark, a negative number.
 */
final class IdFile implements AutoCloseable {
  /** The lease changed while the id was minted, so it is not certain whose it is. */
  static final long UNCERTAIN = -1;

  private static final int HEADER = 2 * Long.BYTES;
  private static final int REGION = 1 << 22;

  private final FileChannel file;
  private final MappedByteBuffer header;
  private MappedByteBuffer region;
  private long end;
  private long mark;

  private IdFile(FileChannel file) throws IOException {
    this.file = file;
    this.header = file.map(FileChannel.MapMode.READ_WRITE, 0, HEADER);
    this.end = HEADER;
    this.region = nextRegion();
  }

  static IdFile create(Path path) throws IOException {
    return new IdFile(
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  private MappedByteBuffer nextRegion() throws IOException {
    MappedByteBuffer next = file.map(FileChannel.MapMode.READ_WRITE, end, REGION);
    end += REGION;
    return next;
  }

  /**
   * Writes an id.
   *
   * @param token of the lease it was minted under; null if that is not certain
   */
  void minted(long id, @Nullable String token) throws IOException {
    long itsMark = token == null ? UNCERTAIN : markOf(token);
    if (itsMark != mark) {
      put(itsMark);
      mark = itsMark;
    }
    put(id);
    header.putLong(0, header.getLong(0) + 1);
  }

  void refused() {
    header.putLong(Long.BYTES, header.getLong(Long.BYTES) + 1);
  }

  private void put(long value) throws IOException {
    if (!region.hasRemaining()) {
      region = nextRegion();
    }
    region.putLong(value);
  }

  /** 63 of a token's 128 random bits. */
  static long markOf(String token) {
    return Long.parseUnsignedLong(token.substring(0, 16), 16) | Long.MIN_VALUE;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** How many ids and how many refusals a file tells of, while it grows as well. */
  static long[] counts(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer counts = ByteBuffer.allocate(HEADER);
      return file.read(counts, 0) < HEADER
          ? new long[2]
          : new long[] {counts.getLong(0), counts.getLong(Long.BYTES)};
    }
  }

  /** Hands over the marks and ids of a file, in order. */
  static void read(Path path, LongConsumer reader) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      if (file.size() <= HEADER) {
        return; // killed before it began
      }
      LongBuffer values =
          file.map(FileChannel.MapMode.READ_ONLY, HEADER, file.size() - HEADER).asLongBuffer();
      while (values.hasRemaining()) {
        long value = values.get();
        if (value == 0) {
          return;
        }
        reader.accept(value);
      }
    }
  }
}
