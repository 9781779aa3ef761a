package io.usercenter.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ./uc up}. */
@Command(
    name = "up",
    description = "Start everything on this machine and keep it running until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Path root = Path.of(System.getProperty("uc.root", "."));
    UpSettings settings = UpSettings.from(System.getenv());
    try (Home home = Home.open(Path.of(System.getProperty("uc.home", ".uc")))) {
      Console console = Console.standard();
      Applications applications = new Applications(settings, home, root);
      return new Up(settings, home, console, applications::services).run();
    }
  }
}
