package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Invalid;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * One plugin, all rules kept and all defaults filled in.
 *
 * @param config what is delivered to it, sorted by code points as Go sorts it
 * @param secretVariables the host's variables that its secrets were read from
 * @param secretFiles where the text of some of the values is kept
 */
public record PluginSettings(
    String name,
    Path binary,
    Duration timeout,
    OnError onError,
    SortedMap<String, Value> config,
    SortedSet<String> secretVariables,
    SortedMap<String, Path> secretFiles,
    SortedMap<String, Value> env,
    List<String> passEnv,
    Settings settings) {

  /** What holds for a key. */
  public <T extends Comparable<? super T>> T get(Key<T> key) {
    return settings.get(key);
  }

  /**
   * The config with its secret files as they are now.
   *
   * @throws Invalid with every file that cannot be used
   */
  public SortedMap<String, Value> currentConfig() {
    if (secretFiles.isEmpty()) {
      return config;
    }
    var problems = new Problems();
    var path = KeyPath.TOP.then("plugins").then(name).then("secret_files");
    var now = CodePointOrder.<Value>map();
    now.putAll(config);
    secretFiles.forEach(
        (key, file) ->
            SecretFile.read(Placed.nowhere(file), path.then(key), problems)
                .ifPresent(text -> now.put(key, Value.secret(text))));
    problems.throwIfAny();
    return java.util.Collections.unmodifiableSortedMap(now);
  }
}
