package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.config.Node.Items;
import dev.cvt.pluginmgr.config.Node.Scalar;
import dev.cvt.pluginmgr.config.Node.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds {@code pluginmgr.yaml}, key by key. */
final class OwnFile {
  static final List<String> TOP_KEYS =
      List.of("settings_version", "defaults", "plugins", "audit", "metrics");

  static final List<String> AUDIT_KEYS = List.of("on_error", "sinks");

  /** What can be said of one plugin or of all. */
  static final List<String> DEFAULTS_KEYS =
      withLists(groupsOf(""), "env", "secret_env", "pass_env");

  /** What can be said of one plugin. */
  static final List<String> PLUGIN_KEYS = withLists(DEFAULTS_KEYS, "secret_files");

  private final Draft draft;
  private final FilePaths paths;
  private final Problems problems;

  OwnFile(Draft draft, FilePaths paths, Problems problems) {
    this.draft = draft;
    this.paths = paths;
    this.problems = problems;
  }

  private static List<String> withLists(List<String> keys, String... more) {
    var all = new ArrayList<>(keys);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  /**
   * The names that can stand under a group of settings: {@code limit} and others under {@code
   * restart.}.
   */
  private static List<String> groupsOf(String group) {
    var names = new LinkedHashSet<String>();
    for (var key : PluginKeys.ALL) {
      if (key.path().startsWith(group)) {
        names.add(key.path().substring(group.length()).split("\\.", -1)[0]);
      }
    }
    return List.copyOf(names);
  }

  /**
   * Puts all that the document says into the draft.
   *
   * @param declared whether the draft knows all plugins that {@code config.yaml} declares
   */
  void bind(Node document, boolean declared) {
    if (document instanceof Scalar scalar && scalar.isNull()) {
      return;
    }
    if (!(document instanceof Table table)) {
      problems.error(
          document.spot(),
          KeyPath.TOP,
          "the file must be a map, and this is " + document.noun(),
          "begin it with settings_version: 1");
      return;
    }
    var top =
        new Fields(
            table,
            KeyPath.TOP,
            TOP_KEYS,
            Map.of(
                "hooks", "move it to config.yaml, in the same folder",
                "config_version", "write settings_version: 1 in this file"),
            problems);
    top.scalar("settings_version", new Version(problems)::check);
    top.table("defaults", (t, path) -> settings(t, path, draft.defaultSettings(), DEFAULTS_KEYS));
    top.table("plugins", (t, path) -> plugins(t, path, declared));
    top.table("audit", this::audit);
    top.table("metrics", this::metrics);
  }

  private void plugins(Table plugins, KeyPath path, boolean declared) {
    for (var entry : Fields.namedEntries(plugins)) {
      var name = entry.key().text();
      var plugin = Optional.ofNullable(draft.plugins().get(name));
      if (plugin.isEmpty() && declared) {
        problems.error(
            entry.key().spot(),
            path.then(name),
            "config.yaml declares no plugin of that name",
            Nearest.advice(
                name, draft.plugins().keySet(), "declare it there, or take it out here"));
      }
      switch (entry.value()) {
        case Table table ->
            plugin(table, plugin.orElseGet(() -> new PluginDraft(name, entry.key().spot())));
        case Scalar scalar when scalar.isNull() -> {}
        case Node other ->
            problems.error(
                other.spot(),
                path.then(name),
                "a map is needed here, and this is " + other.noun(),
                "write the plugin's settings under it");
      }
    }
  }

  private void plugin(Table table, PluginDraft plugin) {
    var fields = settings(table, plugin.path(), plugin, PLUGIN_KEYS);
    fields.textsByKey(
        "secret_files",
        (key, file) -> secretFile(plugin, key.text(), new Scalar(file.spot(), file.value(), false)),
        key -> {});
  }

  private void secretFile(PluginDraft plugin, String key, Scalar file) {
    var path = plugin.path().then("secret_files").then(key);
    paths
        .path(file, path)
        .ifPresent(
            placed -> {
              if (placed.value().isAbsolute()) {
                plugin.secretFiles.put(key, placed);
              } else {
                problems.error(
                    file.spot(),
                    path,
                    Shown.quoted(file.text()) + " is not absolute",
                    "write it as ~/… or from the top of the file system");
              }
            });
  }

  private Fields settings(Table table, KeyPath path, SettingsDraft<?> into, List<String> known) {
    var fields = new Fields(table, path, known, keysOfTheOther(), problems);
    for (var name : groupsOf("")) {
      var group = name + ".";
      var members = PluginKeys.ALL.stream().filter(k -> k.path().startsWith(group)).toList();
      if (members.isEmpty()) {
        PluginKeys.ALL.stream()
            .filter(k -> k.path().equals(name))
            .forEach(key -> setting(fields, name, key, into));
      } else {
        fields.table(
            name,
            (inner, innerPath) -> {
              var innerFields = new Fields(inner, innerPath, groupsOf(group), Map.of(), problems);
              members.forEach(
                  key -> setting(innerFields, key.path().substring(group.length()), key, into));
            });
      }
    }
    var env =
        fields.textsByKey(
            "env",
            (name, text) ->
                into.env.put(name.text(), new Placed<>(Text.written(text.value()), text.spot())),
            name -> into.broken.add("env." + name));
    if (!env) {
      into.broken.add("env");
    }
    fields.texts("secret_env", into.secretEnv::put);
    fields.texts("pass_env", into.passEnv::put);
    return fields;
  }

  private static Map<String, String> keysOfTheOther() {
    var elsewhere = new HashMap<String, String>();
    MainFile.PLUGIN_KEYS.forEach(
        key -> elsewhere.put(key, "move it to config.yaml, in the same folder"));
    return elsewhere;
  }

  private <T extends Comparable<? super T>> void setting(
      Fields fields, String name, Key<T> key, SettingsDraft<?> into) {
    fields.scalar(
        name,
        (text, path) -> {
          switch (key.kind().parse(text.text())) {
            case Parsed.Good<T>(var value) -> into.put(key, new Placed<>(value, text.spot()));
            case Parsed.Bad<T>(var wrong) -> {
              into.broken.add(key.path());
              problems.error(text.spot(), path, wrong);
            }
          }
        });
  }

  private void audit(Table table, KeyPath path) {
    var fields = new Fields(table, path, AUDIT_KEYS, Map.of(), problems);
    fields.scalar(
        "on_error",
        (text, at) -> {
          switch (Kind.choice(OnError.class, OnError::text).parse(text.text())) {
            case Parsed.Good<OnError>(var choice) -> draft.auditOnError(choice);
            case Parsed.Bad<OnError>(var wrong) -> problems.error(text.spot(), at, wrong);
          }
        });
    fields.items("sinks", this::sinks);
  }

  private void sinks(Items list, KeyPath path) {
    if (list.items().isEmpty()) {
      problems.error(
          list.spot(),
          path,
          "the list is empty, so no call would be audited",
          "leave sinks: out to use every sink that is found, or name one");
    }
    for (var i = 0; i < list.items().size(); i++) {
      if (list.items().get(i) instanceof Table table) {
        var at = path.item(i);
        output(table, at).ifPresent(found -> draft.audit(at, found));
      } else {
        problems.error(
            list.items().get(i).spot(),
            path.item(i),
            "a map is needed here, and this is " + list.items().get(i).noun(),
            "write use: and the id of a sink");
      }
    }
  }

  private void metrics(Table table, KeyPath path) {
    output(table, path).ifPresent(draft::metrics);
  }

  /** The keys besides {@code use} are the provider's own: it says which ones it knows. */
  private Optional<Placed<Output>> output(Table table, KeyPath path) {
    Optional<Placed<String>> use = Optional.empty();
    var useIsMissing = true;
    var settings = new LinkedHashMap<String, String>();
    for (var entry : Fields.namedEntries(table)) {
      var key = entry.key().text();
      switch (entry.value()) {
        case Scalar scalar when scalar.isNull() -> {}
        case Scalar scalar when key.equals("use") -> {
          use = Optional.of(new Placed<>(scalar.text(), scalar.spot()));
          useIsMissing = false;
        }
        case Scalar scalar -> settings.put(key, scalar.text());
        case Node other -> {
          useIsMissing &= !key.equals("use");
          problems.error(
              other.spot(),
              path.then(key),
              Fields.A_VALUE + " is needed here, and this is " + other.noun(),
              Fields.WRITE_A_VALUE);
        }
      }
    }
    if (useIsMissing) {
      problems.error(
          table.spot(),
          path,
          "use: is missing, which says whose settings these are",
          "add use: and the id of a provider");
    }
    return use.map(id -> new Placed<>(new Output(id.value(), settings), id.spot()));
  }
}
