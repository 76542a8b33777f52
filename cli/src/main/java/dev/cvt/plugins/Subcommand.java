package dev.cvt.plugins;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What every subcommand has: help, and the context of the whole command. */
@Command
abstract class Subcommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  final Context context() {
    return main.context();
  }
}
