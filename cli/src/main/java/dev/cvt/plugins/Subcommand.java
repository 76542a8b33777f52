package dev.cvt.plugins;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What every subcommand has: help, and the context of the whole command. */
@Command
abstract class Subcommand implements Callable<Integer> {
  @ParentCommand private Main main;

  /**
   * Takes the words of a plain command line, as the parser would: see {@link PlainLine}.
   *
   * @param words those after its name; no options among them
   * @return false if they are for the parser
   */
  boolean takes(List<String> words) {
    return false;
  }

  /** What the parser sets as well: whose it is. */
  final Subcommand of(Main command) {
    this.main = command;
    return this;
  }

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
