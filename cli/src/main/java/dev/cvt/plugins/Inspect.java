package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile.Inspection;
import dev.cvt.pluginmgr.StateFile.Running;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins inspect}. */
@Command(
    name = "inspect",
    description = "Shows all that is known of a plugin: entry, file, configuration, who runs it.",
    footer = {"", "Example: cvt-plugins inspect rest"})
final class Inspect extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "The plugin.")
  private String name;

  @Override
  public Integer call() {
    Inspection found = context().state().inspect(name);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", found.name()));
    rows.add(List.of("binary", found.entry().binaryPath()));
    rows.add(List.of("sha256", found.entry().sha256()));
    rows.add(List.of("installed", found.entry().installedAt().toString()));
    found
        .binary()
        .ifPresent(
            file -> {
              rows.add(List.of("size", file.size() + " bytes"));
              rows.add(List.of("mode", file.mode() + " " + file.owner()));
              rows.add(List.of("modified", file.modified().toString()));
            });
    found
        .problem()
        .ifPresent(problem -> rows.add(List.of("problem", String.valueOf(problem.getMessage()))));
    found.previous().ifPresent(hash -> rows.add(List.of("previous", hash)));
    for (Running running : found.running()) {
      rows.add(List.of("running", "under pid " + running.pid() + " " + running.command()));
    }
    boolean readable = configured(rows);
    Table.of(rows).forEach(context().terminal()::print);
    return readable && found.problem().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** What the configuration says of it; false if it cannot be read, which hides nothing else. */
  private boolean configured(List<List<String>> rows) {
    if (!Files.exists(context().configFile())) {
      rows.add(List.of("config", "there is no " + context().configFile()));
      return true;
    }
    Config config;
    try {
      config = context().config();
    } catch (Config.Invalid e) {
      rows.add(
          List.of(
              "config", context().configFile() + " cannot be read; cvt-plugins check says why"));
      return false;
    }
    Config.Plugin plugin = config.plugins().get(name);
    if (plugin == null) {
      rows.add(List.of("config", "not in " + context().configFile()));
      return true;
    }
    rows.add(List.of("timeout", Summary.duration(plugin.timeout())));
    rows.add(List.of("on_error", plugin.onError().text()));
    // A secret prints as a mask, wherever it is printed.
    plugin.config().forEach((key, value) -> rows.add(List.of("config." + key, value.toString())));
    rows.add(List.of("hooks", Summary.hooks(config, name)));
    return true;
  }
}
