package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;

/**
 * What the user wants of one plugin's life.
 *
 * @param keepsTrying whether a first launch that fails is tried again ({@code on_start_failure:
 *     supervise}), in place of failing the start
 */
record Policy(boolean keepsTrying, Config.Restart restart, Config.Health health) {

  static Policy of(Config.Plugin plugin) {
    return new Policy(
        plugin.onStartFailure() == Config.OnStartFailure.SUPERVISE,
        plugin.restart(),
        plugin.health());
  }

  /** The same for a plugin whose first launch must not fail. */
  Policy failing() {
    return new Policy(false, restart, health);
  }

  boolean checksHealth() {
    return !health.period().isZero();
  }
}
