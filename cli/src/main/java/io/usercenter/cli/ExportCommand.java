package io.usercenter.cli;

import io.usercenter.id.Shard;
import io.usercenter.shard.Shards;
import io.usercenter.transfer.AccountExport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./uc export}. */
@Command(
    name = "export",
    description = {
      "Write all accounts with their characters as NDJSON, one file for each shard; see"
          + " docs/import.md.",
      "Started again on the same folder it goes on where it was stopped or killed.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  private static final String WITH = "with password hashes\n";
  private static final String WITHOUT = "without password hashes\n";
  private static final int CONNECTIONS = 2;
  private static final int STOP_SECONDS = 30;

  @Parameters(paramLabel = "FOLDER", description = "made if it is not there; only you may read it")
  Path folder = Path.of("");

  @Option(
      names = "--with-password-hashes",
      description = "write the password hashes too: whoever has the files can try to guess them")
  boolean withHashes;

  private final Console console = Console.standard();
  private final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public Integer call() {
    Stopwatch watch = new Stopwatch();
    try {
      prepareFolder();
      try (Databases databases = Databases.open(CONNECTIONS)) {
        return export(new AccountExport(databases.pools(), withHashes), watch);
      }
    } catch (IOException e) {
      throw new UcException(
          "cannot write to %s: %s. Start the same command again when that is mended: it goes on"
              .formatted(folder, reason(e)),
          e);
    } catch (SQLException e) {
      throw new UcException(
          "cannot read the accounts: %s. Start the same command again: it goes on"
              .formatted(e.getMessage()),
          e);
    } finally {
      ended.countDown();
    }
  }

  private int export(AccountExport export, Stopwatch watch) throws IOException, SQLException {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(export)));
    for (Shard shard : Shards.all()) {
      boolean whole = export.write(shard, folder.resolve("accounts-" + shard + ".ndjson"));
      console.progress(
          "shard %s, %d accounts".formatted(shard, export.accounts()), watch.elapsed());
      if (!whole) {
        console.line("stopped; start the same command again to go on from here");
        return CommandLine.ExitCode.SOFTWARE;
      }
    }
    console.line("%d accounts written to %s in %s".formatted(export.accounts(), folder, watch));
    return CommandLine.ExitCode.OK;
  }

  /** The messages of these are bare paths. */
  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case FileAlreadyExistsException exists -> exists.getFile() + " is not a folder";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void prepareFolder() throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path note = folder.resolve("export.txt");
    String wanted = withHashes ? WITH : WITHOUT;
    // It is empty if it was killed between making and writing it.
    if (!Files.exists(note) || Files.size(note) == 0) {
      Files.writeString(note, wanted);
    } else if (!Files.readString(note).equals(wanted)) {
      throw new UcException(
          "%s holds an export %s; go on with the same options, or choose another folder"
              .formatted(folder, Files.readString(note).strip()));
    }
  }

  private void stop(AccountExport export) {
    export.stop();
    try {
      var _ = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
