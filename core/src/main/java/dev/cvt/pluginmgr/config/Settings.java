package dev.cvt.pluginmgr.config;

import java.util.HashMap;
import java.util.Map;

/**
 * The single-valued settings that somebody said, by key; whatever nobody said has its key's
 * default. Immutable.
 */
record Settings(Map<Key<?>, Object> said) {
  Settings {
    said = Map.copyOf(said);
  }

  /** What holds for a key. */
  <T extends Comparable<? super T>> T get(Key<T> key) {
    var value = said.get(key);
    return value == null ? key.fallback() : key.kind().type().cast(value);
  }

  /** Every key with what holds for it, so that two that come to the same are equal. */
  Settings complete() {
    var all = new HashMap<Key<?>, Object>();
    PluginKeys.ALL.forEach(key -> all.put(key, get(key)));
    return new Settings(all);
  }
}
