package dev.cvt.plugins;

import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.Manager.Remote;
import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.Installed;
import dev.cvt.pluginmgr.StateFile.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins install}. */
@Command(
    name = "install",
    description = "Installs a plugin, or replaces it by another build of it.",
    footer = {
      "",
      "Examples:",
      "  cvt-plugins install ./cvt-plugin-rest            becomes the plugin rest",
      "  cvt-plugins install ./build/my-plugin --name rest --reload",
      "  curl -sSf $URL | cvt-plugins install - --name rest --sha256 $SHA256"
    })
final class Install extends Subcommand {
  private static final String PREFIX = "cvt-plugin-";

  @Parameters(paramLabel = "PATH", description = "The plugin's program; - reads standard input.")
  private String source;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Its name; the file's name less cvt-plugin- without it.")
  private @Nullable String name;

  @Option(
      names = "--sha256",
      paramLabel = "HASH",
      description = "Refuse it unless it has this hash (64 hex digits).")
  private @Nullable String sha256;

  @Option(
      names = "--reload",
      description = "Have the managers that run the plugin go over to this build of it.")
  private boolean reload;

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = context().terminal();
    String chosen = chosenName();
    InstallRequest request =
        source.equals("-")
            ? InstallRequest.of(context().input(), chosen)
            : InstallRequest.of(Path.of(source).toAbsolutePath().normalize(), chosen);
    if (sha256 != null) {
      request = request.expecting(sha256);
    }
    Terminal.Progress progress = terminal.progress("installing " + chosen);
    Installed done;
    try {
      done = context().state().install(request.reporting(shownOn(progress)));
    } finally {
      progress.done();
    }
    report(terminal, chosen, done);
    return !reload || taken(terminal, chosen) ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Whether all managers that run it have gone over to it; those that have not run the old one. */
  private boolean taken(Terminal terminal, String chosen) throws InterruptedException {
    List<Remote> running =
        Manager.remotes(context().state()).stream()
            .filter(manager -> manager.plugins().contains(chosen))
            .toList();
    if (running.isEmpty()) {
      terminal.tell("No manager runs " + chosen + ", so there is nothing to reload.");
    }
    boolean all = true;
    for (Remote manager : running) {
      all &= Reload.changed(terminal, manager, manager::refresh);
    }
    return all;
  }

  static Progress shownOn(Terminal.Progress progress) {
    return (step, done, total) -> progress.at(step.name().toLowerCase(Locale.ROOT), done, total);
  }

  private String chosenName() {
    if (name != null) {
      return name;
    }
    if (source.equals("-")) {
      throw new Failures.Told(
          "standard input has no name; say which plugin it is: --name NAME", ExitCode.USAGE);
    }
    String file = String.valueOf(Path.of(source).getFileName());
    return file.startsWith(PREFIX) ? file.substring(PREFIX.length()) : file;
  }

  private void report(Terminal terminal, String chosen, Installed done) {
    Entry entry = done.entry();
    Optional<Entry> before = done.replaced();
    boolean same = before.filter(old -> old.sha256().equals(entry.sha256())).isPresent();
    terminal.print(
        (before.isEmpty() ? "Installed " : same ? "Installed again: " : "Replaced ") + chosen);
    terminal.print("  binary  " + entry.binaryPath());
    before
        .filter(old -> !same)
        .ifPresent(
            old -> {
              terminal.print("  was     " + old.sha256());
              terminal.tell("To go back: cvt-plugins rollback " + chosen);
            });
    terminal.print("  sha256  " + entry.sha256());
    if (before.isEmpty()) {
      terminal.tell(
          "Add it to " + context().configFile() + ", and bind it to the hooks it serves:");
      terminal.tell("  plugins:");
      terminal.tell("    " + chosen + ":");
      terminal.tell("      binary: " + underHome(entry.binaryPath()));
      terminal.tell("  hooks:");
      terminal.tell("    fetch_schema: " + chosen);
    }
  }

  private String underHome(String binary) {
    String home = context().home() + "/";
    return binary.startsWith(home) ? "~/" + binary.substring(home.length()) : binary;
  }
}
