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
    INSTALLED,
    REMOVED,
    STARTED,
    READY,
    DEGRADED,
    DIED,
    RESTARTING,
    GAVE_UP,
    RELOADED,
    STOPPED
  }
}
