package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.OnError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The rules of one plugin: from what was said about it to settings that can be relied on. */
final class PluginRules {
  static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private final PluginDraft draft;
  private final SettingsRules settings;
  private final Path root;
  private final Values values;
  private final Problems problems;

  PluginRules(
      PluginDraft draft, SettingsDraft<?> defaults, Path root, Values values, Problems problems) {
    this.draft = draft;
    this.settings = new SettingsRules(draft, Optional.of(defaults), draft.path(), problems);
    this.root = root;
    this.values = values;
    this.problems = problems;
  }

  /** The settings; or nothing, and at least one problem. */
  Optional<PluginSettings> check() {
    checkName();
    var binary = binary();
    var timeout = timeout();
    var checked = settings.check();
    var variables = new TreeSet<>(draft.secretVariables);
    var config = values.config(draft, variables);
    var env = values.env(settings.env(), draft.path().then("env"), variables);
    var secretFiles = CodePointOrder.<Path>map();
    draft.secretFiles.forEach((key, file) -> secretFiles.put(key, file.value()));
    return binary.map(
        file ->
            new PluginSettings(
                draft.name,
                file,
                timeout,
                draft.onError.map(Placed::value).orElse(OnError.FAIL_CLOSED),
                Collections.unmodifiableSortedMap(config),
                Collections.unmodifiableSortedSet(variables),
                Collections.unmodifiableSortedMap(secretFiles),
                Collections.unmodifiableSortedMap(env),
                settings.passEnv(),
                checked));
  }

  private void checkName() {
    if (!NAME.matcher(draft.name).matches()) {
      problems.error(
          draft.spot,
          draft.path(),
          Shown.quoted(draft.name) + " cannot be the name of a plugin",
          "use 1 to 32 lower-case letters, digits and hyphens, a letter first");
    }
  }

  private Optional<Path> binary() {
    var key = draft.path().then("binary");
    if (draft.binary.isEmpty()) {
      if (!draft.broken.contains("binary")) {
        problems.error(
            draft.spot,
            key,
            "the plugin has no binary",
            "add binary: with a file under %s".formatted(Shown.quoted(root.toString())));
      }
      return Optional.empty();
    }
    var spot = draft.binary.get().spot();
    var file = draft.binary.get().value();
    var shown = Shown.quoted(file.toString());
    if (!file.getFileSystem().equals(root.getFileSystem())) {
      problems.error(
          spot, key, shown + " is in another file system than the home", "use one for both");
      return Optional.empty();
    }
    if (!file.isAbsolute()) {
      problems.error(
          spot,
          key,
          shown + " is not absolute",
          "write it as ~/.cvt/plugins/… or from the top of the file system");
      return Optional.empty();
    }
    var normal = file.normalize();
    if (normal.equals(root)) {
      problems.error(
          spot,
          key,
          shown + " is the folder of all plugins, not a file in it",
          "add the name of the plugin's file");
      return Optional.empty();
    }
    if (!normal.startsWith(root)) {
      problems.error(
          spot,
          key,
          "%s is not under %s".formatted(shown, Shown.quoted(root.toString())),
          "install the plugin, which puts it there, and name the installed file");
      return Optional.empty();
    }
    return Optional.of(normal);
  }

  private Duration timeout() {
    var said = draft.timeout.map(Placed::value).orElse(Duration.ZERO);
    if (said.isNegative() || said.compareTo(GoDuration.LONGEST) > 0) {
      problems.error(
          draft.timeout.map(Placed::spot).orElse(draft.spot),
          draft.path().then("timeout"),
          said.isNegative() ? "the timeout is negative" : "the timeout is too long",
          "write a positive one like 5s, or leave it out for %s"
              .formatted(GoDuration.print(Config.DEFAULT_TIMEOUT)));
    }
    return said.isZero() ? Config.DEFAULT_TIMEOUT : said;
  }
}
