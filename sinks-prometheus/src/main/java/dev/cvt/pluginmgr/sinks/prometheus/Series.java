package dev.cvt.pluginmgr.sinks.prometheus;

import dev.cvt.pluginmgr.spi.MetricsBackend.Counter;
import dev.cvt.pluginmgr.spi.MetricsBackend.Family;
import dev.cvt.pluginmgr.spi.MetricsBackend.Gauge;
import dev.cvt.pluginmgr.spi.MetricsBackend.Histogram;
import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import io.prometheus.client.SimpleCollector;
import java.util.List;
import java.util.function.Function;

/**
 * One instrument as simpleclient has it.
 *
 * @param collector what holds the values, registered nowhere yet
 * @param family the same for the manager
 */
record Series<T>(SimpleCollector<?> collector, Family<T> family) {

  static Series<Counter> counter(Instrument instrument) {
    return of(described(io.prometheus.client.Counter.build(), instrument).create(), c -> c::inc);
  }

  static Series<Gauge> gauge(Instrument instrument) {
    return of(described(io.prometheus.client.Gauge.build(), instrument).create(), g -> g::set);
  }

  static Series<Histogram> histogram(Instrument instrument, List<Double> bounds) {
    double[] buckets = bounds.stream().mapToDouble(Double::doubleValue).toArray();
    return of(
        described(io.prometheus.client.Histogram.build().buckets(buckets), instrument).create(),
        h -> h::observe);
  }

  // The instrument's unit stands in its name already, as Prometheus wants it.
  private static <B extends SimpleCollector.Builder<B, ?>> B described(
      B builder, Instrument instrument) {
    return builder
        .name(instrument.name())
        .help(instrument.help())
        .labelNames(instrument.labels().toArray(String[]::new));
  }

  private static <C, T> Series<T> of(SimpleCollector<C> collector, Function<C, T> series) {
    return new Series<>(
        collector,
        new Family<>() {
          @Override
          public T with(String... values) {
            return series.apply(collector.labels(values));
          }

          @Override
          public void remove(String... values) {
            collector.remove(values);
          }
        });
  }
}
