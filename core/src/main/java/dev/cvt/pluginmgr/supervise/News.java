package dev.cvt.pluginmgr.supervise;

import org.jspecify.annotations.Nullable;

/** What is told to the world of a plugin. */
enum News {
  INSTALLED,
  STARTED,
  READY,
  DEGRADED,
  DIED,
  RESTARTING,
  GAVE_UP,
  STOPPED;

  /**
   * In words, to follow the plugin's name.
   *
   * @param now what runs, if anything does
   * @param healthless whether it is degraded for want of a health service
   * @param restarts so far
   * @param failure the last one, to follow "it"
   */
  String words(@Nullable Run now, boolean healthless, long restarts, String failure) {
    return switch (this) {
      case INSTALLED -> "has another binary, or another entry, than the one that was given up";
      case STARTED -> "is being started";
      case READY -> now == null ? "is ready" : "is ready: " + now.identity().reportedVersion();
      case DEGRADED ->
          healthless
              ? "is degraded: it has no health service, so nobody can tell how it is"
              : "is degraded: it " + failure;
      case DIED -> "died: it " + failure;
      case RESTARTING -> "is being started again (restart " + restarts + "): it " + failure;
      case GAVE_UP -> "was given up until it is reset or its binary changes: it " + failure;
      case STOPPED -> "has stopped";
    };
  }
}
