package io.usercenter.id;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that mints ids of all genes until it is ended, and writes down what it got. Its
 * generator is the one that ships, with a window of a second; ended by SIGTERM, it closes it while
 * its threads go on asking.
 */
final class MintingProcess {
  /** The shortest window there is, so that standing still for seconds outlasts it. */
  static final UserIdSettings SETTINGS =
      new UserIdSettings(
          Duration.ofSeconds(1),
          Duration.ofMillis(250),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofMillis(200),
          Duration.ofMillis(10),
          Duration.ofSeconds(2));

  static final int THREADS = 2;
  private static final int SINGLE_IDS = 32;
  private static final int BATCH = 40;
  private static final int BATCH_EVERY = 16;
  private static final long RETRY_NANOS = 1_000_000;

  private final UserIdGenerator generator;
  private final double nanosPerId;

  private MintingProcess(UserIdGenerator generator, long idsPerSecond) {
    this.generator = generator;
    this.nanosPerId = 1e9 * THREADS / idsPerSecond;
  }

  /**
   * @param args the folder for the ids; a name, {@code process.life}; the JDBC URL and the user;
   *     how many ids a second; the file with the wall clock's offset, or {@code real}
   */
  public static void main(String... args) throws IOException {
    Path folder = Path.of(args[0]);
    MysqlDataSource admin = new MysqlDataSource();
    admin.setUrl(args[2]);
    admin.setUser(args[3]);
    Surroundings real = Surroundings.real();
    LeasedUserIds ids =
        new LeasedUserIds(
            new MySqlMachineStore(admin, SETTINGS.storeTimeout()),
            SETTINGS,
            args[1],
            new Surroundings(
                real.nanoTime(),
                args[5].equals("real") ? real.wall() : steeredBy(Path.of(args[5])),
                real.random(),
                real.park(),
                real.threads()));
    Runtime.getRuntime().addShutdownHook(new Thread(ids::close));
    ids.start();
    MintingProcess process = new MintingProcess(ids.generator(), Long.parseLong(args[4]));
    for (int i = 0; i < THREADS; i++) {
      IdFile file = IdFile.create(folder.resolve(args[1] + "." + i + ".ids"));
      new Thread(() -> process.mint(file)).start();
    }
  }

  /** Whoever maps the same file moves the wall clock, by milliseconds, at once. */
  private static InstantSource steeredBy(Path offset) throws IOException {
    MappedByteBuffer millis = map(offset);
    return () -> Instant.now().plusMillis(millis.getLong(0));
  }

  static MappedByteBuffer map(Path offset) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            offset, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
    }
  }

  private void mint(IdFile file) {
    try {
      long began = System.nanoTime();
      long minted = 0;
      for (int turn = 0; ; turn++) {
        int gene = turn & (UserIdLayout.GENES - 1);
        try {
          minted += turn % BATCH_EVERY == 0 ? batch(gene, file) : singly(gene, file);
          long early = began + (long) (minted * nanosPerId) - System.nanoTime();
          if (early > 0) {
            LockSupport.parkNanos(early);
          }
        } catch (UserIdUnavailableException e) {
          file.refused();
          LockSupport.parkNanos(RETRY_NANOS);
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private int singly(int gene, IdFile file) throws IOException {
    for (int i = 0; i < SINGLE_IDS; i++) {
      Lease before = generator.lease();
      write(generator.nextValue(gene), gene, before, file);
    }
    return SINGLE_IDS;
  }

  private int batch(int gene, IdFile file) throws IOException {
    long[] ids = new long[BATCH];
    Lease before = generator.lease();
    generator.fill(gene, ids);
    for (long id : ids) {
      write(id, gene, before, file);
    }
    return BATCH;
  }

  private void write(long id, int gene, Lease before, IdFile file) throws IOException {
    if ((id & 255) != gene) {
      throw new AssertionError("gene " + gene + " is not in " + id);
    }
    file.minted(id, before == generator.lease() ? before.token() : null);
  }
}
