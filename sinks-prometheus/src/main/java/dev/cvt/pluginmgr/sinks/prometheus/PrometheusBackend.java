package dev.cvt.pluginmgr.sinks.prometheus;

import dev.cvt.pluginmgr.spi.MetricsBackend;
import io.prometheus.client.CollectorRegistry;
import java.util.List;

/** Instruments as collectors of simpleclient. Thread-safe. */
final class PrometheusBackend implements MetricsBackend {
  private final Registration registration;
  private final Runnable stopServing;

  PrometheusBackend(CollectorRegistry registry, Runnable stopServing) {
    this.registration = Registration.in(registry);
    this.stopServing = stopServing;
  }

  @Override
  public Family<Counter> counter(Instrument instrument) {
    return registration.family(instrument, Series::counter);
  }

  @Override
  public Family<Gauge> gauge(Instrument instrument) {
    return registration.family(instrument, Series::gauge);
  }

  @Override
  public Family<Histogram> histogram(Instrument instrument, List<Double> bounds) {
    return registration.family(instrument, wanted -> Series.histogram(wanted, bounds));
  }

  /**
   * Frees the port, and takes the series out of the registry unless another manager has them too.
   */
  @Override
  public void close() {
    stopServing.run();
    registration.leave();
  }
}
