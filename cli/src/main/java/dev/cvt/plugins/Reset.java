package dev.cvt.plugins;

import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.Manager.Remote;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins reset}. */
@Command(
    name = "reset",
    description = {
      "Forgets a plugin's entry without touching its binary, or how often it has failed.",
      "With --restarts: managers that have given it up try again, and the entry stays."
    },
    footer = {
      "",
      "Examples:",
      "  cvt-plugins reset rest && cvt-plugins install ./cvt-plugin-rest",
      "  cvt-plugins reset rest --restarts"
    })
final class Reset extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "The plugin.")
  private String name;

  @Option(
      names = "--restarts",
      description = "Have managers that run it, but have it down, start it again at once.")
  private boolean restarts;

  @Override
  public Integer call() throws InterruptedException {
    return restarts ? restart() : forget();
  }

  private int forget() throws InterruptedException {
    context().state().reset(name);
    context().terminal().print("Forgot " + name + "; its file, if there is one, is still there");
    return ExitCode.OK;
  }

  private int restart() throws InterruptedException {
    List<Remote> running =
        Manager.remotes(context().state()).stream()
            .filter(manager -> manager.plugins().contains(name))
            .toList();
    if (running.isEmpty()) {
      throw new Failures.Told("no manager runs " + name + "; cvt-plugins ps shows what is run");
    }
    boolean all = true;
    for (Remote manager : running) {
      try {
        manager.reset(name);
        context().terminal().print("process " + manager.pid() + ": " + name + " may try again");
      } catch (Manager.RemoteFailed e) {
        context().terminal().tell(context().terminal().red("not reset: ") + e.getMessage());
        all = false; // the others are asked all the same
      }
    }
    return all ? ExitCode.OK : ExitCode.FAILED;
  }
}
