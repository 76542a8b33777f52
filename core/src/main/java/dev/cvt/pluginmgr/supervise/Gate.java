package dev.cvt.pluginmgr.supervise;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is inside, can be shut, and tells when the last one has left. Thread-safe. Coming in
 * and going out cost one atomic addition each.
 */
final class Gate {
  /** Added once it is shut: the count is then negative, whoever is still inside. */
  private static final int SHUT = Integer.MIN_VALUE;

  private final AtomicInteger inside = new AtomicInteger();
  private final CountDownLatch empty = new CountDownLatch(1);

  /** Comes in, unless it is shut. */
  boolean enter() {
    if (inside.getAndIncrement() >= 0) {
      return true;
    }
    leave();
    return false;
  }

  /** Goes out. */
  void leave() {
    if (inside.decrementAndGet() == SHUT) {
      empty.countDown();
    }
  }

  /** Lets nobody in from now on. */
  void shut() {
    int before = inside.getAndUpdate(n -> n < 0 ? n : n + SHUT);
    if (before == 0) {
      empty.countDown();
    }
  }

  /**
   * Waits until all have left a gate that was shut.
   *
   * @return whether they have, within the time
   */
  boolean awaitEmpty(long nanos) throws InterruptedException {
    return empty.await(nanos, TimeUnit.NANOSECONDS);
  }
}
