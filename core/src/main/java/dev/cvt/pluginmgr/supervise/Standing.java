package dev.cvt.pluginmgr.supervise;

import java.time.Instant;
import java.util.Optional;

/**
 * How a plugin stands, for whoever asks.
 *
 * @param since when it came to this condition
 * @param pid of its process; 0 if none runs
 * @param restarts how often it was launched again
 * @param lastFailure why it last did not start, died, or failed its health check
 */
public record Standing(
    Condition condition, Instant since, long pid, long restarts, Optional<Failure> lastFailure) {

  /** What a plugin does. */
  public enum Condition {
    STARTING,
    READY,
    DEGRADED,
    BACKING_OFF,
    GAVE_UP,
    STOPPING,
    STOPPED
  }

  static Condition condition(Life.State state) {
    return switch (state) {
      case Life.State.Idle _, Life.State.Starting _ -> Condition.STARTING;
      case Life.State.Running(Restarts _, Life.Vitals.Well _) -> Condition.READY;
      case Life.State.Running _ -> Condition.DEGRADED;
      case Life.State.Burying _, Life.State.BackingOff _ -> Condition.BACKING_OFF;
      case Life.State.GaveUp _ -> Condition.GAVE_UP;
      case Life.State.Stopping _ -> Condition.STOPPING;
      case Life.State.Stopped _ -> Condition.STOPPED;
    };
  }
}
