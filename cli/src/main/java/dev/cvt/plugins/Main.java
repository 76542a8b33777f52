package dev.cvt.plugins;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command itself: its options and its subcommands. Results go to standard output, everything
 * else to standard error.
 */
@Command(
    name = "cvt-plugins",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = Version.class,
    description = "Installs, checks, runs and calls CVT plugins.",
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  Main() {}

  /**
   * Runs one command line and ends the JVM with its exit code.
   *
   * @param args the words after the command's name
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /** Runs one command line and returns its exit code; may be called any number of times. */
  static int execute(String... args) {
    return new CommandLine(new Main()).execute(args);
  }

  /** No subcommand: the help is the answer to a person who only wants to know what there is. */
  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err);
  }
}
