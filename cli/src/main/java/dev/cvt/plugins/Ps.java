package dev.cvt.plugins;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.Manager.Failure;
import dev.cvt.pluginmgr.Manager.Handle;
import dev.cvt.pluginmgr.Manager.Remote;
import dev.cvt.pluginmgr.Manager.Status;
import dev.cvt.plugins.Remotes.Said;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cvt-plugins ps}. */
@Command(
    name = "ps",
    description = "Shows which managers run, in whatever process, and how their plugins stand.",
    footer = {
      "",
      "Exit code 1 if one of them does not answer.",
      "",
      "Example: cvt-plugins ps --json | jq -r '.managers[].plugins[].state'"
    })
final class Ps extends Subcommand {
  @Option(names = "--json", description = "Print all that is known as JSON.")
  private boolean json;

  @Override
  boolean takes(List<String> words) {
    return words.isEmpty();
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Terminal terminal = context().terminal();
    List<Said> all = Remotes.ask(Manager.remotes(context().state()));
    if (json) {
      terminal.print(JSON.std.asString(Map.of("managers", all.stream().map(Ps::fields).toList())));
    } else if (all.isEmpty()) {
      terminal.print("No manager runs plugins of " + context().home() + ".");
    } else {
      Table.of(rows(all, Instant.now())).forEach(terminal::print);
      all.stream().filter(said -> !said.answers()).forEach(said -> terminal.tell(said.problem()));
    }
    return all.stream().allMatch(Said::answers) ? ExitCode.OK : ExitCode.FAILED;
  }

  /** One row for each plugin; a manager without any, or without an answer, still has one. */
  static List<List<String>> rows(List<Said> all, Instant now) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "MANAGER",
            "PLUGIN",
            "STATE",
            "FOR",
            "PID",
            "RESTARTS",
            "VERSION",
            "SHA256",
            "LAST FAILURE"));
    for (Said said : all) {
      String manager = Long.toString(said.manager().pid());
      if (said.answers()) {
        said.plugins().forEach(plugin -> rows.add(row(manager, plugin, now)));
        if (said.plugins().isEmpty()) {
          rows.add(unknown(manager, "-", "no plugins"));
        }
      } else {
        List<String> claimed = List.copyOf(said.manager().plugins());
        (claimed.isEmpty() ? List.of("-") : claimed)
            .forEach(plugin -> rows.add(unknown(manager, plugin, "no answer")));
      }
    }
    return rows;
  }

  private static List<String> row(String manager, Remote.Report plugin, Instant now) {
    Status status = plugin.status();
    return List.of(
        manager,
        status.plugin(),
        status.state().name(),
        Age.of(status.since(), now),
        status.pid() == 0 ? "-" : Long.toString(status.pid()),
        Long.toString(status.restarts()),
        plugin.handle().map(Handle::reportedVersion).orElse("-"),
        plugin.handle().map(handle -> handle.sha256().substring(0, 12)).orElse("-"),
        status.lastFailure().map(last -> brief(last, now)).orElse("-"));
  }

  private static List<String> unknown(String manager, String plugin, String why) {
    return List.of(manager, plugin, why, "-", "-", "-", "-", "-", "-");
  }

  static String brief(Failure failure, Instant now) {
    String what = failure.what().lines().findFirst().orElse("");
    return what + " (" + Age.of(failure.at(), now) + " ago)";
  }

  private static Map<String, Object> fields(Said said) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Remote manager = said.manager();
    fields.put("pid", manager.pid());
    fields.put("command", manager.command());
    fields.put("since", manager.since().toString());
    fields.put("answers", said.answers());
    if (said.answers()) {
      fields.put("plugins", said.plugins().stream().map(Ps::fields).toList());
    } else {
      fields.put("problem", said.problem());
      fields.put("plugins", manager.plugins().stream().map(name -> Map.of("name", name)).toList());
    }
    return fields;
  }

  private static Map<String, Object> fields(Remote.Report plugin) {
    Status status = plugin.status();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", status.plugin());
    fields.put("state", status.state().name());
    fields.put("since", status.since().toString());
    fields.put("pid", status.pid());
    fields.put("restarts", status.restarts());
    plugin
        .handle()
        .ifPresent(
            handle -> {
              fields.put("reported_version", handle.reportedVersion());
              fields.put("sha256", handle.sha256());
              fields.put("services", handle.services());
            });
    status.lastFailure().ifPresent(failure -> fields.put("last_failure", fields(failure)));
    return fields;
  }

  private static Map<String, Object> fields(Failure failure) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("phase", failure.phase().title());
    fields.put("diagnosis", failure.diagnosis());
    fields.put("what", failure.what());
    fields.put("remedy", failure.remedy());
    failure.exitCode().ifPresent(code -> fields.put("exit_code", code));
    failure.signal().ifPresent(signal -> fields.put("signal", signal));
    fields.put("stderr", failure.stderr());
    Map<String, Object> timings = new LinkedHashMap<>();
    failure.timings().forEach((phase, time) -> timings.put(phase.title(), time.toNanos() / 1e6));
    fields.put("timings_ms", timings);
    fields.put("at", failure.at().toString());
    return fields;
  }
}
