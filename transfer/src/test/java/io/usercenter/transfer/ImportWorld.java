package io.usercenter.transfer;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.UserId;
import io.usercenter.id.UserIdSettings;
import io.usercenter.id.UsernameRules;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.Shards;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.IntFunction;

/** An import as the doors do it, on 32 shards of real MySQL. Also the child that gets killed. */
final class ImportWorld implements AutoCloseable {
  static final ImportSettings SETTINGS =
      new ImportSettings(100, 4, 1_000_000, Duration.ofSeconds(20), Set.of());

  final Shards shards = new Shards(GeneFunction.CRC32);
  final ShardPools pools;
  final LeasedUserIds ids;
  final ImportJobs jobs;
  final ShardScatter scatter;

  ImportWorld(String instances, String user, String password, boolean migrate)
      throws InterruptedException {
    DatabaseSettings settings =
        DatabaseSettings.of(ShardTopology.parse(instances), user, new DatabasePassword(password));
    if (migrate) {
      ShardMigrations.Report report =
          new ShardMigrations(settings, shards).migrateAll((done, total, database, changed) -> {});
      if (!report.complete()) {
        throw new IllegalStateException("not migrated: " + report.failed());
      }
    }
    pools = ShardPools.open(settings, shards, null, InstantSource.system());
    if (!pools.awaitVerdicts(Duration.ofSeconds(20)) || !pools.health().allUp()) {
      throw new IllegalStateException("not up: " + pools.health());
    }
    ids = LeasedUserIds.start(pools.admin(), UserIdSettings.standard(), "test");
    jobs = new ImportJobs(pools.admin(), InstantSource.system());
    scatter = new ShardScatter(pools);
  }

  /** Imports what is not imported yet. */
  ImportOutcome run(String job, FileFormat format, Path file, ImportSettings settings)
      throws IOException, SQLException, InterruptedException, OtherFileException {
    FileDigest digest;
    try (InputStream in = Files.newInputStream(file)) {
      digest = FileDigest.of(in);
    }
    ImportJob known = jobs.ofFile(job, format, digest, 1_000_000, "test", "test");
    jobs.running(known.jobId(), "test");
    try (InputStream in = Files.newInputStream(file)) {
      ImportOutcome outcome = importer(known.jobId(), format, settings).run(digest.verifying(in));
      jobs.ended(known.jobId(), "test", outcome);
      return outcome;
    }
  }

  Importer importer(long jobId, FileFormat format, ImportSettings settings) {
    return importer(jobId, format, settings, ids::next);
  }

  Importer importer(
      long jobId, FileFormat format, ImportSettings settings, IntFunction<UserId> minted) {
    return new Importer(
        pools,
        shards,
        UsernameRules.standard(),
        minted,
        InstantSource.system(),
        settings,
        jobId,
        format);
  }

  ImportProgress progress(String job) throws SQLException, InterruptedException {
    return ImportProgress.of(scatter, jobs.byName(job).orElseThrow().jobId());
  }

  @Override
  public void close() {
    ids.close();
    pools.close();
  }

  /** Arguments: instances, user, password, name of the job, file of NDJSON. */
  public static void main(String[] arguments) throws Exception {
    try (ImportWorld world = new ImportWorld(arguments[0], arguments[1], arguments[2], false)) {
      ImportOutcome outcome =
          world.run(arguments[3], FileFormat.NDJSON, Path.of(arguments[4]), SETTINGS);
      if (!(outcome instanceof ImportOutcome.Done)) {
        throw new IllegalStateException(outcome.toString());
      }
    }
  }
}
