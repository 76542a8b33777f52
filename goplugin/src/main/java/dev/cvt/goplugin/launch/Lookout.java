package dev.cvt.goplugin.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Looks at the standard outputs that nobody reads, of all plugins of a host and on one beat, which
 * costs less than to wake for each. Thread-safe.
 */
public final class Lookout {
  /**
   * What comes on standard output after the line is for those who look for faults only. Four times
   * as often costs an idle host of 16 plugins 0.06 % of a core more.
   */
  private static final Duration BEAT = Duration.ofSeconds(2);

  private final BiConsumer<Duration, Runnable> timer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Stdout> resting = new LinkedHashSet<>(); // guarded by lock
  private boolean beating; // guarded by lock

  /**
   * One that has nothing to do yet.
   *
   * @param timer does something once, after that time, on a thread that must not be held up; or
   *     throws {@link RejectedExecutionException} where its host is closed
   */
  public Lookout(BiConsumer<Duration, Runnable> timer) {
    this.timer = timer;
  }

  /** Nobody reads it from now on. */
  void add(Stdout stdout) {
    lock.lock();
    try {
      resting.add(stdout);
      if (!beating) {
        beatLater();
      }
    } finally {
      lock.unlock();
    }
  }

  /** By the holder of the lock. */
  private void beatLater() {
    try {
      timer.accept(BEAT, this::beat);
      beating = true;
    } catch (RejectedExecutionException e) {
      beating = false; // the host closes, and who is to end is read to the end
    }
  }

  /** Not under the lock, in whose holders' hands a standard output may be. */
  private void beat() {
    var done = new ArrayList<Stdout>();
    try {
      for (var stdout : copy()) {
        if (!stdout.look()) {
          done.add(stdout);
        }
      }
    } finally {
      goOnWithout(done);
    }
  }

  private void goOnWithout(List<Stdout> done) {
    lock.lock();
    try {
      done.forEach(resting::remove);
      beating = false;
      if (!resting.isEmpty()) {
        beatLater();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Stdout> copy() {
    lock.lock();
    try {
      return new ArrayList<>(resting);
    } finally {
      lock.unlock();
    }
  }
}
