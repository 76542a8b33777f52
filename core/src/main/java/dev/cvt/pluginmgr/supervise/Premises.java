package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.PluginHost;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.install.RunFolder;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all plugins of a fleet share while it runs: the private run folder, the host of their
 * processes, and what is opened beside them. Made when first needed, gone with the close, and not
 * made again after that. Thread-safe.
 */
final class Premises {
  private final StateFile state;
  private final Masks masks;
  private final Map<String, String> hostEnvironment;
  private final Beside beside;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable RunFolder folder;
  private @Nullable PluginHost host;
  private Beside.@Nullable Opened opened;
  private boolean closed;

  Premises(StateFile state, Masks masks, Map<String, String> hostEnvironment, Beside beside) {
    this.state = state;
    this.masks = masks;
    this.hostEnvironment = Map.copyOf(hostEnvironment);
    this.beside = beside;
  }

  /**
   * Makes what is missing, and claims the plugins of a configuration.
   *
   * @throws StateFile.Refused if the run folder cannot be had
   * @throws Fleet.Stopped after the close
   */
  void open(Config config) throws Fleet.Stopped {
    masks.learn(config);
    lock.lock();
    try {
      if (closed) {
        throw new Fleet.Stopped();
      }
      if (folder == null) {
        folder = RunFolder.open(state);
        opened = beside.open(folder.socket());
      }
      if (host == null) {
        host = PluginHost.builder().name("cvt-plugin").build();
        if (!config.plugins().isEmpty()) {
          host.prepare(); // while the binaries are hashed
        }
      }
      config.plugins().keySet().forEach(folder::claim);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Launches a plugin here; after {@link #open}.
   *
   * @param all every plugin that there is besides, asked for at each launch
   */
  Run.Launcher launcher(Config.Plugin plugin, Supplier<? extends Collection<Config.Plugin>> all) {
    lock.lock();
    try {
      if (folder == null || host == null) {
        throw new IllegalStateException("not opened");
      }
      return new ProcessLauncher(
          plugin,
          () -> ChildEnvironment.of(plugin, all.get(), hostEnvironment, masks),
          folder,
          host,
          masks);
    } finally {
      lock.unlock();
    }
  }

  /** Takes back the claim of a plugin that is gone. */
  void release(String plugin) {
    lock.lock();
    try {
      if (folder != null) {
        folder.release(plugin);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes all of it away; to be called when no plugin runs any more. Bounded. */
  void close() {
    lock.lock();
    try {
      closed = true;
      if (opened != null) {
        opened.close();
      }
      if (host != null) {
        host.close();
      }
      if (folder != null) {
        folder.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
