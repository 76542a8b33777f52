package dev.cvt.plugins;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins reset}. */
@Command(
    name = "reset",
    description = "Forgets a plugin's entry without touching its binary.",
    footer = {"", "Example: cvt-plugins reset rest && cvt-plugins install ./cvt-plugin-rest"})
final class Reset extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "The plugin.")
  private String name;

  @Override
  public Integer call() throws InterruptedException {
    context().state().reset(name);
    context().terminal().print("Forgot " + name + "; its file, if there is one, is still there");
    return ExitCode.OK;
  }
}
