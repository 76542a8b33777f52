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
    checks.add(new Check("plugin root", true, place(state.pluginRoot())));
    checks.add(new Check("state file", true, place(state.path())));
    try {
      var found = state.inspect(plugin.name());
      checks.add(binary(found));
      checks.add(entry(found, plugin));
      found.running().stream().map(InstalledFiles::running).forEach(checks::add);
    } catch (StateFile.Refused e) {
      checks.add(new Check("state entry", false, e.what()));
    }
    return checks;
  }

  private static Check binary(StateFile.Inspection found) {
    if (found.problem().isPresent()) {
      return new Check("owner and modes", false, found.problem().get().what());
    }
    return new Check(
        "binary",
        true,
        found
            .binary()
            .map(
                file ->
                    found.entry().binaryPath()
                        + "  "
                        + (file.mode() + " " + file.owner()).strip()
                        + String.format(Locale.ROOT, "  %.1f MiB", file.size() / MIB))
            .orElse(found.entry().binaryPath()));
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
