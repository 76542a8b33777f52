package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.config.Node.Scalar;
import dev.cvt.pluginmgr.config.Node.Table;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds {@code config.yaml}, key by key. */
final class MainFile {
  static final List<String> TOP_KEYS = List.of("config_version", "plugins", "hooks");
  static final List<String> PLUGIN_KEYS =
      List.of("binary", "timeout", "on_error", "secrets", "config");
  private static final List<String> HOOK_KEYS =
      Arrays.stream(Hook.values()).map(Hook::key).toList();

  private final Draft draft;
  private final FilePaths paths;
  private final Problems problems;

  MainFile(Draft draft, FilePaths paths, Problems problems) {
    this.draft = draft;
    this.paths = paths;
    this.problems = problems;
  }

  /** Puts all that the document says into the draft. */
  void bind(Node document) {
    if (document instanceof Scalar scalar && scalar.isNull()) {
      return;
    }
    if (!(document instanceof Table table)) {
      problems.error(
          document.spot(),
          KeyPath.TOP,
          "the file must be a map, and this is " + document.noun(),
          "begin it with config_version: 1");
      return;
    }
    var top = new Fields(table, KeyPath.TOP, TOP_KEYS, keysOfTheOther(OwnFile.TOP_KEYS), problems);
    top.scalar("config_version", new Version(problems)::check);
    top.table("plugins", this::plugins);
    top.table("hooks", this::hooks);
  }

  private static Map<String, String> keysOfTheOther(List<String> keys) {
    var elsewhere = new HashMap<String, String>();
    keys.forEach(key -> elsewhere.put(key, "move it to pluginmgr.yaml, in the same folder"));
    return elsewhere;
  }

  private void plugins(Table plugins, KeyPath path) {
    for (var entry : Fields.namedEntries(plugins)) {
      var plugin = draft.plugin(entry.key().text(), entry.key().spot());
      switch (entry.value()) {
        case Table table -> plugin(table, plugin);
        case Scalar scalar when scalar.isNull() -> {}
        case Node other -> {
          plugin.broken.add("binary");
          problems.error(
              other.spot(),
              path.then(plugin.name),
              "a map is needed here, and this is " + other.noun(),
              "write the plugin's keys under it, binary: first");
        }
      }
    }
  }

  private void plugin(Table table, PluginDraft plugin) {
    var fields =
        new Fields(
            table, plugin.path(), PLUGIN_KEYS, keysOfTheOther(OwnFile.PLUGIN_KEYS), problems);
    var readable =
        fields.scalar(
            "binary",
            (text, path) -> {
              plugin.binary = text.text().isEmpty() ? Optional.empty() : paths.path(text, path);
              if (plugin.binary.isEmpty() && !text.text().isEmpty()) {
                plugin.broken.add("binary");
              }
            });
    if (!readable) {
      plugin.broken.add("binary");
    }
    fields.scalar("timeout", (text, path) -> plugin.timeout = timeout(text, path));
    fields.scalar("on_error", (text, path) -> plugin.onError = onError(text, path));
    fields.texts("secrets", plugin.secrets::put);
    var config =
        fields.textsByKey(
            "config",
            (key, value) ->
                plugin.config.put(
                    key.text(), new Placed<>(Text.written(value.value()), value.spot())),
            key -> plugin.broken.add("config." + key));
    if (!config) {
      plugin.broken.add("config");
    }
  }

  private Optional<Placed<Duration>> timeout(Scalar text, KeyPath path) {
    return switch (GoDuration.parse(text.text())) {
      case Parsed.Good<Duration>(var duration) -> Optional.of(new Placed<>(duration, text.spot()));
      case Parsed.Bad<Duration>(var wrong) -> {
        problems.error(text.spot(), path, wrong);
        yield Optional.empty();
      }
    };
  }

  private Optional<Placed<OnError>> onError(Scalar text, KeyPath path) {
    if (text.text().isEmpty()) {
      return Optional.empty();
    }
    return switch (Kind.choice(OnError.class, OnError::text).parse(text.text())) {
      case Parsed.Good<OnError>(var choice) -> Optional.of(new Placed<>(choice, text.spot()));
      case Parsed.Bad<OnError>(var wrong) -> {
        problems.error(text.spot(), path, wrong);
        yield Optional.empty();
      }
    };
  }

  private void hooks(Table table, KeyPath path) {
    var fields = new Fields(table, path, HOOK_KEYS, Map.of(), problems);
    for (var hook : Hook.values()) {
      fields.scalar(
          hook.key(), (name, _) -> draft.hook(hook, new Placed<>(name.text(), name.spot())));
    }
  }
}
