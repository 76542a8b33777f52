package dev.cvt.pluginmgr.sinks.prometheus;

import dev.cvt.pluginmgr.spi.Context;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.MetricsBackendProvider;
import io.prometheus.client.CollectorRegistry;
import java.util.Optional;
import java.util.Set;

/** Makes the backend called {@code prometheus}. */
public final class PrometheusProvider implements MetricsBackendProvider {
  private static final String REGISTRY = "registry";
  private static final String LISTEN = "listen";

  @Override
  public String id() {
    return "prometheus";
  }

  @Override
  public Set<String> keys() {
    return Set.of(REGISTRY, LISTEN);
  }

  @Override
  public MetricsBackend create(Context context) {
    CollectorRegistry registry = registry(context.settings().getOrDefault(REGISTRY, "own"));
    String listen = context.settings().getOrDefault(LISTEN, "");
    return new PrometheusBackend(
        registry,
        listen.isEmpty()
            ? Optional.empty()
            : Optional.of(MetricsServer.start(Address.parse(listen), registry)));
  }

  private static CollectorRegistry registry(String which) {
    return switch (which) {
      case "own" -> new CollectorRegistry();
      case "default" -> CollectorRegistry.defaultRegistry;
      default ->
          throw new IllegalArgumentException(
              "registry: %s is neither own nor default; write own unless the program serves simpleclient's default registry itself"
                  .formatted(which));
    };
  }
}
