package io.usercenter.id;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Username -> gene, 0 to 255. Chosen once per deployment and written into every shard: accounts
 * cannot be found by name under another function.
 */
public enum GeneFunction {
  /**
   * The low eight bits of CRC-32 (ISO 3309) of the canonical name in UTF-8: MySQL's {@code
   * CRC32(username) & 255}. Even on real names.
   */
  CRC32("crc32") {
    @Override
    int gene(byte[] utf8) {
      CRC32 crc = new CRC32();
      crc.update(utf8);
      return (int) crc.getValue() & 255;
    }
  },

  /**
   * The last byte of the canonical name in UTF-8, for data that was placed this way. Uneven: a-z
   * and 0-9 never reach shards 0 and 27 to 31.
   */
  LAST_BYTE("last-byte") {
    @Override
    int gene(byte[] utf8) {
      return utf8[utf8.length - 1] & 255;
    }
  };

  private final String id;

  GeneFunction(String id) {
    this.id = id;
  }

  abstract int gene(byte[] utf8);

  /** The gene of a name, 0 to 255; its low five bits are the shard. */
  public int gene(Username username) {
    return gene(username.canonical().getBytes(StandardCharsets.UTF_8));
  }

  /** The spelling used in settings and in {@code shard_meta}. */
  public String id() {
    return id;
  }

  /**
   * Reads {@link #id()}.
   *
   * @throws IllegalArgumentException if there is no such function
   */
  public static GeneFunction parse(String id) {
    return Arrays.stream(values())
        .filter(function -> function.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "gene function must be one of "
                        + Arrays.stream(values())
                            .map(GeneFunction::id)
                            .collect(Collectors.joining(", "))
                        + ", was '"
                        + id
                        + "'"));
  }
}
