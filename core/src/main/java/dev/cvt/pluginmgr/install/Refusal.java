package dev.cvt.pluginmgr.install;

import static java.util.stream.Collectors.joining;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.IoText;
import dev.cvt.pluginmgr.file.PathGuard.Finding;
import dev.cvt.pluginmgr.file.Shell;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The refusals that more than one step can come to, in one wording. */
final class Refusal {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private Refusal() {}

  /** A refusal about one file, with nothing to compare. */
  static Refused of(Reason reason, String what, @Nullable Path where, String remedy) {
    return new Refused(reason, what, where, "", "", remedy, null);
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static void checkName(String name) {
    if (!isName(name)) {
      throw of(
          Reason.BAD_NAME,
          "not a plugin name: \"" + name + "\"",
          null,
          "a name begins with a lower-case letter, holds only a-z, 0-9 and -, and has at most 32"
              + " characters");
    }
  }

  /** The entry of a plugin that must have one. */
  static Entry checkInstalled(String name, StateDocument state) {
    return state.entry(name).orElseThrow(() -> notInstalled(name, state.plugins().keySet()));
  }

  private static Refused notInstalled(String name, Set<String> installed) {
    return of(
        Reason.NOT_INSTALLED,
        "plugin \"" + name + "\" is not installed",
        null,
        "run: cvt-plugins install PATH --name "
            + Shell.quote(name)
            + (installed.isEmpty() ? "" : " (installed: " + String.join(", ", installed) + ")"));
  }

  static Refused badPath(String name, Entry entry, Path root) {
    return new Refused(
        Reason.BAD_PATH,
        "the state file names \"%s\" as the binary of plugin \"%s\", which is not a file under %s"
            .formatted(entry.binaryPath(), name, root),
        null,
        root.toString(),
        entry.binaryPath(),
        "run: cvt-plugins reset " + Shell.quote(name) + ", then install it again",
        null);
  }

  /** Everything by which somebody else could exchange a file, said at once. */
  static void checkSafe(List<Finding> findings) {
    if (!findings.isEmpty()) {
      throw of(
          Reason.UNSAFE,
          findings.stream().map(Finding::what).collect(joining("; ")),
          findings.getFirst().where(),
          findings.stream()
              .map(Finding::remedy)
              .distinct()
              .collect(joining(", then: ", "to cure it: ", "")));
    }
  }

  /** The file system failed, and what was asked for did not happen. */
  static Refused io(String notDone, IOException e, String nowTrue) {
    var text = IoText.of(e);
    return new Refused(
        Reason.IO, notDone + ": " + text.what() + "; " + nowTrue, null, "", "", text.remedy(), e);
  }

  /** It happened, but perhaps not for good. */
  static Refused notDurable(String done, AtomicFile.NotDurable e) {
    var text = IoText.of(e);
    return new Refused(
        Reason.IO,
        done + ", but a power cut could undo it: " + text.what(),
        null,
        "",
        "",
        text.remedy(),
        e);
  }
}
