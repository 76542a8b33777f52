package dev.cvt.plugins;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Problem;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Inspection;
import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cvt-plugins check}. */
@Command(
    name = "check",
    description =
        "Reads both configuration files and the state, looks for the sinks and the backend that"
            + " they name, and says what would run, or all that is wrong.",
    footer = {"", "Example: cvt-plugins check && cvt-plugins run"})
final class Check extends Subcommand {
  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  boolean takes(List<String> words) {
    return words.isEmpty();
  }

  @Override
  public Integer call() throws IOException {
    Config config;
    try {
      config = context().config();
    } catch (Config.Invalid e) {
      return wrong(e.problems());
    }
    List<Problem> problems = new ArrayList<>();
    Map<String, Entry> installed = Map.of();
    try {
      installed = context().state().read().plugins();
      for (Config.Plugin plugin : config.plugins().values()) {
        state(plugin, installed).ifPresent(problems::add);
      }
    } catch (Refused e) {
      problems.add(new Problem("", "", e.what(), e.remedy()));
    }
    problems.addAll(outputs(config));
    if (!problems.isEmpty()) {
      return wrong(problems);
    }
    if (json) {
      context().terminal().print(JSON.std.asString(right(config)));
    } else {
      tell(config, installed);
    }
    return ExitCode.OK;
  }

  /** Sinks and the backend that a start would not find; where none is named, as {@code run}. */
  private List<Problem> outputs(Config config) {
    Config asRun =
        config.metrics().isPresent()
            ? config
            : config.toBuilder().metrics(Run.PROMETHEUS, Map.of()).build();
    Manager.Builder builder = Manager.builder(asRun, context().state());
    context().providers().ifPresent(builder::layer);
    return builder.problems();
  }

  private Optional<Problem> state(Config.Plugin plugin, Map<String, Entry> installed) {
    String key = "plugins." + plugin.name() + ".binary";
    Entry entry = installed.get(plugin.name());
    if (entry == null) {
      return Optional.of(
          new Problem(
              "", key, plugin.name() + " is not installed", "install it: " + install(plugin)));
    }
    if (!entry.binaryPath().equals(plugin.binary().toString())) {
      return Optional.of(
          new Problem(
              "",
              key,
              "%s is configured, but %s is installed"
                  .formatted(plugin.binary(), entry.binaryPath()),
              "write the installed one, or install the configured one: " + install(plugin)));
    }
    try {
      Inspection found = context().state().inspect(plugin.name());
      return found.problem().map(p -> new Problem("", key, p.what(), p.remedy()));
    } catch (Refused e) {
      return Optional.of(new Problem("", key, e.what(), e.remedy()));
    }
  }

  /** An install keeps the name of the file, which the configuration names. */
  private static String install(Config.Plugin plugin) {
    Path binary = plugin.binary();
    String source = Files.exists(binary) ? binary.toString() : "PATH/" + binary.getFileName();
    return "cvt-plugins install %s --name %s".formatted(source, plugin.name());
  }

  private int wrong(List<Problem> problems) throws IOException {
    Terminal terminal = context().terminal();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("ok", false);
      all.put("problems", problems.stream().map(Check::fields).toList());
      terminal.print(JSON.std.asString(all));
    } else {
      terminal.tell(
          terminal.red(problems.size() == 1 ? "1 problem:" : problems.size() + " problems:"));
      problems.forEach(problem -> terminal.tell(problem.toString()));
    }
    return ExitCode.FAILED;
  }

  static Map<String, Object> fields(Problem problem) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("where", problem.where());
    fields.put("key", problem.key());
    fields.put("what", problem.what());
    fields.put("remedy", problem.remedy());
    return fields;
  }

  private static Map<String, Object> right(Config config) {
    List<Map<String, Object>> plugins = new ArrayList<>();
    for (Config.Plugin plugin : config.plugins().values()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", plugin.name());
      fields.put("binary", plugin.binary().toString());
      fields.put("timeout", Summary.duration(plugin.timeout()));
      fields.put("on_error", plugin.onError().text());
      fields.put("config", List.copyOf(plugin.config().keySet()));
      plugins.add(fields);
    }
    Map<String, String> hooks = new LinkedHashMap<>();
    config.hooks().forEach((hook, plugin) -> hooks.put(hook.key(), plugin));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("ok", true);
    all.put("plugins", plugins);
    all.put("hooks", hooks);
    return all;
  }

  private void tell(Config config, Map<String, Entry> installed) {
    Terminal terminal = context().terminal();
    if (config.plugins().isEmpty()) {
      terminal.print(
          context().isSafe()
              ? "Safe mode (CVT_DISABLE_PLUGINS=1): no plugin would run."
              : "No plugin is configured in " + context().configFile() + ": none would run.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("PLUGIN", "SHA256", "TIMEOUT", "ON ERROR", "HOOKS"));
    for (Config.Plugin plugin : config.plugins().values()) {
      rows.add(
          List.of(
              plugin.name(),
              Objects.requireNonNull(installed.get(plugin.name())).shortSha256(),
              Summary.duration(plugin.timeout()),
              plugin.onError().text(),
              Summary.hooks(config, plugin.name())));
    }
    Table.of(rows).forEach(terminal::print);
  }
}
