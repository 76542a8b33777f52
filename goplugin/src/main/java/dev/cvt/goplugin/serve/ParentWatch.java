package dev.cvt.goplugin.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Notices that the process which started this one is gone: a killed host says nothing, and its
 * plugins would live on. The system gives an orphan another parent; that is what is looked for, at
 * leisure while a host is connected, and often right after a connection was lost.
 *
 * <p>A host that starts its plugins through a process of its own which outlives it is not noticed.
 * Thread-safe; the thread is a daemon and ends with {@link #close}.
 */
final class ParentWatch implements AutoCloseable {

  /** Between two looks while nothing happens. */
  static final Duration CALM = Duration.ofSeconds(1);

  /** Between two looks for {@link #ALARM_LASTS} after {@link #alarm}. */
  static final Duration ALARMED = Duration.ofMillis(20);

  /** A killed JVM takes up to a second to vanish after its connections have. */
  static final Duration ALARM_LASTS = Duration.ofSeconds(2);

  private final Supplier<Optional<ProcessHandle>> parent;
  private final Optional<ProcessHandle> original;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Both guarded by lock.
  private long alarmEnds = System.nanoTime();
  private boolean closed;

  /**
   * Remembers the parent that this process has now.
   *
   * @param parent gives the present parent
   */
  ParentWatch(Supplier<Optional<ProcessHandle>> parent) {
    this.parent = parent;
    this.original = parent.get();
  }

  /**
   * Begins to watch; once only.
   *
   * @param gone called once, on the thread of this watch, when the parent is another one
   */
  void start(Runnable gone) {
    // Of the platform, since a plugin whose handlers hog all carriers must end with its host too.
    Thread.ofPlatform().daemon().name("plugin-parent-watch").start(() -> watch(gone));
  }

  /** Something hints at the end of the host: looks often for a while. */
  void alarm() {
    lock.lock();
    try {
      alarmEnds = System.nanoTime() + ALARM_LASTS.toNanos();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void watch(Runnable gone) {
    try {
      while (parent.get().equals(original)) {
        if (!pause()) {
          return;
        }
      }
      gone.run();
    } catch (InterruptedException e) {
      // Nobody but close() knows this thread.
    }
  }

  /** Waits for the time of the next look; false once closed. */
  private boolean pause() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long alarm = alarmEnds;
      long left = (alarm - System.nanoTime() > 0 ? ALARMED : CALM).toNanos();
      while (left > 0 && alarm == alarmEnds && !closed) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the watch. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
