package dev.cvt.goplugin;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long each phase of a start took, in the order of the phases. A phase that was never entered
 * is absent; the one in which a start failed holds the time until the failure.
 *
 * @param phases elapsed time by phase, none negative
 */
public record Timings(SortedMap<StartFailure.Phase, Duration> phases) {

  /** Copies. */
  public Timings {
    phases = Collections.unmodifiableSortedMap(new TreeMap<>(phases));
  }

  /** From any map. */
  public static Timings of(Map<StartFailure.Phase, Duration> phases) {
    return new Timings(new TreeMap<>(phases));
  }

  /** The sum of all phases: from the call of {@code start} to its end. */
  public Duration total() {
    return phases.values().stream().reduce(Duration.ZERO, Duration::plus);
  }
}
