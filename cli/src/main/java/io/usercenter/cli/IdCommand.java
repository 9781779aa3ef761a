package io.usercenter.cli;

import io.usercenter.id.UserId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Looks at user ids; nothing has to run for it. */
@Command(
    name = "id",
    description = "Look at user ids.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class IdCommand {
  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Command(
      name = "explain",
      description = "Say what a user id says about itself: shard, time, machine.",
      mixinStandardHelpOptions = true)
  int explain(
      @Parameters(paramLabel = "ID", description = "decimal, as in JSON and logs") String decimal) {
    UserId id;
    try {
      id = UserId.parse(decimal);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    spec.commandLine()
        .getOut()
        .printf(
            """
            id        %s
            shard     %s, database usercenter_%s
            issued    %s
            machine   %d
            sequence  %d
            gene      %d of the username (0 to 255; its low five bits are the shard)

               63                    21 20       13 12        5 4     0
              | ms since 2018-01-01    |  machine  | sequence  | shard |
            """,
            id, id.shard(), id.shard(), id.issuedAt(), id.machine(), id.sequence(), id.gene());
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }
}
