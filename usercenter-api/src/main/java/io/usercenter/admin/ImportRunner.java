package io.usercenter.admin;

import io.usercenter.id.UsernameRules;
import io.usercenter.platform.UserIds;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.transfer.FileDigest;
import io.usercenter.transfer.ImportJob;
import io.usercenter.transfer.ImportJobs;
import io.usercenter.transfer.ImportOutcome;
import io.usercenter.transfer.ImportSettings;
import io.usercenter.transfer.Importer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Works on the uploaded imports, one at a time in each instance. A job is leased; when its instance
 * dies another one takes it over. The lease only spares work: what keeps accounts from being
 * doubled is the position in each shard.
 */
@Component
final class ImportRunner implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ImportRunner.class);
  private static final int ROWS_PER_TRANSACTION = 200;
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration RENEWAL = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration UPLOADS_LIVE = Duration.ofDays(1);

  private final ShardPools pools;
  private final Shards shards;
  private final UsernameRules names;
  private final UserIds ids;
  private final InstantSource clock;
  private final ImportLimits limits;
  private final ImportJobs jobs;
  private final String runner;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Importer running;
  private volatile @Nullable Thread thread;

  ImportRunner(
      ShardPools pools,
      Shards shards,
      UsernameRules names,
      UserIds ids,
      InstantSource clock,
      SecureRandom random,
      ImportLimits limits) {
    this.pools = pools;
    this.shards = shards;
    this.names = names;
    this.ids = ids;
    this.clock = clock;
    this.limits = limits;
    this.jobs = new ImportJobs(pools.admin(), clock);
    this.runner = "api, pid %d, %016x".formatted(ProcessHandle.current().pid(), random.nextLong());
  }

  private void workOff() {
    boolean stopped = false;
    while (!stopped) {
      try {
        Optional<ImportJob> job = jobs.take(runner, LEASE);
        if (job.isPresent()) {
          work(job.get());
        } else {
          jobs.dropUploadsBefore(clock.instant().minus(UPLOADS_LIVE));
        }
      } catch (SQLException | IOException | RuntimeException e) {
        log.warn("an import waits: {}", e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        stopped = stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void work(ImportJob job) throws SQLException, IOException, InterruptedException {
    Importer importer =
        new Importer(
            pools,
            shards,
            names,
            ids::next,
            clock,
            new ImportSettings(
                ROWS_PER_TRANSACTION, limits.parallel(), job.maxRejects(), PATIENCE, Set.of()),
            job.jobId(),
            job.format());
    running = importer;
    CountDownLatch ended = new CountDownLatch(1);
    Thread renewal =
        Thread.ofVirtual().name("import-lease").start(() -> keepLease(job, importer, ended));
    log.info("import {} ({}) begins or goes on", job.jobId(), job.name());
    try (InputStream file = new StoredFile(job.jobId())) {
      ImportOutcome outcome =
          importer.run(new FileDigest(job.bytes(), job.sha256()).verifying(file));
      log.info("import {} ({}): {}", job.jobId(), job.name(), outcome);
      if (stopping.getCount() == 0 && !(outcome instanceof ImportOutcome.Done)) {
        jobs.giveBack(job.jobId(), runner);
      } else {
        jobs.ended(job.jobId(), runner, outcome);
      }
    } finally {
      running = null;
      ended.countDown();
      renewal.join();
    }
  }

  private void keepLease(ImportJob job, Importer importer, CountDownLatch ended) {
    try {
      while (!ended.await(RENEWAL.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          if (stopping.getCount() == 0) {
            importer.stop("this instance is going down");
          } else if (!jobs.keepLease(job.jobId(), runner, LEASE)) {
            importer.stop("another instance has it");
          }
        } catch (SQLException e) {
          log.warn("the lease of import {} was not renewed: {}", job.jobId(), e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The parts of a file, read as they are needed. */
  private final class StoredFile extends InputStream {
    private final long jobId;
    private ByteBuffer part = ByteBuffer.allocate(0);
    private int next;

    StoredFile(long jobId) {
      this.jobId = jobId;
    }

    @Override
    public int read() throws IOException {
      return more() ? part.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (!more()) {
        return -1;
      }
      int count = Math.min(length, part.remaining());
      part.get(buffer, offset, count);
      return count;
    }

    private boolean more() throws IOException {
      if (part.hasRemaining()) {
        return true;
      }
      try {
        byte[] data = jobs.part(jobId, next);
        if (data != null) {
          part = ByteBuffer.wrap(data);
          next++;
        }
        return part.hasRemaining();
      } catch (SQLException e) {
        throw new IOException("part %d of import %d".formatted(next, jobId), e);
      }
    }
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("imports").start(this::workOff);
  }

  @Override
  public void stop() {
    stopping.countDown();
    Importer importer = running;
    if (importer != null) {
      importer.stop("this instance is going down");
    }
    Thread worker = thread;
    thread = null;
    if (worker != null) {
      try {
        var _ = worker.join(LEASE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
