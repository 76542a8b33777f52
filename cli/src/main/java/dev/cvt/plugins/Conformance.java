package dev.cvt.plugins;

import dev.cvt.plugins.conformance.Dialect;
import dev.cvt.plugins.conformance.Examiner;
import dev.cvt.plugins.conformance.Outcome;
import dev.cvt.plugins.conformance.Patience;
import dev.cvt.plugins.conformance.Report;
import dev.cvt.plugins.conformance.Rule;
import dev.cvt.plugins.conformance.Rules;
import dev.cvt.plugins.conformance.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins conformance}. */
@Command(
    name = "conformance",
    description =
        "Starts a plugin the way hosts do, again and again, and says which rules it keeps.",
    footer = {
      "",
      "Examples:",
      "  cvt-plugins conformance ./cvt-plugin-pets --set folder=/srv --schema cat",
      "  cvt-plugins conformance ./cvt-plugin-pets --only shutdown,shutdown-socket",
      "  cvt-plugins conformance ./kv-plugin --cookie BASIC_PLUGIN=hello --protocol 1",
      "  cvt-plugins conformance --list"
    })
final class Conformance extends Subcommand {
  /** What every start gets of this process's variables, as under CVT's manager. */
  private static final Pattern HANDED_DOWN =
      Pattern.compile(
          "PATH|HOME|LANG|LC_.*|TZ|SSL_CERT_FILE|SSL_CERT_DIR"
              + "|(?i:http_proxy|https_proxy|no_proxy|all_proxy)");

  @Parameters(arity = "0..1", paramLabel = "PATH", description = "The plugin's file.")
  private @Nullable Path program;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "RULE",
      description = "Look at these rules alone; may be repeated.")
  private Set<String> only = new LinkedHashSet<>();

  @Option(names = "--list", description = "List the rules, and start nothing.")
  private boolean list;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "What to deliver to it before it is called; may be repeated.")
  private Map<String, String> config = new TreeMap<>();

  @Option(
      names = "--env",
      paramLabel = "KEY=VALUE",
      description = "A further variable of its environment; may be repeated.")
  private Map<String, String> environment = new TreeMap<>();

  @Option(
      names = "--schema",
      paramLabel = "ID",
      defaultValue = Subject.DEFAULT_SCHEMA_ID,
      description = "A schema that its registry has. Default: ${DEFAULT-VALUE}.")
  private String schema = Subject.DEFAULT_SCHEMA_ID;

  @Option(
      names = "--slow-schema",
      paramLabel = "ID",
      description = "A schema that its registry takes longer to give than --timeout.")
  private @Nullable String slowSchema;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to wait for whatever must come. Default: ${DEFAULT-VALUE}.")
  private int timeout = 10;

  @Option(
      names = "--cookie",
      paramLabel = "KEY=VALUE",
      description = "The magic cookie of a go-plugin plugin that is not CVT's.")
  private @Nullable String cookie;

  @Option(
      names = "--protocol",
      split = ",",
      paramLabel = "N",
      description = "The versions of that application's protocol.")
  private List<Integer> protocol = List.of();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    Terminal terminal = context().terminal();
    List<Rule> rules = rules();
    if (list) {
      if (json) {
        terminal.print(ConformanceText.json(rules));
      } else {
        ConformanceText.table(rules).forEach(terminal::print);
      }
      return ExitCode.OK;
    }
    Subject subject = subject();
    Report report = run(subject, rules, terminal);
    if (json) {
      terminal.print(ConformanceText.json(subject, report));
    } else {
      ConformanceText.table(report, terminal).forEach(terminal::print);
    }
    return report.conforms() ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Rule> rules() {
    try {
      return only.isEmpty() ? Rules.all() : Rules.named(only);
    } catch (IllegalArgumentException e) {
      throw new Failures.Told(String.valueOf(e.getMessage()), ExitCode.USAGE);
    }
  }

  private Subject subject() {
    if (program == null) {
      throw new Failures.Told("no plugin is named; give the path of its file", ExitCode.USAGE);
    }
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new Failures.Told(
          program
              + (Files.exists(program) ? " is not an executable file" : " does not exist")
              + "; give the path of the plugin's file",
          ExitCode.USAGE);
    }
    if (timeout <= 0) {
      throw new Failures.Told("--timeout must be more than 0", ExitCode.USAGE);
    }
    Map<String, String> variables = new TreeMap<>();
    context()
        .environment()
        .forEach(
            (name, value) -> {
              if (HANDED_DOWN.matcher(name).matches()) {
                variables.put(name, value);
              }
            });
    variables.putAll(environment);
    return new Subject(
        program.toAbsolutePath(),
        dialect(),
        variables,
        new TreeMap<>(config),
        schema,
        Optional.ofNullable(slowSchema),
        Patience.of(Duration.ofSeconds(timeout)));
  }

  private Dialect dialect() {
    if (cookie == null && protocol.isEmpty()) {
      return Dialect.CVT;
    }
    int equals = cookie == null ? -1 : cookie.indexOf('=');
    if (cookie == null || equals < 1 || equals == cookie.length() - 1 || protocol.isEmpty()) {
      throw new Failures.Told(
          "a plugin that is not CVT's needs both: --cookie KEY=VALUE --protocol N", ExitCode.USAGE);
    }
    if (protocol.stream().anyMatch(version -> version < 0)) {
      throw new Failures.Told("--protocol takes numbers from 0 up", ExitCode.USAGE);
    }
    return Dialect.other(cookie.substring(0, equals), cookie.substring(equals + 1), protocol);
  }

  private static Report run(Subject subject, List<Rule> rules, Terminal terminal)
      throws InterruptedException {
    try (Examiner examiner = new Examiner(subject)) {
      // Ctrl-C ends this process, and must not leave those that it has started.
      Thread ending = new Thread(examiner::close, "conformance-end");
      Runtime.getRuntime().addShutdownHook(ending);
      Terminal.Progress progress = terminal.progress("conformance");
      AtomicInteger done = new AtomicInteger();
      Consumer<Outcome> told =
          outcome ->
              progress.at(
                  done.incrementAndGet() + " of " + rules.size() + ", " + outcome.rule().id());
      try {
        return examiner.run(rules, told);
      } finally {
        progress.done();
        forget(ending);
      }
    }
  }

  private static void forget(Thread ending) {
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      // It is running already.
    }
  }
}
