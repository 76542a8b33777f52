package dev.cvt.plugins;

import dev.cvt.pluginmgr.StateFile.Entry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins rollback}. */
@Command(
    name = "rollback",
    description = "Returns to the binary that the last install replaced.",
    footer = {"", "Example: cvt-plugins rollback rest"})
final class Rollback extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "The plugin.")
  private String name;

  @Override
  public Integer call() throws InterruptedException {
    Entry before = context().state().read().plugins().get(name);
    Entry entry = context().state().rollback(name);
    context().terminal().print("Rolled back " + name);
    context().terminal().print("  binary  " + entry.binaryPath());
    if (before != null) {
      context().terminal().print("  was     " + before.sha256());
    }
    context().terminal().print("  sha256  " + entry.sha256());
    return ExitCode.OK;
  }
}
