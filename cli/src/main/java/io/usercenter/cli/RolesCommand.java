package io.usercenter.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./uc roles}: what an operator does about role events, by the operators' port. */
@Command(
    name = "roles",
    description = "Role events: apply what was rejected.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class RolesCommand {
  private static final String POSTPONED = "POSTPONED";

  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Command(
      name = "replay",
      description = {
        "Apply rejected role events after all, all that fit. Whoever does it vouches for them.",
        "FORGED and NOT_GRANTED ones only when --reason names it: look at them before.",
        "Exits with 1 when some stay open, because a shard is away."
      },
      mixinStandardHelpOptions = true)
  int replay(
      @Option(names = "--reason", description = "only what was rejected for this reason")
          @Nullable String reason,
      @Option(names = "--server", description = "only of this game server") @Nullable String server,
      @Option(
              names = "--admin-url",
              defaultValue = "http://127.0.0.1:8081",
              description = "of operators; ${DEFAULT-VALUE} by default")
          URI admin,
      @Option(
              names = "--operator",
              defaultValue = "admin",
              description = "who; ${DEFAULT-VALUE} by default")
          String operator,
      @Option(
              names = "--operator-password-file",
              description = "a file with the password; by default that of ./uc up")
          @Nullable Path passwordFile) {
    Map<String, Integer> outcomes = new TreeMap<>();
    try (ApiClient api = new ApiClient()) {
      String bearer = ApiClient.bearer(logIn(api, admin, operator, passwordFile));
      Map<String, String> what = new HashMap<>();
      if (reason != null) {
        what.put("reason", reason);
      }
      if (server != null) {
        what.put("serverId", server);
      }
      int ended;
      int open;
      do {
        ApiClient.Answer answer =
            api.post(admin + "/admin/v1/role-events/rejected:replay", bearer, what);
        if (!answer.ok()) {
          throw new UcException("replaying was refused: " + answer.body());
        }
        ended = 0;
        open = 0;
        for (JsonNode replay : JsonMapper.shared().readTree(answer.body()).path("replays")) {
          String outcome = replay.path("outcome").asString("");
          if (outcome.equals(POSTPONED)) {
            open++; // and comes again in the next round
          } else {
            ended++;
            outcomes.merge(outcome, 1, Integer::sum);
          }
        }
      } while (ended > 0);
      if (open > 0) {
        outcomes.put(POSTPONED, open);
      }
    }
    outcomes.forEach(
        (outcome, count) -> spec.commandLine().getOut().printf("%-12s %d%n", outcome, count));
    if (outcomes.isEmpty()) {
      spec.commandLine().getOut().println("nothing is open");
    }
    if (reason == null) {
      spec.commandLine()
          .getOut()
          .println("left out: FORGED and NOT_GRANTED, unless --reason names one of them");
    }
    spec.commandLine().getOut().flush();
    return outcomes.containsKey(POSTPONED)
        ? CommandLine.ExitCode.SOFTWARE
        : CommandLine.ExitCode.OK;
  }

  private static String logIn(
      ApiClient api, URI admin, String operator, @Nullable Path passwordFile) {
    Path file =
        passwordFile != null
            ? passwordFile
            : Path.of(System.getProperty("uc.home", ".uc"), "secrets", Up.OPERATOR_PASSWORD);
    try {
      ApiClient.Answer login =
          api.post(
              admin + "/admin/v1/sessions",
              "",
              Map.of("name", operator, "password", Files.readString(file).strip()));
      if (!login.ok()) {
        throw new UcException("name or password of the operator are wrong: " + login.body());
      }
      return login.text("token");
    } catch (IOException e) {
      throw new UcException(
          "the operator's password is not in %s; see --operator-password-file".formatted(file), e);
    }
  }
}
