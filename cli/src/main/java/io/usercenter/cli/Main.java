package io.usercenter.cli;

import io.usercenter.cli.demo.DemoCommand;
import io.usercenter.testkit.BackendException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./uc} runs for every command that is not plain shell. */
@Command(
    name = "uc",
    description = "The user center on one machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      IdCommand.class,
      RolesCommand.class,
      DoctorCommand.class
    })
final class Main {
  private Main() {}

  /** Exits with 0, with 1 for what went wrong, with 2 for a command line that makes no sense. */
  public static void main(String[] arguments) {
    // One line for each message of the servers' log, instead of two.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%5$s%n");
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(
            (mistake, _) -> {
              mistake.getCommandLine().getErr().println("uc: " + mistake.getMessage());
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, commandLine, _) -> {
              // These are written for whoever reads them; anything else is a bug and shows its
              // trace.
              if (failure instanceof UcException || failure instanceof BackendException) {
                commandLine.getErr().println("uc: " + failure.getMessage());
              } else {
                failure.printStackTrace(commandLine.getErr());
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
