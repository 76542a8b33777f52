package dev.cvt.pluginmgr.hook;

import dev.cvt.pluginmgr.Config;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * So many calls at once, and so many that wait for their turn, first come first served, within
 * their own deadlines. Thread-safe.
 */
final class Limiter {
  private final int queued;
  private final Semaphore turns;
  private final AtomicInteger waiting = new AtomicInteger();
  private final IntConsumer watch;

  /**
   * A limiter with all turns to give.
   *
   * @param watch told how many wait, whenever that changes
   */
  Limiter(Config.Limits settings, IntConsumer watch) {
    this.queued = settings.queued();
    this.turns = new Semaphore(settings.concurrent(), true);
    this.watch = watch;
  }

  /** What came of asking for a turn. */
  enum Turn {
    /** To be given back by {@link #leave}. */
    MINE,
    /** All turns are taken, and all places in the queue. */
    QUEUE_FULL,
    /** The deadline was over before its turn came. */
    TOO_LATE
  }

  /**
   * Asks for a turn.
   *
   * @param nanos how long to wait at most
   */
  Turn enter(long nanos) throws InterruptedException {
    // Nobody may overtake those who wait: the timed form of the fair semaphore keeps the order, the
    // untimed one does not.
    if (waiting.get() == 0 && turns.tryAcquire(0, TimeUnit.NANOSECONDS)) {
      return Turn.MINE;
    }
    if (waiting.incrementAndGet() > queued) {
      waiting.decrementAndGet();
      return Turn.QUEUE_FULL;
    }
    watch.accept(waiting.get());
    try {
      return turns.tryAcquire(nanos, TimeUnit.NANOSECONDS) ? Turn.MINE : Turn.TOO_LATE;
    } finally {
      watch.accept(waiting.decrementAndGet());
    }
  }

  /** Gives the turn back. */
  void leave() {
    turns.release();
  }
}
