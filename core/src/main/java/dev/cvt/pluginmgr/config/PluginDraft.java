package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.PluginBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What was said about one plugin, not yet checked. */
public final class PluginDraft extends SettingsDraft<PluginBuilder> implements PluginBuilder {
  final String name;
  final Spot spot;
  Optional<Placed<Path>> binary = Optional.empty();
  Optional<Placed<Duration>> timeout = Optional.empty();
  Optional<Placed<OnError>> onError = Optional.empty();
  final Map<String, Placed<Text>> config = new LinkedHashMap<>();

  /** By their places in the list, in which others may be broken. */
  final Map<Integer, Placed<String>> secrets = new LinkedHashMap<>();

  final Map<String, Placed<Path>> secretFiles = new LinkedHashMap<>();

  /** Variables that are known to have gone into its secrets before this draft was begun. */
  final Set<String> secretVariables = new TreeSet<>();

  PluginDraft(String name, Spot spot) {
    this.name = name;
    this.spot = spot;
  }

  /** One that says all that was checked before. */
  static PluginDraft of(PluginSettings settings) {
    var draft = new PluginDraft(settings.name(), Spot.NONE);
    draft.binary(settings.binary()).timeout(settings.timeout()).onError(settings.onError());
    settings.settings().said().forEach((key, value) -> draft.said.put(key, Placed.nowhere(value)));
    settings
        .config()
        .forEach(
            (key, value) ->
                draft.config.put(key, Placed.nowhere(Text.asIs(value.reveal(), value.isSecret()))));
    settings.secretFiles().forEach((key, file) -> draft.secretFiles.put(key, Placed.nowhere(file)));
    settings
        .env()
        .forEach(
            (key, value) ->
                draft.env.put(key, Placed.nowhere(Text.asIs(value.reveal(), value.isSecret()))));
    settings.passEnv().forEach(draft::passEnv);
    draft.secretVariables.addAll(settings.secretVariables());
    return draft;
  }

  @Override
  PluginBuilder self() {
    return this;
  }

  KeyPath path() {
    return KeyPath.TOP.then("plugins").then(name);
  }

  @Override
  public PluginBuilder binary(Path file) {
    binary = Optional.of(Placed.nowhere(file));
    return this;
  }

  @Override
  public PluginBuilder timeout(Duration duration) {
    timeout = Optional.of(Placed.nowhere(duration));
    return this;
  }

  @Override
  public PluginBuilder onError(OnError choice) {
    onError = Optional.of(Placed.nowhere(choice));
    return this;
  }

  @Override
  public PluginBuilder config(String key, String text) {
    secretFiles.remove(key);
    config.put(key, Placed.nowhere(Text.asIs(text, false)));
    return this;
  }

  @Override
  public PluginBuilder secret(String key, String text) {
    secretFiles.remove(key);
    config.put(key, Placed.nowhere(Text.asIs(text, true)));
    return this;
  }

  @Override
  public PluginBuilder secretFile(String key, Path file) {
    config.put(key, Placed.nowhere(Text.asIs("", true)));
    secretFiles.put(key, Placed.nowhere(file));
    return this;
  }
}
