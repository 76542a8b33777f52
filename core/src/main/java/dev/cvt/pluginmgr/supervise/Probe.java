package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Launches a plugin that is to replace one that runs: the first time it must also say that it is
 * well, or have no health service to say so. Later launches are plain ones.
 */
final class Probe implements Run.Launcher {
  private final Config.Plugin plugin;
  private final Run.Launcher launcher;

  /** Only ever used by one launch at a time. */
  private boolean probed;

  Probe(Config.Plugin plugin, Run.Launcher launcher) {
    this.plugin = plugin;
    this.launcher = launcher;
  }

  @Override
  public Run launch() throws Failure.Thrown, InterruptedException {
    Run run = launcher.launch();
    if (probed) {
      return run;
    }
    probed = true;
    try {
      if (run.health(plugin.health()) != Life.Event.HEALTH_FAILED) {
        return run;
      }
    } catch (Throwable e) {
      run.end(Duration.ZERO);
      throw e;
    }
    run.end(Duration.ZERO);
    throw new Failure.Thrown(
        new Failure(
            plugin.name(),
            Stage.RUNNING,
            "UNHEALTHY",
            "started, but does not answer its health check with SERVING",
            "see its log for the reason; what ran before runs on",
            Optional.empty(),
            "",
            run.timings(),
            Instant.now(),
            null));
  }
}
