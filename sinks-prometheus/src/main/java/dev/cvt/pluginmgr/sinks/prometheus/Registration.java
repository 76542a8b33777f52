package dev.cvt.pluginmgr.sinks.prometheus;

import dev.cvt.pluginmgr.spi.MetricsBackend.Family;
import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The families of one registry, each registered once however many managers ask for it. Thread-safe.
 */
final class Registration {
  /**
   * simpleclient's default registry belongs to the process, and so does the list of what is in it.
   */
  private static final Registration OF_THE_PROCESS =
      new Registration(CollectorRegistry.defaultRegistry);

  private final CollectorRegistry registry;

  // Guarded by this.
  private final Map<String, Entry> byName = new HashMap<>();
  private int users;

  private Registration(CollectorRegistry registry) {
    this.registry = registry;
  }

  private record Entry(Instrument instrument, Collector registered, Family<?> family) {}

  /** The families of this registry, joined by one more user. */
  static Registration in(CollectorRegistry registry) {
    Registration joined =
        registry.equals(CollectorRegistry.defaultRegistry)
            ? OF_THE_PROCESS
            : new Registration(registry);
    synchronized (joined) {
      joined.users++;
    }
    return joined;
  }

  /**
   * The family of an instrument, made and registered when it is asked for the first time.
   *
   * @throws IllegalArgumentException if the registry has other series of that name
   */
  @SuppressWarnings("unchecked") // an instrument of the same name and labels made the family
  synchronized <T> Family<T> family(Instrument instrument, Function<Instrument, Series<T>> make) {
    Entry there = byName.get(instrument.name());
    if (there != null) {
      if (!there.instrument().equals(instrument)) {
        throw new IllegalArgumentException(
            "%s is measured already, as %s".formatted(instrument.name(), there.instrument()));
      }
      return (Family<T>) there.family();
    }
    Series<T> series = make.apply(instrument);
    Collector registered = new WithoutCreated(series.collector());
    registry.register(registered);
    byName.put(instrument.name(), new Entry(instrument, registered, series.family()));
    return series.family();
  }

  /** One user less; the last one takes all families out of the registry. */
  synchronized void leave() {
    users--;
    if (users == 0) {
      byName.values().forEach(entry -> registry.unregister(entry.registered()));
      byName.clear();
    }
  }

  /**
   * A collector without the {@code _created} series, which Go's client does not have, and which
   * simpleclient can only leave out for the whole process.
   */
  private static final class WithoutCreated extends Collector implements Collector.Describable {
    private static final String CREATED = "_created";

    private final Collector whole;

    WithoutCreated(Collector whole) {
      this.whole = whole;
    }

    @Override
    public List<MetricFamilySamples> collect() {
      return whole.collect().stream().map(WithoutCreated::without).toList();
    }

    private static MetricFamilySamples without(MetricFamilySamples family) {
      return new MetricFamilySamples(
          family.name,
          family.unit,
          family.type,
          family.help,
          family.samples.stream().filter(sample -> !sample.name.endsWith(CREATED)).toList());
    }

    @Override
    public List<MetricFamilySamples> describe() {
      return ((Collector.Describable) whole).describe();
    }
  }
}
