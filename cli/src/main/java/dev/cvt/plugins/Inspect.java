package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.Manager.Remote;
import dev.cvt.pluginmgr.Manager.Status;
import dev.cvt.pluginmgr.StateFile.Inspection;
import dev.cvt.pluginmgr.StateFile.Running;
import java.nio.file.Files;
import java.time.Instant;
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
  public Integer call() throws InterruptedException {
    Inspection found = context().state().inspect(name);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", found.name()));
    rows.add(List.of("binary", found.entry().binaryPath()));
    rows.add(List.of("sha256", found.entry().sha256()));
    rows.add(List.of("installed", found.entry().installedAt().toInstant().toString()));
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
    live(rows);
    boolean readable = configured(rows);
    Table.of(rows).forEach(context().terminal()::print);
    return readable && found.problem().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** What the managers that run it say of it. */
  private void live(List<List<String>> rows) throws InterruptedException {
    Instant now = Instant.now();
    List<Remote> running =
        Manager.remotes(context().state()).stream()
            .filter(manager -> manager.plugins().contains(name))
            .toList();
    for (Remotes.Said said : Remotes.ask(running)) {
      String there = "there " + said.manager().pid();
      if (!said.answers()) {
        rows.add(List.of(there, said.problem()));
      }
      said.plugins().stream()
          .filter(plugin -> plugin.status().plugin().equals(name))
          .forEach(plugin -> rows.add(List.of(there, words(plugin, now))));
    }
  }

  private static String words(Remote.Report plugin, Instant now) {
    Status status = plugin.status();
    StringBuilder words = new StringBuilder(status.state().name());
    words.append(" for ").append(Age.of(status.since(), now));
    if (status.pid() != 0) {
      words.append(", pid ").append(status.pid());
    }
    words.append(", restarts ").append(status.restarts());
    plugin
        .handle()
        .ifPresent(
            handle ->
                words
                    .append(", ")
                    .append(handle.reportedVersion())
                    .append(", sha256 ")
                    .append(handle.sha256(), 0, 12)
                    .append(", services ")
                    .append(String.join(" ", handle.services())));
    status.lastFailure().ifPresent(last -> words.append(", last ").append(Ps.brief(last, now)));
    return words.toString();
  }

  /** What the configuration says of it; false if it cannot be read, which hides nothing else. */
  private boolean configured(List<List<String>> rows) {
    if (context().isSafe()) {
      rows.add(List.of("config", "not read: safe mode (CVT_DISABLE_PLUGINS=1)"));
      return true;
    }
    if (!Files.exists(context().configFile())) {
      rows.add(List.of("config", "there is no " + context().configFile()));
      return context().config == null; // one that was named has to be there
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
