package dev.cvt.pluginmgr.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules of the settings that one plugin or all of them can have. */
final class SettingsRules {
  static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  static final Pattern PATTERN = Pattern.compile("[A-Za-z_*][A-Za-z0-9_*]*");

  /** What the manager itself tells a plugin through its environment. */
  static final Set<String> RESERVED =
      Set.of(
          "CVT_PLUGIN_MAGIC_COOKIE",
          "PLUGIN_PROTOCOL_VERSIONS",
          "PLUGIN_MIN_PORT",
          "PLUGIN_MAX_PORT",
          "PLUGIN_CLIENT_CERT",
          "PLUGIN_UNIX_SOCKET_DIR",
          "PLUGIN_UNIX_SOCKET_GROUP",
          "PLUGIN_MULTIPLEX_GRPC",
          "TMPDIR");

  private final SettingsDraft<?> draft;
  private final Optional<SettingsDraft<?>> under;
  private final KeyPath path;
  private final Problems problems;

  /**
   * @param draft to check
   * @param under what holds for keys that the draft does not say
   */
  SettingsRules(
      SettingsDraft<?> draft, Optional<SettingsDraft<?>> under, KeyPath path, Problems problems) {
    this.draft = draft;
    this.under = under;
    this.path = path;
    this.problems = problems;
  }

  /** Checks what the draft itself says; answers with what holds. */
  Settings check() {
    PluginKeys.ALL.forEach(this::checkRange);
    var all = new HashMap<Key<?>, Object>();
    under.ifPresent(u -> u.said.forEach((key, value) -> all.put(key, value.value())));
    draft.said.forEach((key, value) -> all.put(key, value.value()));
    var settings = new Settings(all);
    checkTogether(settings);
    checkVariables();
    return settings.complete();
  }

  private <T extends Comparable<? super T>> void checkRange(Key<T> key) {
    var said = draft.said.get(key);
    if (said != null) {
      key.objection(key.kind().type().cast(said.value()))
          .ifPresent(wrong -> problems.error(said.spot(), pathOf(key), wrong));
    }
  }

  private KeyPath pathOf(Key<?> key) {
    var at = path;
    for (var name : key.path().split("\\.", -1)) {
      at = at.then(name);
    }
    return at;
  }

  private void checkTogether(Settings settings) {
    var first = settings.get(PluginKeys.RESTART_FIRST_BACKOFF);
    var most = settings.get(PluginKeys.RESTART_MAX_BACKOFF);
    if (most.compareTo(first) < 0
        && areRead(PluginKeys.RESTART_FIRST_BACKOFF, PluginKeys.RESTART_MAX_BACKOFF)) {
      blame(
          PluginKeys.RESTART_MAX_BACKOFF,
          PluginKeys.RESTART_FIRST_BACKOFF,
          "max_backoff %s is below first_backoff %s"
              .formatted(
                  PluginKeys.RESTART_MAX_BACKOFF.print(most),
                  PluginKeys.RESTART_FIRST_BACKOFF.print(first)),
          "raise max_backoff or lower first_backoff");
    }
    if (settings.get(PluginKeys.LIMITS_QUEUED) > 0
        && settings.get(PluginKeys.LIMITS_CONCURRENT) == 0
        && areRead(PluginKeys.LIMITS_QUEUED, PluginKeys.LIMITS_CONCURRENT)) {
      blame(
          PluginKeys.LIMITS_QUEUED,
          PluginKeys.LIMITS_CONCURRENT,
          "calls are to be queued, but any number may run at once",
          "set limits.concurrent as well, or take limits.queued out");
    }
  }

  /** Whether neither was said in a way that is no value, so that a default stands in its place. */
  private boolean areRead(Key<?> one, Key<?> other) {
    return Stream.concat(Stream.of(draft), under.stream())
        .noneMatch(d -> d.broken.contains(one.path()) || d.broken.contains(other.path()));
  }

  /** At whichever of the two keys is said here; if neither is, it was told of the defaults. */
  private void blame(Key<?> key, Key<?> other, String what, String remedy) {
    for (var candidate : List.of(key, other)) {
      var said = draft.said.get(candidate);
      if (said != null) {
        problems.error(said.spot(), pathOf(candidate), what, remedy);
        return;
      }
    }
  }

  private void checkVariables() {
    draft.env.forEach(
        (name, value) -> {
          var key = path.then("env").then(name);
          if (!VARIABLE.matcher(name).matches()) {
            problems.error(
                value.spot(),
                key,
                Shown.quoted(name) + " cannot be the name of a variable",
                "use letters, digits and underscores, no digit first");
          } else if (RESERVED.contains(name)) {
            problems.error(
                value.spot(), key, "the manager itself sets this variable", "take it out");
          }
        });
    draft.secretEnv.forEach(
        (i, name) -> {
          if (!draft.env.containsKey(name.value())
              && !draft.broken.contains("env")
              && !draft.broken.contains("env." + name.value())) {
            problems.error(
                name.spot(),
                path.then("secret_env").item(i),
                // Not shown: somebody may have written the secret itself here.
                "this is not a variable of env:",
                Nearest.advice(
                    name.value(),
                    draft.env.keySet(),
                    "add it to env: or take it out of secret_env:"));
          }
        });
    draft.passEnv.forEach(
        (i, pattern) -> {
          var key = path.then("pass_env").item(i);
          if (!PATTERN.matcher(pattern.value()).matches()) {
            problems.error(
                pattern.spot(),
                key,
                Shown.quoted(pattern.value()) + " is not a pattern of variables' names",
                "use letters, digits, underscores, and * for any text");
          } else if (RESERVED.contains(pattern.value())) {
            problems.error(
                pattern.spot(), key, "the manager itself sets this variable", "take it out");
          }
        });
  }

  /** The variables that hold, secret ones marked: those under the draft's, then its own. */
  Map<String, Placed<Text>> env() {
    var env = CodePointOrder.<Placed<Text>>map();
    under.ifPresent(u -> env.putAll(u.env));
    env.putAll(draft.env);
    // Last: what is secret by default is so with a plugin's own value as well.
    under.ifPresent(u -> markSecrets(u, env));
    markSecrets(draft, env);
    return env;
  }

  private static void markSecrets(SettingsDraft<?> from, Map<String, Placed<Text>> env) {
    for (var name : from.secretEnv.values()) {
      env.computeIfPresent(
          name.value(), (_, text) -> new Placed<>(text.value().asSecret(), text.spot()));
    }
  }

  /** The patterns that hold: those under the draft's, then its own, each once. */
  List<String> passEnv() {
    var patterns = new ArrayList<String>();
    under.ifPresent(u -> u.passEnv.values().forEach(p -> patterns.add(p.value())));
    draft.passEnv.values().forEach(p -> patterns.add(p.value()));
    return patterns.stream().distinct().toList();
  }
}
