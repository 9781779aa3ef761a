package io.usercenter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Passwords and keys, one file each with mode 0600. A file is there whole or not at all, and what
 * was made once is kept.
 */
final class Secrets {
  private final Path folder;
  private final RandomGenerator random;

  /**
   * Keeps secrets in this folder.
   *
   * @param random a cryptographically strong one
   */
  Secrets(Path folder, RandomGenerator random) {
    this.folder = folder;
    this.random = random;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** What the file holds, without the line end; empty when it is not there. */
  Optional<String> find(String name) {
    Path file = file(name);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String text = Files.readString(file).strip();
      if (text.isEmpty()) {
        throw new UcException(
            "%s is empty. Put its content back, or delete it to have a new one made"
                .formatted(file));
      }
      return Optional.of(text);
    } catch (IOException e) {
      throw new UcException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  void put(String name, String secret) {
    Path file = file(name);
    Path half = file.resolveSibling(name + ".part");
    try {
      Files.deleteIfExists(half);
      Files.createFile(
          half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(half, secret + "\n", StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UcException("cannot write %s: %s".formatted(file, e), e);
    }
  }

  /** A password that is kept; made of 144 random bits the first time. */
  String password(String name) {
    return find(name)
        .orElseGet(
            () -> {
              String made = Base64.getUrlEncoder().encodeToString(bytes(18));
              put(name, made);
              return made;
            });
  }

  /** The file of a key that is kept: base64 of 32 bytes, random the first time. */
  Path keyFile(String name) {
    if (find(name).isEmpty()) {
      put(name, Base64.getEncoder().encodeToString(bytes(32)));
    }
    return file(name);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
