package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.metrics.PluginMetrics;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's name in a manager, and what answers to it at the moment. It outlives restarts, and the
 * changes of a reload: then another supervisor takes the name over, and what its predecessor still
 * has to say about it is no longer heard. Thread-safe.
 */
public final class Member {
  private final String name;
  private final PluginMetrics metrics;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by {@link #lock} for writing. */
  private volatile @Nullable Supervisor owner;

  /** Guarded by {@link #lock} for writing. */
  private volatile @Nullable Session session;

  /** Guarded by {@link #lock} for writing. */
  private volatile Identity lastIdentity = Identity.NOBODY;

  /** A name to which nothing answers yet. */
  public Member(String name, PluginMetrics metrics) {
    this.name = name;
    this.metrics = metrics;
  }

  /** The plugin's name. */
  public String name() {
    return name;
  }

  /** What takes calls now; null if nothing does. */
  public @Nullable Session session() {
    return session;
  }

  /** What runs, or ran last. */
  public Identity lastIdentity() {
    return lastIdentity;
  }

  /** How it stands. */
  public @Nullable Standing standing() {
    Supervisor now = owner;
    return now == null ? null : now.standing();
  }

  /**
   * Waits until something else takes calls, as long as that can be hoped for.
   *
   * @param dead what takes no more calls, though it may still be the one that {@link #session}
   *     gives; null if it gave nothing
   * @param nanos how long to wait at most
   * @return null if nothing does by then
   */
  public @Nullable Session await(@Nullable Session dead, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while ((session == null || session.equals(dead)) && hopeful() && left > 0) {
        left = changed.awaitNanos(left);
      }
      Session now = session;
      return now == null || now.equals(dead) ? null : now;
    } finally {
      lock.unlock();
    }
  }

  private boolean hopeful() {
    Standing now = standing();
    return now != null
        && switch (now.condition()) {
          case STARTING, READY, DEGRADED, BACKING_OFF -> true;
          case GAVE_UP, STOPPING, STOPPED -> false;
        };
  }

  /** Something of the supervisor's standing has changed: whoever waits looks again. */
  void stir() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** From now on this supervisor answers to the name, with whatever it runs. */
  void own(Supervisor next) {
    lock.lock();
    try {
      owner = next;
      publish(next.current());
    } finally {
      lock.unlock();
    }
  }

  /** The supervisor's plugin takes calls. */
  void admit(Supervisor from) {
    lock.lock();
    try {
      if (from.equals(owner)) {
        publish(from.current());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The supervisor's plugin takes no more calls. */
  void withdraw(Supervisor from) {
    lock.lock();
    try {
      if (from.equals(owner)) {
        publish(null);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The supervisor's plugin has ended for good: nothing runs any more whose version could be told.
   */
  void ended(Supervisor from) {
    if (from.equals(owner)) {
      metrics.noInfo(name);
    }
  }

  /** The supervisor launches its plugin again. */
  void restarted(Supervisor from) {
    if (from.equals(owner)) {
      metrics.restarted(name);
    }
  }

  /** What a test gives in place of a process. */
  public void inject(Session injected) {
    lock.lock();
    try {
      publish(injected);
    } finally {
      lock.unlock();
    }
  }

  /** Takes its place as what runs; to be called with the lock held. */
  private void publish(@Nullable Session next) {
    session = next;
    if (next == null) {
      lastIdentity = lastIdentity.gone();
      metrics.up(name, false);
    } else {
      lastIdentity = next.identity();
      metrics.up(name, true);
      metrics.info(name, lastIdentity.reportedVersion(), lastIdentity.sha256());
    }
    changed.signalAll();
  }
}
