package dev.cvt.pluginmgr.supervise;

import java.nio.file.Path;

/** What somebody wants to have open as long as plugins run. */
@FunctionalInterface
public interface Beside {
  /**
   * Opens it, and returns at once.
   *
   * @param socket a path in the fleet's private folder, for a socket through which others ask
   */
  Opened open(Path socket);

  /** What was opened. */
  @FunctionalInterface
  interface Opened {
    /** Closes it, at once; called before the private folder goes. */
    void close();
  }
}
