package dev.cvt.goplugin.serve;

import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * What a plugin serves, and within which bounds.
 *
 * @param versions the services by version of the application's protocol; at least one version
 * @param healthy what the health service asks
 * @param grace how long calls in flight may take once a stop has begun
 * @param maxMessage the largest request, in bytes
 */
public record Served(
    Map<Integer, List<BindableService>> versions,
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

  /** The services of one of the versions. */
  List<BindableService> services(int version) {
    return versions.getOrDefault(version, List.of());
  }
}
