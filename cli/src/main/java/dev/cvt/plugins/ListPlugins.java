package dev.cvt.plugins;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cvt-plugins list}. */
@Command(
    name = "list",
    description = "Lists the installed plugins.",
    footer = {"", "Example: cvt-plugins list --json | jq -r '.plugins | keys[]'"})
final class ListPlugins extends Subcommand {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'");

  @Option(names = "--json", description = "Print what stands in the state file.")
  private boolean json;

  @Override
  boolean takes(List<String> words) {
    return words.isEmpty();
  }

  @Override
  public Integer call() {
    Terminal terminal = context().terminal();
    Snapshot state = context().state().read();
    if (json) {
      terminal.printRaw(state.toJson());
    } else if (state.plugins().isEmpty()) {
      terminal.print("No plugins installed. Try `cvt-plugins install <path>`.");
    } else {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("NAME", "SHA256", "INSTALLED", "BINARY"));
      state.plugins().forEach((name, entry) -> rows.add(row(name, entry)));
      Table.of(rows).forEach(terminal::print);
    }
    return ExitCode.OK;
  }

  private static List<String> row(String name, Entry entry) {
    return List.of(
        name,
        entry.shortSha256(),
        TIME.format(entry.installedAt().withOffsetSameInstant(ZoneOffset.UTC)),
        entry.binaryPath());
  }
}
