package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one scrubber of a manager: it takes out every secret of every plugin that the manager has
 * handed out so far. One that was rotated away stays known, since old texts may still turn up.
 * Thread-safe.
 */
public final class Masks {
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}. */
  private final Set<Config.Value> known = new LinkedHashSet<>();

  private volatile Scrubber scrubber = Scrubber.none();

  /**
   * Learns all that is configured; secret files as they were at loading. All at once, since each
   * time is the work of learning all anew.
   */
  public void learn(Config config) {
    var values = new ArrayList<Config.Value>();
    for (Config.Plugin plugin : config.plugins().values()) {
      values.addAll(plugin.config().values());
      values.addAll(plugin.env().values());
    }
    learn(values);
  }

  /** Learns the secrets among these values; to be called before they are handed out. */
  public void learn(Collection<Config.Value> values) {
    lock.lock();
    try {
      boolean news = false;
      for (Config.Value value : values) {
        news |= value.isSecret() && known.add(value);
      }
      if (news) {
        scrubber = Scrubber.of(known);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The text without any secret. */
  public String scrub(String text) {
    return scrubber.scrub(text);
  }

  /** What can be thrown and logged in the place of a fault: it tells no secret. */
  public Throwable scrub(Throwable fault) {
    return scrubber.scrub(fault);
  }

  /** The same of a fault that there may be. */
  public @Nullable Throwable scrubIfThere(@Nullable Throwable fault) {
    return fault == null ? null : scrub(fault);
  }
}
