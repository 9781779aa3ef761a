package io.usercenter.password;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id of libsodium. The library comes inside the jar of lazysodium, whose Java code is not
 * used: one function is called, and the JDK can do that by itself.
 */
final class LibsodiumArgon2 implements Argon2 {
  // crypto_pwhash_SALTBYTES and crypto_pwhash_ALG_ARGON2ID13; its lanes are always one.
  private static final int SALT_BYTES = 16;
  private static final int ARGON2ID13 = 2;

  private final MethodHandle pwhash;
  private final Argon2 otherwise = new JavaArgon2();

  private LibsodiumArgon2(MethodHandle pwhash) {
    this.pwhash = pwhash;
  }

  /**
   * Unpacks and loads the library for this system.
   *
   * @throws NativeLibraryException when there is none, or it does not load
   */
  static LibsodiumArgon2 load() throws NativeLibraryException {
    return load(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static LibsodiumArgon2 load(String system, String processor) throws NativeLibraryException {
    String resource = resource(system, processor);
    Path file = null;
    try (InputStream library = LibsodiumArgon2.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new NativeLibraryException(
            "there is no libsodium for %s on %s".formatted(system, processor), null);
      }
      file = Files.createTempFile("libsodium", resource.substring(resource.lastIndexOf('.')));
      Files.write(file, library.readAllBytes());
      return bind(SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IOException
        | IllegalArgumentException
        | IllegalCallerException
        | NoSuchElementException e) {
      throw new NativeLibraryException("libsodium does not load: " + e.getMessage(), e);
    } finally {
      delete(file);
    }
  }

  // What is loaded stays loaded without its file, except on Windows, where it has to stay.
  private static void delete(@Nullable Path file) {
    if (file != null && !file.toFile().delete()) {
      file.toFile().deleteOnExit();
    }
  }

  private static String resource(String system, String processor) {
    String os = system.toLowerCase(Locale.ROOT);
    boolean arm = processor.equals("aarch64");
    if (!arm && !processor.equals("amd64") && !processor.equals("x86_64")) {
      return "/none.so";
    }
    if (os.startsWith("linux")) {
      return arm ? "/arm64/libsodium.so" : "/linux64/libsodium.so";
    }
    if (os.startsWith("mac")) {
      return arm ? "/mac_arm/libsodium.dylib" : "/mac/libsodium.dylib";
    }
    return os.startsWith("windows") && !arm ? "/windows64/libsodium.dll" : "/none.so";
  }

  private static LibsodiumArgon2 bind(SymbolLookup library) throws NativeLibraryException {
    Linker linker = Linker.nativeLinker();
    // int sodium_init(void): 0, or 1 when it was done before. It picks the code for this processor.
    MethodHandle init =
        linker.downcallHandle(library.findOrThrow("sodium_init"), FunctionDescriptor.of(JAVA_INT));
    // int crypto_pwhash(out, outlen, passwd, passwdlen, salt, opslimit, memlimit, alg)
    MethodHandle pwhash =
        linker.downcallHandle(
            library.findOrThrow("crypto_pwhash"),
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG,
                JAVA_INT));
    try {
      if ((int) init.invokeExact() < 0) {
        throw new NativeLibraryException("libsodium does not start", null);
      }
    } catch (NativeLibraryException e) {
      throw e;
    } catch (Throwable e) {
      throw new NativeLibraryException("libsodium does not start: " + e, e);
    }
    return new LibsodiumArgon2(pwhash);
  }

  @Override
  public String name() {
    return "libsodium (native)";
  }

  @Override
  public byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length) {
    if (salt.length != SALT_BYTES || cost.parallelism() != 1) {
      return otherwise.hash(password, salt, cost, length); // only imported hashes are like that
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(length);
      MemorySegment secret = arena.allocate(Math.max(password.length, 1));
      MemorySegment.copy(password, 0, secret, JAVA_BYTE, 0, password.length);
      int failed =
          (int)
              pwhash.invokeExact(
                  out,
                  (long) length,
                  secret,
                  (long) password.length,
                  arena.allocateFrom(JAVA_BYTE, salt),
                  (long) cost.iterations(),
                  cost.memoryKib() * 1024L,
                  ARGON2ID13);
      secret.fill((byte) 0);
      if (failed != 0) {
        throw new IllegalStateException(
            "libsodium could not hash with %s: out of memory".formatted(cost));
      }
      return out.toArray(JAVA_BYTE);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("calling libsodium failed", e);
    }
  }
}
