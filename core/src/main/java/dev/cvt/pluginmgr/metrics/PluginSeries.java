package dev.cvt.pluginmgr.metrics;

import dev.cvt.pluginmgr.spi.MetricsBackend.Family;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The series that exist because of one plugin, so that they can go with it. Thread-safe. */
final class PluginSeries {
  private record Key(Family<?> family, List<String> labels) {}

  private final Map<Key, Object> made = new ConcurrentHashMap<>();

  /** The series with these label values, made on first use. */
  @SuppressWarnings("unchecked") // the family that stands in the key has made the value
  <T> T get(Family<T> family, String... labels) {
    return (T) made.computeIfAbsent(new Key(family, List.of(labels)), key -> family.with(labels));
  }

  /** The same, after every other series of the family has been dropped. */
  synchronized <T> T only(Family<T> family, String... labels) {
    drop(family, new Key(family, List.of(labels)));
    return get(family, labels);
  }

  /** Drops the series of one family. */
  synchronized void drop(Family<?> family) {
    drop(family, null);
  }

  private void drop(Family<?> family, @Nullable Key kept) {
    made.keySet()
        .removeIf(
            key -> {
              boolean goes = key.family().equals(family) && !key.equals(kept);
              if (goes) {
                remove(key);
              }
              return goes;
            });
  }

  /** Drops them all. */
  synchronized void dropAll() {
    made.keySet()
        .removeIf(
            key -> {
              remove(key);
              return true;
            });
  }

  private static void remove(Key key) {
    key.family().remove(key.labels().toArray(String[]::new));
  }
}
