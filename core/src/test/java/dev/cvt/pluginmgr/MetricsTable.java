package dev.cvt.pluginmgr;

import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * A backend that keeps all series in one table, spelled as Prometheus spells them. A histogram
 * shows how often it was observed.
 */
public final class MetricsTable implements MetricsBackend {
  private final Map<String, Double> series = new ConcurrentSkipListMap<>();

  /** An empty table. */
  public MetricsTable() {}

  /** A copy of the series of these instruments, names included; of all if none is named. */
  public SortedMap<String, Double> read(String... names) {
    var copy = new TreeMap<String, Double>(series);
    if (names.length > 0) {
      copy.keySet()
          .removeIf(key -> List.of(names).stream().noneMatch(n -> key.startsWith(n + "{")));
    }
    return copy;
  }

  /** Forgets all series. */
  public void clear() {
    series.clear();
  }

  @Override
  public Family<Counter> counter(Instrument instrument) {
    return family(instrument, key -> amount -> series.merge(key, amount, Double::sum));
  }

  @Override
  public Family<Gauge> gauge(Instrument instrument) {
    return family(instrument, key -> value -> series.put(key, value));
  }

  @Override
  public Family<Histogram> histogram(Instrument instrument, List<Double> bounds) {
    BinaryOperator<Double> sum = Double::sum;
    return family(instrument, key -> value -> series.merge(key, 1.0, sum));
  }

  private <T> Family<T> family(Instrument instrument, Function<String, T> make) {
    return new Family<>() {
      @Override
      public T with(String... values) {
        String key = key(instrument, values);
        series.putIfAbsent(key, 0.0);
        return make.apply(key);
      }

      @Override
      public void remove(String... values) {
        series.remove(key(instrument, values));
      }
    };
  }

  private static String key(Instrument instrument, String... values) {
    var text = new StringBuilder(instrument.name()).append('{');
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ",").append(instrument.labels().get(i)).append('=');
      text.append(values[i]);
    }
    return text.append('}').toString();
  }
}
