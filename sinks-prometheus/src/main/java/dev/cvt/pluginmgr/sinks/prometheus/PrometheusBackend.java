package dev.cvt.pluginmgr.sinks.prometheus;

import dev.cvt.pluginmgr.spi.MetricsBackend;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Instruments as collectors of simpleclient. Thread-safe. */
final class PrometheusBackend implements MetricsBackend {
  private final Registration registration;
  private final Optional<MetricsServer> server;

  /** Takes over the server, which serves that registry. */
  PrometheusBackend(CollectorRegistry registry, Optional<MetricsServer> server) {
    this.registration = Registration.in(registry);
    this.server = server;
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

  @Override
  public Optional<URI> address() {
    return server.map(MetricsServer::address);
  }

  /**
   * Frees the port, and takes the series out of the registry unless another manager has them too.
   */
  @Override
  public void close() {
    server.ifPresent(MetricsServer::close);
    registration.leave();
  }
}
