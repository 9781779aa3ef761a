package io.usercenter.cli;

import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.UserIdSettings;
import io.usercenter.id.UsernameRules;
import io.usercenter.shard.ShardScatter;
import io.usercenter.transfer.FileDigest;
import io.usercenter.transfer.FileFormat;
import io.usercenter.transfer.ImportJob;
import io.usercenter.transfer.ImportJobs;
import io.usercenter.transfer.ImportOutcome;
import io.usercenter.transfer.ImportSettings;
import io.usercenter.transfer.Importer;
import io.usercenter.transfer.OtherFileException;
import io.usercenter.transfer.Rejects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code ./uc import}. */
@Command(
    name = "import",
    description = {
      "Take over the accounts of another system from a file of CSV or NDJSON; see docs/import.md.",
      "Needs the databases of a running ./uc up, or those of UC_DB_INSTANCES. Started again with"
          + " the same file it goes on where it was stopped or killed. Exits with 0 when every line"
          + " was imported or rejected.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ImportCommand implements Callable<Integer> {
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration LEASE_WITHIN = Duration.ofSeconds(30);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int MOST_SAMPLES = 100_000_000;

  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "ends in .csv, .ndjson or .jsonl, or see --format")
  Path file = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "of the import, 1 to 64 of A-Z a-z 0-9 . _ -; the name of the file by default")
  @Nullable String name;

  @Option(names = "--format", paramLabel = "FORMAT", description = "csv or ndjson")
  @Nullable String format;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "for the lines that were rejected; FILE.rejects.ndjson by default")
  @Nullable Path rejects;

  @Option(
      names = "--max-rejects",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "stop when there are more: it may be the wrong file; ${DEFAULT-VALUE} by default")
  long maxRejects = 10_000;

  @Option(
      names = "--ignore",
      paramLabel = "FIELD",
      split = ",",
      description = "fields of the file that are not looked at")
  Set<String> ignored = Set.of();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "250",
      description = "accounts in a transaction, 1 to 1000; ${DEFAULT-VALUE} by default")
  int batch = 250;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "8",
      description = "transactions at a time, 1 to 32; ${DEFAULT-VALUE} by default")
  int parallel = 8;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "write a FILE of N made-up accounts instead, to try it with")
  @Nullable Integer sample;

  private final Console console = Console.standard();
  private final CountDownLatch said = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    if (sample != null) {
      return writeSample(sample);
    }
    try {
      return importFile();
    } finally {
      said.countDown();
    }
  }

  private int writeSample(int count) throws IOException {
    if (count < 1 || count > MOST_SAMPLES) {
      throw new ParameterException(
          spec.commandLine(), "--sample must be 1 to %d, was %d".formatted(MOST_SAMPLES, count));
    }
    new SampleAccounts().write(file, count);
    console.line(
        "%s has %d accounts; the password of %s is %s"
            .formatted(file, count, SampleAccounts.username(0), SampleAccounts.password(0)));
    return CommandLine.ExitCode.OK;
  }

  private ImportSettings settings() {
    try {
      return new ImportSettings(batch, parallel, maxRejects, PATIENCE, ignored);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private String job() {
    String job = name == null ? String.valueOf(file.getFileName()) : name;
    if (!job.matches(ImportJob.NAME)) {
      throw new ParameterException(
          spec.commandLine(),
          "the name of an import is 1 to 64 of A-Z a-z 0-9 . _ -; give one by --name");
    }
    return job;
  }

  private FileFormat format() {
    String wanted = format;
    if (wanted != null) {
      try {
        return FileFormat.valueOf(wanted.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--format must be csv or ndjson");
      }
    }
    return FileFormat.ofFileName(file.toString())
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "the name of the file does not tell its --format"));
  }

  private Path rejectsFile() {
    Path chosen = rejects;
    return (chosen == null ? file.resolveSibling(file.getFileName() + ".rejects.ndjson") : chosen)
        .toAbsolutePath();
  }

  private int importFile() throws IOException, SQLException, InterruptedException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UcException("cannot read " + file);
    }
    ImportSettings settings = settings();
    String job = job();
    FileFormat as = format();
    console.line("reading %s to know it by its SHA-256 ...".formatted(file));
    FileDigest digest;
    try (InputStream in = Files.newInputStream(file)) {
      digest = FileDigest.of(in);
    }
    // A transaction with characters claims them by a second connection.
    try (Databases databases = Databases.open(2 * parallel + 1)) {
      ImportJobs jobs = new ImportJobs(databases.pools().admin(), InstantSource.system());
      String runner = "import, pid " + ProcessHandle.current().pid();
      ImportJob known =
          jobs.ofFile(
              job, as, digest, maxRejects, System.getProperty("user.name", "unknown"), runner);
      ImportReport report =
          new ImportReport(console, new ShardScatter(databases.pools()), known.jobId());
      if (known.state() == ImportJob.State.DONE) {
        console.line(
            "import %s is done: all names of this file were imported or rejected by it already"
                .formatted(job));
        report.print();
        return CommandLine.ExitCode.OK;
      }
      jobs.running(known.jobId(), runner);
      Stopwatch watch = new Stopwatch();
      ImportOutcome outcome;
      Importer.Position end;
      try (LeasedUserIds ids =
          LeasedUserIds.start(databases.pools().admin(), UserIdSettings.standard(), runner)) {
        if (!ids.awaitReady(LEASE_WITHIN)) {
          throw new UcException("no machine number for new ids: " + ids.status().lastFailure());
        }
        Importer importer =
            new Importer(
                databases.pools(),
                databases.shards(),
                UsernameRules.standard(),
                ids::next,
                InstantSource.system(),
                settings,
                known.jobId(),
                as);
        outcome = run(importer, digest, watch);
        end = importer.position();
      }
      jobs.ended(known.jobId(), runner, outcome);
      report.print();
      report.speed(end.written(), watch.elapsed());
      report.rejects(rejectsFile(), new Rejects(new ShardScatter(databases.pools())));
      return said(outcome);
    } catch (OtherFileException e) {
      throw new UcException(
          e.getMessage() + ". To import this file as well, give it another name: --name NAME", e);
    }
  }

  private int said(ImportOutcome outcome) {
    return switch (outcome) {
      case ImportOutcome.Done() -> CommandLine.ExitCode.OK;
      case ImportOutcome.Stopped(String why) -> {
        console.line("stopped: " + why);
        console.line("Start the same command again to go on from here; nothing is imported twice.");
        yield CommandLine.ExitCode.SOFTWARE;
      }
      case ImportOutcome.Failed(String why) -> {
        console.line("failed: " + why);
        yield CommandLine.ExitCode.SOFTWARE;
      }
    };
  }

  /** Runs it, shows how far it is, and stops it cleanly on Ctrl-C. */
  private ImportOutcome run(Importer importer, FileDigest digest, Stopwatch watch)
      throws IOException, InterruptedException {
    CountDownLatch imported = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      importer.stop("Ctrl-C");
                      await(said);
                    }));
    Thread ticker = Thread.ofVirtual().start(() -> show(importer, digest.bytes(), watch, imported));
    try (InputStream in = Files.newInputStream(file)) {
      return importer.run(digest.verifying(in));
    } finally {
      imported.countDown();
      ticker.join();
    }
  }

  private void show(Importer importer, long bytes, Stopwatch watch, CountDownLatch imported) {
    try {
      while (!imported.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        console.progress(
            ImportReport.bar(importer.position(), bytes, watch.elapsed()), watch.elapsed());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      var _ = latch.await(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
