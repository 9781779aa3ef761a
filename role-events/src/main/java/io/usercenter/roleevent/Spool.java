package io.usercenter.roleevent;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Texts in a file of fixed size, first in, first out. The file is mapped into memory: adding is a
 * few copies and no call of the system, and what was added outlives the process however it ends.
 * (When the machine loses power, what the system had not written yet is lost.) Thread safe.
 *
 * <pre>
 *   0        8      16          48           304                             capacity
 *  | magic  | head | publisher | 32 numbers | record | record | ... ring ... |
 *  record: length (4 bytes, -1: the rest of the ring is skipped), CRC-32C (4), text, up to 8 bytes
 * </pre>
 *
 * <p>Positions rise for ever; a record's place is its position modulo the size of the ring. The
 * checksum covers the position, so what is left of an earlier turn is never taken for a record.
 */
final class Spool implements AutoCloseable {
  static final int SHARDS = 32;

  private static final long MAGIC = 0x7563_7370_6f6f_6c31L; // "ucspool1"
  private static final int HEAD = 8;
  private static final int PUBLISHER = 16;
  private static final int PUBLISHER_LENGTH = 32;
  private static final int NUMBERS = PUBLISHER + PUBLISHER_LENGTH;
  private static final int RING = NUMBERS + 8 * SHARDS;
  private static final int RECORD = 8;
  private static final int SKIP = -1;

  /**
   * The files that this JVM has open. Asked before a file is opened again: closing the second
   * channel would release the lock of the first one, as POSIX wants it.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;
  private final MappedByteBuffer file;
  private final int ring;
  private final String publisher;
  private long head;
  private long tail;
  private long waiting;

  private Spool(
      Path path, FileChannel channel, FileLock lock, MappedByteBuffer file, String publisher) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
    this.file = file;
    this.ring = (file.capacity() - RING) & ~7; // records do not begin in between
    this.publisher = publisher;
    this.head = file.getLong(HEAD);
    this.tail = head;
  }

  /**
   * A record, and the position behind it.
   *
   * @param text as it was added
   */
  record Entry(String text, long end) {}

  /** Makes an event of the number that it gets. */
  @FunctionalInterface
  interface Numbered {
    String text(long number);
  }

  /** Reads the shard and the number of a text that was added before; null when it has none. */
  @FunctionalInterface
  interface NumberOf {
    @Nullable Given read(String text);
  }

  /** The number that an event got among those of its shard. */
  record Given(int shard, long number) {}

  /**
   * Opens a spool, or makes one.
   *
   * @param size of the file in bytes; a spool that is there must have the same
   * @param newPublisher the name of a publisher whose numbers begin with 1, for a new spool
   * @throws IOException if another publisher uses it, it has another size, or is no spool
   */
  static Spool open(Path path, int size, String newPublisher, NumberOf numberOf)
      throws IOException {
    if (!Files.exists(path)) {
      Files.createFile(path); // only what is there has a real path
    }
    Path real = path.toRealPath();
    if (!OPEN.add(real)) {
      throw new IOException(path + " is used by another publisher");
    }
    try {
      return openReal(real, size, newPublisher, numberOf);
    } catch (IOException | RuntimeException | Error e) {
      OPEN.remove(real);
      throw e;
    }
  }

  private static Spool openReal(Path path, int size, String newPublisher, NumberOf numberOf)
      throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = lock(channel);
      if (lock == null) {
        throw new IOException(path + " is used by another publisher");
      }
      boolean blank = isBlank(channel);
      if (channel.size() > size || (channel.size() < size && !blank)) {
        throw new IOException(
            "%s has %d bytes, not %d: set that size, or move it away once it is empty"
                .formatted(path, channel.size(), size));
      }
      if (blank) {
        fill(channel, size);
      }
      MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      if (blank) {
        byte[] name = newPublisher.getBytes(StandardCharsets.US_ASCII);
        file.put(PUBLISHER, name);
        for (int shard = 0; shard < SHARDS; shard++) {
          file.putLong(NUMBERS + 8 * shard, 1);
        }
        VarHandle.releaseFence();
        file.putLong(0, MAGIC);
        file.force();
      } else if (file.getLong(0) != MAGIC) {
        throw new IOException(path + " is no spool of role events");
      }
      byte[] name = new byte[PUBLISHER_LENGTH];
      file.get(PUBLISHER, name);
      Spool spool =
          new Spool(
              path,
              channel,
              lock,
              file,
              new String(name, StandardCharsets.US_ASCII).replace("\0", ""));
      spool.recover(numberOf);
      return spool;
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** Whether it is new, or its maker died before it was a spool. */
  private static boolean isBlank(FileChannel channel) throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(Long.BYTES);
    while (magic.hasRemaining() && channel.read(magic, magic.position()) > 0) {
      // the rest of it
    }
    return magic.getLong(0) == 0;
  }

  /**
   * Takes the room on the disk. Mapping would leave a hole, and when there is no room for what is
   * written into one, the machine raises a signal in the thread that writes.
   */
  private static void fill(FileChannel channel, int size) throws IOException {
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
      for (long at = 0; at < size; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        at += channel.write(zeros, at);
      }
      channel.force(true);
    } catch (IOException e) {
      try {
        channel.truncate(0); // others need what room there is
      } catch (IOException truncating) {
        e.addSuppressed(truncating);
      }
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this process, with classes of another loader
    }
  }

  /** Finds the end, and goes on with the numbers behind those that were given. */
  private void recover(NumberOf numberOf) {
    for (Entry entry = at(tail); entry != null; entry = at(tail)) {
      tail = entry.end();
      waiting++;
      Given given = numberOf.read(entry.text());
      if (given != null) {
        int at = NUMBERS + 8 * given.shard();
        file.putLong(at, Math.max(file.getLong(at), given.number() + 1));
      }
    }
  }

  /** Whose numbers they are. */
  String publisher() {
    return publisher;
  }

  /**
   * Adds what gets the next number of a shard. When it does not fit, no number is used.
   *
   * @return whether it fits
   */
  synchronized boolean add(int shard, Numbered numbered) {
    int at = NUMBERS + 8 * shard;
    long number = file.getLong(at);
    String text = numbered.text(number);
    long before = tail;
    try {
      if (!append(text)) {
        return false;
      }
      // Behind the record: whoever dies in between gives the number on by the record itself.
      file.putLong(at, number + 1);
      VarHandle.fullFence();
      return true;
    } catch (InternalError e) {
      return noRoom(before);
    }
  }

  /** Adds a text as it is. */
  synchronized boolean add(String text) {
    long before = tail;
    try {
      return append(text);
    } catch (InternalError e) {
      return noRoom(before);
    }
  }

  /** The JVM makes an error of that signal: an older spool with holes, or a disk that copies. */
  private boolean noRoom(long before) {
    if (tail != before) {
      tail = before;
      waiting--;
    }
    return false;
  }

  private boolean append(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = padded(bytes.length);
    int place = place(tail);
    int skipped = place + length > ring ? ring - place : 0;
    if (tail + skipped + length - head > ring) {
      return false;
    }
    long at = tail;
    if (skipped > 0) {
      write(at, SKIP, new byte[0]);
      at += skipped;
    }
    write(at, bytes.length, bytes);
    VarHandle.fullFence(); // it is in the file before anybody is told so
    tail = at + length;
    waiting++;
    return true;
  }

  private void write(long position, int length, byte[] bytes) {
    int place = RING + place(position);
    file.put(place + RECORD, bytes);
    file.putInt(place + 4, checksum(position, length, bytes));
    file.putInt(place, length);
  }

  /** The oldest records, at most so many; they stay until they are {@link #removed}. */
  synchronized List<Entry> peek(int atMost) {
    List<Entry> entries = new ArrayList<>();
    long position = head;
    while (entries.size() < atMost && position < tail) {
      Entry entry = at(position);
      if (entry == null) {
        throw new IllegalStateException("the spool is damaged at " + position);
      }
      entries.add(entry);
      position = entry.end();
    }
    return entries;
  }

  /** Everything before this position is done. */
  synchronized void removed(long position, int records) {
    head = position;
    waiting -= records;
    file.putLong(HEAD, position);
  }

  synchronized long waiting() {
    return waiting;
  }

  synchronized long bytes() {
    return tail - head;
  }

  long capacity() {
    return ring;
  }

  /** The record at a position or, after a skip, at the beginning of the ring; null when none is. */
  private @Nullable Entry at(long position) {
    int place = RING + place(position);
    int length = file.getInt(place);
    if (length == SKIP && file.getInt(place + 4) == checksum(position, SKIP, new byte[0])) {
      long next = position + ring - place(position);
      return next - head > ring ? null : at(next);
    }
    if (length <= 0 || place(position) + padded(length) > ring) {
      return null;
    }
    byte[] bytes = new byte[length];
    file.get(place + RECORD, bytes);
    if (file.getInt(place + 4) != checksum(position, length, bytes)) {
      return null;
    }
    return new Entry(new String(bytes, StandardCharsets.UTF_8), position + padded(length));
  }

  private int place(long position) {
    return (int) (position % ring);
  }

  private static int padded(int length) {
    return RECORD + ((length + 7) & ~7);
  }

  private static int checksum(long position, int length, byte[] bytes) {
    CRC32C crc = new CRC32C();
    for (int shift = 0; shift < 64; shift += 8) {
      crc.update((int) (position >>> shift));
    }
    for (int shift = 0; shift < 32; shift += 8) {
      crc.update(length >>> shift);
    }
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  @Override
  public synchronized void close() throws IOException {
    if (!channel.isOpen()) {
      return; // it may be another one's by now
    }
    try {
      file.force();
      lock.release();
    } finally {
      channel.close();
      OPEN.remove(path);
    }
  }
}
