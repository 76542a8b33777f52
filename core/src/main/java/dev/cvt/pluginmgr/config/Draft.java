package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.DefaultsBuilder;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.Invalid;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.Output;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was said, by files or by a program's calls, and is not yet checked. The rules are here and
 * below, once for both. For one thread.
 */
public final class Draft {
  /** Of plugins, and of variables that are given to one or to all: they multiply. */
  static final int MOST = 500;

  private Optional<Path> home = Optional.empty();

  /** Where it was read from, if it began with what was read: relative paths start there. */
  private Optional<Path> source = Optional.empty();

  private final Map<String, PluginDraft> plugins = new LinkedHashMap<>();
  private final DefaultsDraft defaults = new DefaultsDraft();
  private final Map<Hook, Placed<String>> hooks = new EnumMap<>(Hook.class);
  private final Map<KeyPath, Placed<Output>> audit = new LinkedHashMap<>();
  private OnError auditOnError = OnError.FAIL_CLOSED;
  private Optional<Placed<Output>> metrics = Optional.empty();

  /** Settings for all plugins. */
  private static final class DefaultsDraft extends SettingsDraft<DefaultsBuilder>
      implements DefaultsBuilder {
    @Override
    DefaultsBuilder self() {
      return this;
    }
  }

  /** A draft that says all that a config holds. */
  public static Draft of(Loaded loaded) {
    var draft = new Draft();
    draft.home = loaded.home();
    draft.source = loaded.source();
    loaded.plugins().forEach((name, p) -> draft.plugins.put(name, PluginDraft.of(p)));
    loaded.hooks().forEach((hook, plugin) -> draft.hook(hook, Placed.nowhere(plugin)));
    loaded.audit().forEach(output -> draft.audit(Placed.nowhere(output)));
    draft.auditOnError = loaded.auditOnError();
    loaded.metrics().ifPresent(output -> draft.metrics(Placed.nowhere(output)));
    return draft;
  }

  public void home(Path folder) {
    home = Optional.of(folder);
  }

  /** The draft of a plugin, begun if there is none. */
  public PluginDraft plugin(String name) {
    return plugin(name, Spot.NONE);
  }

  PluginDraft plugin(String name, Spot spot) {
    return plugins.computeIfAbsent(name, n -> new PluginDraft(n, spot));
  }

  /** The drafts of all plugins, by name, in the order in which they were begun. */
  Map<String, PluginDraft> plugins() {
    return plugins;
  }

  public void remove(String plugin) {
    plugins.remove(plugin);
    hooks.values().removeIf(bound -> bound.value().equals(plugin));
  }

  SettingsDraft<DefaultsBuilder> defaultSettings() {
    return defaults;
  }

  public DefaultsBuilder defaults() {
    return defaults;
  }

  /** Binds a hook; the empty name unbinds it. */
  public void hook(Hook hook, Placed<String> plugin) {
    hooks.put(hook, plugin);
  }

  /** One more sink. */
  public void audit(Placed<Output> output) {
    audit(KeyPath.TOP.then("audit").then("sinks").item(audit.size()), output);
  }

  /** One more sink, at its place in the list, in which others may be broken. */
  void audit(KeyPath path, Placed<Output> output) {
    audit.put(path, output);
  }

  public void auditOnError(OnError onError) {
    auditOnError = onError;
  }

  public void metrics(Placed<Output> output) {
    metrics = Optional.of(output);
  }

  /**
   * The rules, for a program's draft.
   *
   * @throws Invalid with everything that is wrong
   */
  public Loaded build(Map<String, String> env) {
    var problems = new Problems();
    var folder = home.orElseGet(() -> Home.fromEnvironment(FileSystems.getDefault(), env));
    return check(folder, new Values(env, problems), problems);
  }

  /**
   * The rules, for any draft. What is wrong joins what was found before.
   *
   * @throws Invalid with all of it
   */
  Loaded check(Path folder, Values values, Problems problems) {
    if (!folder.isAbsolute()) {
      problems.error(
          Spot.NONE,
          KeyPath.TOP,
          "the home folder %s is not absolute".formatted(Shown.quoted(folder.toString())),
          "give its absolute path");
      problems.throwIfAny();
    }
    checkCounts(problems);
    var root = Home.pluginRoot(folder.normalize());
    var settings = new LinkedHashMap<String, PluginSettings>();
    new SettingsRules(defaults, Optional.empty(), KeyPath.TOP.then("defaults"), problems).check();
    plugins.forEach(
        (name, plugin) ->
            new PluginRules(plugin, defaults, root, values, problems)
                .check()
                .ifPresent(p -> settings.put(name, p)));
    checkHooks(problems);
    checkOutputs(problems);
    problems.throwIfAny();
    return new Loaded(
        Optional.of(folder.normalize()),
        source,
        new TreeMap<>(settings),
        bound(),
        audit.values().stream().map(Placed::value).toList(),
        auditOnError,
        metrics.map(Placed::value),
        problems.warnings());
  }

  /** First of all, since the rest takes memory for each. */
  private void checkCounts(Problems problems) {
    if (plugins.size() > MOST) {
      problems.error(
          Spot.NONE,
          KeyPath.TOP.then("plugins"),
          "there are more than %d plugins".formatted(MOST),
          "use several homes");
      problems.throwIfAny();
    }
    if (defaults.isTooLarge() || plugins.values().stream().anyMatch(SettingsDraft::isTooLarge)) {
      problems.error(
          Spot.NONE,
          KeyPath.TOP,
          "env: or pass_env: has more than %d entries".formatted(MOST),
          "give plugins what they need, and no more");
      problems.throwIfAny();
    }
  }

  private Map<Hook, String> bound() {
    var bound = new EnumMap<Hook, String>(Hook.class);
    hooks.forEach(
        (hook, plugin) -> {
          if (!plugin.value().isEmpty()) {
            bound.put(hook, plugin.value());
          }
        });
    return bound;
  }

  private void checkHooks(Problems problems) {
    hooks.forEach(
        (hook, plugin) -> {
          if (!plugin.value().isEmpty() && !plugins.containsKey(plugin.value())) {
            problems.error(
                plugin.spot(),
                KeyPath.TOP.then("hooks").then(hook.key()),
                "plugin %s is not declared".formatted(Shown.quoted(plugin.value())),
                Nearest.advice(
                    plugin.value(),
                    plugins.keySet(),
                    "declare it under plugins: or take the hook out"));
          }
        });
  }

  private void checkOutputs(Problems problems) {
    audit.forEach((path, output) -> checkOutput(output, path, problems));
    metrics.ifPresent(output -> checkOutput(output, KeyPath.TOP.then("metrics"), problems));
  }

  private static void checkOutput(Placed<Output> output, KeyPath path, Problems problems) {
    var provider = output.value().provider();
    if (!provider.matches("[a-z][a-z0-9-]{0,63}")) {
      problems.error(
          output.spot(),
          path.then("use"),
          Shown.quoted(provider) + " cannot be the id of a provider",
          "use its id: lower-case letters, digits and hyphens, a letter first");
    }
  }
}
