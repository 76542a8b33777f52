package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;

/** What the supervisor of one plugin sees of the world, and how the world hears of the plugin. */
record Chronicle(
    Config.Plugin plugin, StateFile state, PluginMetrics metrics, Masks masks, Announcer announcer)
    implements Supervisor.Outlook {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.supervise");

  @Override
  public String fingerprint() {
    return Fingerprint.of(state, plugin);
  }

  @Override
  public void tell(News news, long pid, String detail) {
    LOG.log(level(news), detail);
    announcer.announce(new LifecycleEvent(type(news), plugin.name(), pid, detail, Instant.now()));
  }

  @Override
  public void timed(SortedMap<Stage, Duration> timings) {
    timings.forEach(
        (stage, time) -> metrics.startPhase(plugin.name(), stage.title(), time.toNanos()));
  }

  private static System.Logger.Level level(News news) {
    return switch (news) {
      case STARTED, STOPPED -> System.Logger.Level.DEBUG;
      case INSTALLED, READY, RESTARTING -> System.Logger.Level.INFO;
      case DEGRADED, DIED -> System.Logger.Level.WARNING;
      case GAVE_UP -> System.Logger.Level.ERROR;
    };
  }

  private static LifecycleEvent.Type type(News news) {
    return switch (news) {
      case INSTALLED -> LifecycleEvent.Type.INSTALLED;
      case STARTED -> LifecycleEvent.Type.STARTED;
      case READY -> LifecycleEvent.Type.READY;
      case DEGRADED -> LifecycleEvent.Type.DEGRADED;
      case DIED -> LifecycleEvent.Type.DIED;
      case RESTARTING -> LifecycleEvent.Type.RESTARTING;
      case GAVE_UP -> LifecycleEvent.Type.GAVE_UP;
      case STOPPED -> LifecycleEvent.Type.STOPPED;
    };
  }
}
