package dev.cvt.plugins;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
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
  private static final String COMPLETION = "generate-completion";
  private static final String HELP = "help";

  /** In the order of the help. */
  private static final Map<String, Supplier<Object>> SUBCOMMANDS = subcommands();

  /**
   * Those that are made without the others when they come first. To read the annotations of all
   * takes 100 ms of processor time, more than most commands need besides.
   */
  private static final Set<String> ALONE = alone();

  @Spec private CommandSpec spec;
  @Mixin private Context context = new Context();

  Main() {}

  private static Map<String, Supplier<Object>> subcommands() {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("list", ListPlugins::new);
    all.put("install", Install::new);
    all.put("remove", Remove::new);
    all.put("verify", Verify::new);
    all.put("inspect", Inspect::new);
    all.put("rollback", Rollback::new);
    all.put("reset", Reset::new);
    all.put("check", Check::new);
    all.put("doctor", Doctor::new);
    all.put("call", Call::new);
    all.put("run", Run::new);
    all.put("ps", Ps::new);
    all.put("reload", Reload::new);
    all.put("conformance", Conformance::new);
    all.put("demo", Demo::new);
    all.put("version", Version::new);
    all.put(COMPLETION, GenerateCompletion::new);
    all.put(HELP, HelpCommand::new);
    return Collections.unmodifiableMap(all);
  }

  private static Set<String> alone() {
    Set<String> all = new HashSet<>(SUBCOMMANDS.keySet());
    all.removeAll(Set.of(COMPLETION, HELP)); // which are about all of them
    return Set.copyOf(all);
  }

  /**
   * Runs one command line and ends the JVM with its exit code.
   *
   * @param args the words after the command's name
   */
  public static void main(String[] args) {
    Results results = Results.ofProcess();
    int code = execute(args);
    System.out.flush();
    System.exit(results.exitCode(code, System.err));
  }

  /** Runs one command line and returns its exit code; may be called any number of times. */
  static int execute(String... args) {
    return PlainLine.of(new Main(), args).map(PlainLine::execute).orElseGet(() -> parsed(args));
  }

  /** The same by the parser. */
  static int parsed(String... args) {
    Set<String> wanted =
        args.length > 0 && ALONE.contains(args[0]) ? Set.of(args[0]) : SUBCOMMANDS.keySet();
    CommandLine line = commandLine(new Main(), wanted);
    if (Arrays.asList(args).contains("--no-color")) { // the help does not ask what was parsed
      line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    }
    return line.execute(args);
  }

  /** The subcommand of that name, with nothing set; empty for what only the parser knows. */
  static Optional<Subcommand> subcommand(String name) {
    return Optional.ofNullable(SUBCOMMANDS.get(name))
        .map(Supplier::get)
        .filter(Subcommand.class::isInstance)
        .map(Subcommand.class::cast);
  }

  /** The command line of a command, ready to be run. */
  static CommandLine commandLine(Main main) {
    return commandLine(main, SUBCOMMANDS.keySet());
  }

  private static CommandLine commandLine(Main main, Set<String> subcommands) {
    CommandLine line = new CommandLine(main);
    SUBCOMMANDS.forEach(
        (name, subcommand) -> {
          if (subcommands.contains(name)) {
            line.addSubcommand(name, subcommand.get());
          }
        });
    Failures failures = new Failures(main.context);
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setAbbreviatedSubcommandsAllowed(false);
    line.setExpandAtFiles(false); // a word is a word, also one that could name a file with more
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
