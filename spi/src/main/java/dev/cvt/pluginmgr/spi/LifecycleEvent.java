package dev.cvt.pluginmgr.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * Something that happened to a plugin as a whole, not to one call.
 *
 * @param type what happened
 * @param plugin the plugin's name in the configuration
 * @param pid the process that it happened to; 0 if there is none
 * @param detail one sentence for a person, never empty, free of secrets
 * @param timestamp when, UTC
 */
public record LifecycleEvent(Type type, String plugin, long pid, String detail, Instant timestamp) {

  public LifecycleEvent {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(plugin, "plugin");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(timestamp, "timestamp");
  }

  /** May gain constants: a switch over it needs a default branch. */
  public enum Type {
    /** There is another binary than the one that runs, or than the one that was given up. */
    INSTALLED,
    /** It is being started. */
    STARTED,
    /** It takes calls. */
    READY,
    /** It takes calls, but has no health service, or does not pass its health checks. */
    DEGRADED,
    /** Its process, its connection or its health is gone. */
    DIED,
    /** It is being started again, after it had failed. */
    RESTARTING,
    /** It stays down until it is reset or its binary changes. */
    GAVE_UP,
    /** A new process of it has taken over from an old one. */
    RELOADED,
    /** It was ended. */
    STOPPED
  }
}
