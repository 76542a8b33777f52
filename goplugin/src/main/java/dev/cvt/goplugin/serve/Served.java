package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.Broker;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What a plugin serves, and within which bounds.
 *
 * @param versions makes the services, by version of the application's protocol; at least one
 * @param healthy what the health service asks
 * @param grace how long calls in flight may take once a stop has begun
 * @param maxMessage the largest request, in bytes
 */
public record Served(
    Map<Integer, Function<Broker, List<BindableService>>> versions,
    BooleanSupplier healthy,
    Duration grace,
    int maxMessage) {

  /** Copies. */
  public Served {
    versions = Map.copyOf(versions);
  }

  /** The versions in rising order. */
  NavigableSet<Integer> offered() {
    return new TreeSet<>(versions.keySet());
  }

  /** Makes the services of one of the versions. */
  List<BindableService> services(int version, Broker broker) {
    Function<Broker, List<BindableService>> services = versions.get(version);
    return services == null ? List.of() : services.apply(broker);
  }
}
