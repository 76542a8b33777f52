package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;

/** A plugin of the configuration, its name, and its owner. */
record Unit(Config.Plugin plugin, Member member, Supervisor supervisor) {

  String name() {
    return plugin.name();
  }

  /** How often it was launched again so far. */
  long restarts() {
    return supervisor.standing().restarts();
  }

  /** Whether the state file names another binary than the one that runs. */
  boolean isReinstalled(StateFile state) {
    Run run = supervisor.current();
    return run != null && !installed(state).equals(run.identity().sha256());
  }

  /**
   * Whether what runs is what these settings and the state file name, so that it need not be
   * started anew. What is down is launched from both anyway.
   *
   * @throws StateFile.Refused if the state cannot be read
   */
  boolean isStill(Config.Plugin wanted, StateFile state) {
    if (!plugin.equals(wanted)) {
      return false;
    }
    Run run = supervisor.current();
    return run == null || (hasWhatIsWanted(run, wanted) && !isReinstalled(state));
  }

  /** With secret files as they are now. One that cannot be read is told of by the launch. */
  private static boolean hasWhatIsWanted(Run run, Config.Plugin wanted) {
    try {
      return run.delivered().equals(wanted.currentConfig());
    } catch (Config.Invalid e) {
      return false;
    }
  }

  private String installed(StateFile state) {
    StateFile.Entry entry = state.read().plugins().get(plugin.name());
    return entry == null ? "" : entry.sha256();
  }
}
