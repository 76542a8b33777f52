package dev.cvt.plugins.doctor;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.plugins.doctor.Report.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a start looks at before the process, told one by one: files with owner and mode, the entry
 * of the state file, the path in the configuration. All of it is read here and nothing is changed;
 * the hash is taken where the binary is prepared.
 */
public final class InstalledFiles {
  private static final double MIB = 1024 * 1024;

  private InstalledFiles() {}

  /**
   * Looks.
   *
   * @param configFile where the configuration was read from
   */
  public static List<Check> of(Path configFile, StateFile state, Config.Plugin plugin) {
    var checks = new ArrayList<Check>();
    checks.add(new Check("configuration", true, place(configFile)));
    try {
      var found = state.inspect(plugin.name());
      checks.add(checked("plugin root", state.pluginRoot(), found));
      checks.add(checked("state file", state.path(), found));
      checks.add(binary(state, found));
      checks.add(entry(found, plugin));
      found.running().stream().map(InstalledFiles::running).forEach(checks::add);
    } catch (StateFile.Refused e) {
      checks.add(new Check("plugin root", true, place(state.pluginRoot())));
      checks.add(new Check("state file", true, place(state.path())));
      checks.add(new Check("state entry", false, e.what()));
    }
    return checks;
  }

  private static Check checked(String what, Path path, StateFile.Inspection found) {
    return found
        .problem()
        .filter(problem -> problem.where().equals(Optional.of(path)))
        .map(problem -> new Check(what, false, problem.what()))
        .orElseGet(() -> new Check(what, true, place(path)));
  }

  /** Any other problem is the binary's, or one on the way to it. */
  private static Check binary(StateFile state, StateFile.Inspection found) {
    var path = found.entry().binaryPath();
    var facts =
        path
            + found
                .binary()
                .map(
                    file ->
                        "  "
                            + (file.mode() + " " + file.owner()).strip()
                            + String.format(Locale.ROOT, "  %.1f MiB", file.size() / MIB))
                .orElse("");
    return found
        .problem()
        .filter(
            problem ->
                problem
                    .where()
                    .filter(at -> at.equals(state.pluginRoot()) || at.equals(state.path()))
                    .isEmpty())
        .map(problem -> new Check("binary", false, problem.what()))
        .orElseGet(() -> new Check("binary", true, facts));
  }

  private static Check entry(StateFile.Inspection found, Config.Plugin plugin) {
    var entry = found.entry();
    boolean same = entry.binaryPath().equals(plugin.binary().toString());
    return new Check(
        "state entry",
        same,
        same
            ? "installed " + entry.installedAt() + ", sha256 " + entry.shortSha256()
            : "names " + entry.binaryPath() + ", the configuration " + plugin.binary());
  }

  private static Check running(StateFile.Running manager) {
    return new Check(
        "runs now", true, ("under pid " + manager.pid() + " " + manager.command()).strip());
  }

  /** A path, with mode and owner where there are such. */
  private static String place(Path path) {
    return path + facts(path).map(facts -> "  " + facts).orElse("");
  }

  private static Optional<String> facts(Path path) {
    try {
      var view =
          Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      if (view == null) {
        return Optional.empty();
      }
      var attributes = view.readAttributes();
      return Optional.of(
          PosixFilePermissions.toString(attributes.permissions())
              + " "
              + attributes.owner().getName());
    } catch (NoSuchFileException e) {
      return Optional.of("is not there");
    } catch (IOException e) {
      return Optional.of("cannot be looked at");
    }
  }
}
