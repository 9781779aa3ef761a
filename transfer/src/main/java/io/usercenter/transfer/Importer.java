package io.usercenter.transfer;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.UserIdUnavailableException;
import io.usercenter.id.UsernameRules;
import io.usercenter.role.LegacyRoles;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.transfer.ShardImport.Batch;
import io.usercenter.transfer.ShardImport.NewAccount;
import io.usercenter.transfer.ShardImport.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of an import. One thread reads the file and deals the lines out to 32 shards; each shard
 * has a thread that writes them, a batch in a transaction, in the order of the file.
 *
 * <pre>
 *   file -> Lines -> AccountReader -+-> queue of 2 batches -> shard 00: accounts, rejects, position
 *                                   +-> ...
 *                                   +-> queue of 2 batches -> shard 31
 * </pre>
 *
 * <p>The position in a shard commits with its rows, and a batch is only written to the position
 * that it follows. So a run that was killed at any moment is continued without a gap and without
 * doubles. Of two runs of one job only the one gets on in a shard that began there last.
 */
public final class Importer {
  private static final Logger log = LoggerFactory.getLogger(Importer.class);
  private static final int BATCHES_WAITING = 2;

  /** A transaction that has so many characters for each of its accounts gets no more of them. */
  private static final int CHARACTERS_PER_ACCOUNT = 4;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

  private final ShardPools pools;
  private final LegacyRoles roles;
  private final Shards shards;
  private final UsernameRules names;
  private final IntFunction<UserId> ids;
  private final InstantSource clock;
  private final ImportSettings settings;
  private final long jobId;
  private final FileFormat format;
  private final Semaphore turns;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<@Nullable ImportOutcome> ended = new AtomicReference<>();
  private final AtomicLong imported = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private volatile @Nullable Lines lines;

  /**
   * @param ids mints an id with this gene
   * @param jobId of {@link ImportJobs}
   */
  public Importer(
      ShardPools pools,
      Shards shards,
      UsernameRules names,
      IntFunction<UserId> ids,
      InstantSource clock,
      ImportSettings settings,
      long jobId,
      FileFormat format) {
    this.pools = pools;
    this.roles = new LegacyRoles(pools, shards);
    this.shards = shards;
    this.names = names;
    this.ids = ids;
    this.clock = clock;
    this.settings = settings;
    this.jobId = jobId;
    this.format = format;
    this.turns = new Semaphore(settings.parallel());
  }

  /**
   * How far it is now.
   *
   * @param bytes of the file that were read
   * @param imported accounts in all, those of earlier runs too
   * @param rejected lines in all
   * @param written lines that this run has imported or rejected
   */
  public record Position(long bytes, long imported, long rejected, long written) {}

  /** May be asked by any thread. */
  public Position position() {
    Lines reading = lines;
    return new Position(
        reading == null ? 0 : reading.bytes(), imported.get(), rejected.get(), written.get());
  }

  /** Lets the transactions end that run, and begins no more. Returns at once. */
  public void stop(String why) {
    end(new ImportOutcome.Stopped(why));
  }

  private void end(ImportOutcome how) {
    ended.compareAndSet(null, how);
    stopping.countDown();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /**
   * Imports what is not imported yet, and returns when all threads have ended.
   *
   * @param file from its first byte on; the caller closes it
   */
  public ImportOutcome run(InputStream file) throws IOException, InterruptedException {
    List<Writer> writers = new ArrayList<>(Shard.COUNT);
    try {
      for (Shard shard : Shards.all()) {
        ShardImport store = new ShardImport(pools, roles, shard, jobId);
        ImportProgress.OfShard at = patiently(shard, store::start);
        if (at == null) {
          return outcome();
        }
        imported.addAndGet(at.imported());
        rejected.addAndGet(at.rejected());
        writers.add(new Writer(shard, store, at.line(), at.complete()));
      }
      List<Thread> threads =
          writers.stream()
              .map(w -> Thread.ofVirtual().name("import-" + w.shard).start(w::write))
              .toList();
      try {
        deal(file, writers);
      } catch (UnusableFileException e) {
        end(new ImportOutcome.Failed(String.valueOf(e.getMessage())));
      } catch (IOException | RuntimeException | InterruptedException e) {
        stop("reading the file failed");
        throw e;
      } finally {
        for (Thread thread : threads) {
          thread.join();
        }
      }
      return outcome();
    } finally {
      stopping.countDown();
    }
  }

  private ImportOutcome outcome() {
    ImportOutcome early = ended.get();
    return early == null ? new ImportOutcome.Done() : early;
  }

  private void deal(InputStream file, List<Writer> writers)
      throws IOException, InterruptedException, UnusableFileException {
    Lines reading = new Lines(file);
    lines = reading;
    AccountReader accounts =
        AccountReader.open(format, reading, names, settings.ignored(), clock.instant());
    reading.skipTo(writers.stream().mapToLong(w -> w.start).min().orElse(0));
    FileLine line = accounts.next();
    while (line != null && !isStopping()) {
      Writer writer = writers.get(shardOf(line).number());
      if (line.line() > writer.start) {
        writer.add(line);
      }
      line = accounts.next();
    }
    for (Writer writer : writers) {
      writer.lastBatch(reading.number());
    }
  }

  private Shard shardOf(FileLine line) {
    return switch (line) {
      case LegacyAccount account -> shards.of(account.username());
      case Reject reject -> new Shard((int) reject.line() & (Shard.COUNT - 1));
    };
  }

  private interface Attempt<T> {
    T run() throws SQLException;
  }

  /** Tries until it works, or the patience ends, or somebody stops it: null then. */
  private <T> @Nullable T patiently(Shard shard, Attempt<T> attempt) throws InterruptedException {
    Instant since = clock.instant();
    while (!isStopping()) {
      try {
        return attempt.run();
      } catch (SQLException | UserIdUnavailableException e) {
        if (Duration.between(since, clock.instant()).compareTo(settings.patience()) > 0) {
          stop("shard %s: %s".formatted(shard, e.getMessage()));
        } else {
          log.debug("shard {}: trying again", shard, e);
          var _ = stopping.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    }
    return null;
  }

  /** What one shard gets: filled by the thread that reads, emptied by the one that writes. */
  private final class Writer {
    private final Shard shard;
    private final ShardImport store;
    private final long start;
    private final boolean wasComplete;
    private final BlockingQueue<Lot> waiting = new ArrayBlockingQueue<>(BATCHES_WAITING);
    private List<FileLine> filling = new ArrayList<>();
    private int characters;

    Writer(Shard shard, ShardImport store, long start, boolean wasComplete) {
      this.shard = shard;
      this.store = store;
      this.start = start;
      this.wasComplete = wasComplete;
    }

    /** Lines that go into one transaction. */
    private record Lot(List<FileLine> lines, long upTo, boolean last) {}

    void add(FileLine line) throws InterruptedException {
      filling.add(line);
      if (line instanceof LegacyAccount account) {
        characters += account.roles().size();
      }
      if (filling.size() == settings.rowsPerTransaction()
          || characters >= settings.rowsPerTransaction() * CHARACTERS_PER_ACCOUNT) {
        offer(new Lot(filling, line.line(), false));
        filling = new ArrayList<>(settings.rowsPerTransaction());
        characters = 0;
      }
    }

    void lastBatch(long lastLine) throws InterruptedException {
      offer(new Lot(filling, Math.max(start, lastLine), true));
    }

    private void offer(Lot lot) throws InterruptedException {
      boolean taken = false;
      while (!taken && !isStopping()) {
        taken = waiting.offer(lot, LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    void write() {
      try {
        long at = start;
        boolean last = wasComplete;
        while (!last && !isStopping()) {
          Lot lot = waiting.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
          if (lot != null) {
            write(lot, at);
            at = lot.upTo();
            last = lot.last();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop("interrupted");
      } catch (RuntimeException e) {
        log.error("import job {} failed in shard {}", jobId, shard, e);
        stop("shard %s: %s".formatted(shard, e));
      }
    }

    private void write(Lot lot, long after) throws InterruptedException {
      List<Reject> rejects =
          lot.lines().stream().filter(Reject.class::isInstance).map(Reject.class::cast).toList();
      turns.acquire();
      try {
        List<NewAccount> accounts = patiently(shard, () -> withIds(lot));
        Outcome outcome =
            accounts == null
                ? null
                : patiently(
                    shard,
                    () -> store.write(new Batch(after, lot.upTo(), lot.last(), accounts, rejects)));
        switch (outcome) {
          case null -> {
            // Stopped; whoever did it has said why.
          }
          case Outcome.Written(int newAccounts, int newRejects) ->
              count(lot, newAccounts, newRejects);
          case Outcome.Elsewhere(ImportProgress.OfShard now)
              when now.line() == lot.upTo() && now.complete() == lot.last() ->
              // An earlier attempt did commit, only its answer got lost.
              log.info("shard {} had line {} already", shard, lot.upTo());
          case Outcome.Elsewhere(ImportProgress.OfShard now) ->
              stop(
                  "another process works on this import: shard %s is at line %d with it"
                      .formatted(shard, now.line()));
        }
      } finally {
        turns.release();
      }
    }

    private List<NewAccount> withIds(Lot lot) {
      List<NewAccount> accounts = new ArrayList<>(lot.lines().size());
      for (FileLine line : lot.lines()) {
        if (line instanceof LegacyAccount account) {
          accounts.add(new NewAccount(ids.apply(shards.gene(account.username())), account));
        }
      }
      return accounts;
    }

    private void count(Lot lot, int newAccounts, int newRejects) {
      imported.addAndGet(newAccounts);
      written.addAndGet(lot.lines().size());
      if (rejected.addAndGet(newRejects) > settings.maxRejects() && newRejects > 0) {
        stop("more than %d lines were rejected".formatted(settings.maxRejects()));
      }
    }
  }
}
