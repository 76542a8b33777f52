package dev.cvt.plugins;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    subcommands = {
      ListPlugins.class,
      Install.class,
      Remove.class,
      Verify.class,
      Inspect.class,
      Rollback.class,
      Reset.class,
      Check.class,
      Doctor.class,
      Call.class,
      Run.class,
      Ps.class,
      Reload.class,
      Conformance.class,
      Demo.class,
      Version.class,
      GenerateCompletion.class
    },
    description = "Installs, checks, runs and calls CVT plugins.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  cvt-plugins demo                        watch all of it work",
      "  cvt-plugins install ./cvt-plugin-rest   install a plugin, named rest",
      "  cvt-plugins check                       what is wrong with the configuration?",
      "  cvt-plugins doctor                      why does a plugin not start?",
      "  cvt-plugins call fetch_schema '{\"schemaId\":\"pets\"}'",
      "  cvt-plugins run                         keep the plugins running",
      "  source <(cvt-plugins generate-completion)",
      "",
      "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 a call failed, 4 a call timed out."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private Context context = new Context();

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
    return commandLine(new Main()).execute(args);
  }

  /** The command line of a command, ready to be run. */
  static CommandLine commandLine(Main main) {
    CommandLine line = new CommandLine(main);
    Failures failures = new Failures(main.context);
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setAbbreviatedSubcommandsAllowed(false);
    return line;
  }

  Context context() {
    return context;
  }

  /** No subcommand: the help is the answer to a person who only wants to know what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }
}
