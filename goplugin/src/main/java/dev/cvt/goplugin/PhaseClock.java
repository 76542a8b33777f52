package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Phase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Measures the phases of one start against its deadline. Not thread-safe. */
final class PhaseClock {
  private final long began = System.nanoTime();
  private final long deadline;
  private final Map<Phase, Duration> elapsed = new EnumMap<>(Phase.class);
  private Phase phase = Phase.PREFLIGHT;
  private long entered = began;

  PhaseClock(Duration timeout) {
    this.deadline = began + timeout.toNanos();
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase next) {
    settle();
    phase = next;
  }

  /** A start that is tried again has a phase more than once: the times add up. */
  private void settle() {
    long now = System.nanoTime();
    elapsed.merge(phase, Duration.ofNanos(now - entered), Duration::plus);
    entered = now;
  }

  /** What is left until the deadline; not negative. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  Timings timings() {
    settle();
    return Timings.of(elapsed);
  }
}
