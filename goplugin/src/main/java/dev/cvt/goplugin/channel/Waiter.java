package dev.cvt.goplugin.channel;

import io.grpc.CallOptions;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one blocking call. What it waits for comes in on its own: where it can it reads the
 * connection itself, for all who wait there, and the callbacks of its call run on it. Made by the
 * thread, and for it alone but for {@link #wake}.
 */
public final class Waiter {
  /** By which a call knows who waits for it. */
  public static final CallOptions.Key<@Nullable Waiter> OPTION =
      CallOptions.Key.create("dev.cvt.goplugin.waiter");

  private final Thread thread = Thread.currentThread();
  private @Nullable Turn turn;

  private volatile long due; // before it is timed
  private volatile boolean timed;

  /** What a waiting thread can do for its call. */
  interface Turn {
    /** Has the callbacks run that are due; whether there were any. */
    boolean settle();

    /**
     * Reads until {@link #settle} would give true, or the time is over, or the thread is
     * interrupted.
     *
     * @param nanos how long, at most
     * @return false if it cannot, since somebody else reads
     */
    boolean read(long nanos);

    /**
     * Has {@link #wake} called when that time is over.
     *
     * @param due by {@link System#nanoTime}
     * @return false if the thread must look after itself
     */
    boolean isTold(long due);
  }

  /** Of the thread that makes it. */
  public Waiter() {}

  /** It waits for this call. */
  void on(Turn mine) {
    turn = mine;
  }

  /** Whether this is the thread itself. */
  boolean isHere() {
    return Thread.currentThread().equals(thread);
  }

  /** A virtual thread that waits at a socket keeps a platform thread there: it does not read. */
  boolean canRead() {
    return !thread.isVirtual();
  }

  /**
   * Waits for news of the call, which are told to its listener before this returns, or not: it may
   * return for no reason, and does at an interrupt.
   *
   * @param nanos how long, at most
   */
  public void await(long nanos) {
    var mine = turn;
    if (mine == null) {
      LockSupport.parkNanos(this, nanos);
      return;
    }
    boolean told = thread.isVirtual() && isTold(mine, nanos);
    if (told || !mine.read(nanos)) {
      // Asked last: before, the thread may have slept at a lock, and so have used up the waking up.
      if (!mine.settle()) {
        park(told, nanos);
      }
    }
    mine.settle();
  }

  private void park(boolean told, long nanos) {
    if (told) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }

  private boolean isTold(Turn mine, long nanos) {
    due = System.nanoTime() + nanos;
    timed = true;
    return mine.isTold(due);
  }

  /** Whether it relies on being woken up when its time is over. */
  boolean isTimed() {
    return timed;
  }

  /** When that is, by {@link System#nanoTime}. */
  long due() {
    return due;
  }

  /** Ends one waiting; from any thread. */
  public void wake() {
    if (!isHere()) {
      LockSupport.unpark(thread);
    }
  }
}
