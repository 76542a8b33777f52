package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import java.io.Console;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that every subcommand has, and what follows from them. */
@Command
class Context {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "The home that holds .cvt; $$HOME without it.")
  @Nullable Path home;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The configuration; .cvt/config.yaml in the home without it.")
  @Nullable Path config;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log everything, and show where an error comes from.")
  void verbose(boolean on) {
    verbose = on;
    CommandLogs.verbose(on);
  }

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colours; likewise if NO_COLOR is set or the output is no terminal.")
  boolean noColor;

  private boolean verbose;
  private Map<String, String> environment = System.getenv();
  private InputStream input = System.in;

  // For lines without a parser, which has its own.
  private PrintWriter plainOut = new PrintWriter(System.out, true, System.out.charset());
  private PrintWriter plainErr = new PrintWriter(System.err, true, System.err.charset());

  /** For tests: these variables in place of the process's. */
  Context environment(Map<String, String> variables) {
    this.environment = Map.copyOf(variables);
    return this;
  }

  /** For tests: this in place of the process's standard input. */
  Context input(InputStream stream) {
    this.input = stream;
    return this;
  }

  /** For tests: these in place of the process's output and errors, where there is no parser. */
  Context output(PrintWriter out, PrintWriter err) {
    this.plainOut = out;
    this.plainErr = err;
    return this;
  }

  /** What a {@code -} in the place of a file or a text stands for. */
  InputStream input() {
    return input;
  }

  Map<String, String> environment() {
    return environment;
  }

  boolean verbose() {
    return verbose;
  }

  Terminal terminal() {
    CommandLine line = spec == null ? null : spec.root().commandLine();
    PrintWriter out = line == null ? plainOut : line.getOut();
    PrintWriter err = line == null ? plainErr : line.getErr();
    // None where the image has no module for terminals and standard input is none either.
    boolean person =
        !System.getProperty("cvt.plugins.stderr", "").equals("log") // of the image's launcher
            && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    boolean colours = person && !noColor && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(out, err, colours, colours);
  }

  /** The home that is worked on. */
  Path home() {
    if (home == null) {
      return homeOfUser();
    }
    if (home.toString().isEmpty()) {
      throw new Failures.Told(
          "--home is empty; give a folder, or leave it out to use HOME", ExitCode.USAGE);
    }
    return home.toAbsolutePath().normalize();
  }

  private Path homeOfUser() {
    String variable = environment.getOrDefault("HOME", "");
    if (variable.isEmpty()) {
      throw new Failures.Told("HOME is not set, so there is no ~/.cvt; set it, or give --home");
    }
    if (!variable.startsWith("/")) {
      throw new Failures.Told(
          "HOME is %s, which is not absolute; set it to an absolute path, or give --home"
              .formatted(variable));
    }
    return Path.of(variable);
  }

  /** Where the configuration is read from. */
  Path configFile() {
    return config == null ? home().resolve(".cvt").resolve("config.yaml") : config;
  }

  /** Reads the configuration, and tells of its warnings. */
  Config config() {
    refuseWhatIsNotThere();
    Config read = Config.reader().home(home()).env(environment).read(configFile());
    read.warnings().forEach(warning -> terminal().tell("warning: " + warning));
    return read;
  }

  /**
   * That there is no configuration is no error, but that there is none where it was said to be: a
   * slip would else run no plugin at all.
   */
  private void refuseWhatIsNotThere() {
    if (config != null && !isSafe() && !Files.exists(config)) {
      throw new Failures.Told(
          "there is no %s; give the path of a configuration, or leave --config out to use %s"
              .formatted(config, home().resolve(".cvt").resolve("config.yaml")));
    }
  }

  /** Whether no configuration is read and no plugin runs. */
  boolean isSafe() {
    return environment.getOrDefault(Config.DISABLE_PLUGINS, "").equals("1");
  }

  /** The state file of this home. */
  StateFile state() {
    Path root = home().resolve(".cvt").resolve("plugins");
    return StateFile.at(root.resolve("state.json"), root);
  }

  /** Further sinks and backends that were dropped into a folder. */
  Optional<ModuleLayer> providers() {
    String named = System.getProperty("pluginmgr.providers", "");
    Path folder = named.isEmpty() ? home().resolve(".cvt").resolve("providers") : Path.of(named);
    return ProviderLayer.of(folder);
  }
}
