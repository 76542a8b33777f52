package dev.cvt.plugins;

import dev.cvt.pluginmgr.StateFile.Entry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins remove}. */
@Command(
    name = "remove",
    description = "Removes a plugin: its entry and its binary.",
    footer = {"", "Example: cvt-plugins remove rest"})
final class Remove extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "The plugin.")
  private String name;

  @Option(names = "--force", description = "Also while a manager runs it.")
  private boolean force;

  @Override
  public Integer call() throws InterruptedException {
    Entry entry = context().state().read().plugins().get(name);
    context().state().remove(name, force);
    context()
        .terminal()
        .print("Removed " + name + (entry == null ? "" : " (" + entry.binaryPath() + ")"));
    return ExitCode.OK;
  }
}
