package io.usercenter.token;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a verifier knew, in a file, so that it checks tokens at once after a restart, also while the
 * user center is away. It holds no secret, but whoever may write it decides whom the game server
 * believes.
 *
 * <p>Text, one fact a line; the last line counts them, so half a file is none.
 *
 * @param issuer whose keys and revocations they are
 * @param place up to where the feed was heard
 * @param withdrawn keys that are never to be believed again
 */
record Snapshot(
    String issuer,
    RevocationFeed.Place place,
    Jwks keys,
    Set<String> withdrawn,
    Revocations.Known revoked) {
  private static final String FORM = "usercenter verifier snapshot 2";

  /** Replaces the file, whole or not at all. */
  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path fresh = Files.createTempFile(folder, "verifier", ".tmp"); // for its owner only
    try {
      try (BufferedWriter out = Files.newBufferedWriter(fresh, StandardCharsets.UTF_8)) {
        line(out, FORM);
        line(out, issuer);
        line(out, place.asOf() + " " + revoked.refusedUpToSecond() + " " + place.next());
        line(out, keys.toJson());
        for (String kid : new TreeSet<>(withdrawn)) {
          line(out, "withdrawn " + kid);
        }
        for (Revocations.Ended ended : revoked.ended()) {
          line(
              out,
              "ended "
                  + ended.userId()
                  + " "
                  + ended.sessionId()
                  + " "
                  + ended.minEpoch()
                  + " "
                  + ended.reason()
                  + " "
                  + ended.at().toEpochMilli()
                  + " "
                  + ended.until().toEpochMilli());
        }
        line(out, "end " + (withdrawn.size() + revoked.ended().size()));
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void line(BufferedWriter out, String line) throws IOException {
    out.write(line);
    out.write('\n');
  }

  /**
   * Reads what was written.
   *
   * @return empty when there is no such file
   * @throws IOException if it cannot be read, or is no whole snapshot
   */
  static Optional<Snapshot> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      if (!FORM.equals(in.readLine())) {
        throw new IOException(file + " is no snapshot of this form");
      }
      String issuer = next(in);
      String[] place = next(in).split(" ", 3);
      Jwks keys = Jwks.parse(next(in));
      Set<String> withdrawn = new TreeSet<>();
      List<Revocations.Ended> ended = new ArrayList<>();
      String line = next(in);
      for (; !line.startsWith("end "); line = next(in)) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("withdrawn")) {
          withdrawn.add(words[1]);
        } else {
          ended.add(ended(words));
        }
      }
      if (!line.equals("end " + (withdrawn.size() + ended.size()))) {
        throw new IOException(file + " has lost lines");
      }
      return Optional.of(
          new Snapshot(
              issuer,
              new RevocationFeed.Place(place[2], Long.parseLong(place[0])),
              keys,
              withdrawn,
              new Revocations.Known(ended, Long.parseLong(place[1]))));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Revocations.Ended ended(String[] words) {
    if (!words[0].equals("ended")) {
      throw new IllegalArgumentException("unknown fact " + words[0]);
    }
    return new Revocations.Ended(
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Integer.parseInt(words[3]),
        RejectionReason.valueOf(words[4]),
        Instant.ofEpochMilli(Long.parseLong(words[5])),
        Instant.ofEpochMilli(Long.parseLong(words[6])));
  }

  private static String next(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("it ends too early");
    }
    return line;
  }
}
