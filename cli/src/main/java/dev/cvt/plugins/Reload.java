package dev.cvt.plugins;

import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.Manager.Reloaded;
import dev.cvt.pluginmgr.Manager.Remote;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cvt-plugins reload}. */
@Command(
    name = "reload",
    description = "Has the managers that run read their configuration again and go over to it.",
    footer = {
      "",
      "What is new or changed is started and probed before it takes over; calls in",
      "flight lose nothing. If any of it fails, all goes on as before, the reason is",
      "shown, and the exit code is 1. A manager inside another program reloads only if",
      "that program has provided for it.",
      "",
      "Example: cvt-plugins check && cvt-plugins reload"
    })
final class Reload extends Subcommand {
  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "Only the managers in this process; see cvt-plugins ps.")
  private @Nullable Long pid;

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = context().terminal();
    List<Remote> wanted =
        Manager.remotes(context().state()).stream()
            .filter(manager -> pid == null || manager.pid() == pid)
            .toList();
    if (wanted.isEmpty()) {
      throw new Failures.Told(
          pid == null
              ? "no manager runs plugins of " + context().home() + ", so there is nothing to reload"
              : "no manager runs in process " + pid + "; cvt-plugins ps shows those that do");
    }
    boolean all = true;
    for (Remote manager : wanted) {
      all &= changed(terminal, manager, manager::reload);
    }
    return all ? ExitCode.OK : ExitCode.FAILED;
  }

  /** A change that one manager is asked for. */
  @FunctionalInterface
  interface Asked {
    Reloaded change() throws InterruptedException;
  }

  /** Asks, and tells what came of it; false if nothing did. */
  static boolean changed(Terminal terminal, Remote manager, Asked asked)
      throws InterruptedException {
    try {
      terminal.print("process " + manager.pid() + ": " + words(asked.change()));
      return true;
    } catch (Manager.RemoteFailed e) {
      terminal.tell(
          terminal.red(e.answered() ? "not reloaded, all goes on as before: " : "not reloaded: ")
              + e.getMessage());
      return false;
    }
  }

  /** What has changed, in one line. */
  static String words(Reloaded done) {
    List<String> parts = new ArrayList<>();
    name(parts, "added", done.added());
    name(parts, "replaced", done.replaced());
    name(parts, "removed", done.removed());
    name(parts, "kept", done.kept());
    return parts.isEmpty() ? "no plugins" : String.join("; ", parts);
  }

  private static void name(List<String> parts, String what, List<String> plugins) {
    if (!plugins.isEmpty()) {
      parts.add(what + " " + String.join(", ", plugins));
    }
  }
}
