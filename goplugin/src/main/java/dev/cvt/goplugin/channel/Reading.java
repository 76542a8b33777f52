package dev.cvt.goplugin.channel;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read a connection. The poller reads as long as calls are rare. Where they
 * come one after another, those who wait read themselves, one at a time and for all: whoever has
 * his answer leaves the turn to another. That saves waking up a thread for each answer that only
 * wakes up another. When no calls come any more, the poller takes over, at its next glance.
 * Thread-safe.
 */
final class Reading {
  /** Between two calls, at most, for callers to read. */
  private static final long CLOSE_BY = TimeUnit.MILLISECONDS.toNanos(2);

  /** So many calls must come close by. */
  private static final int IN_A_ROW = 8;

  /** How long, at most twice, nobody reads when calls have ceased. */
  private static final Duration GLANCE = Duration.ofMillis(5);

  private final Poller poller;
  private final SocketChannel socket;
  private final Connection connection;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicBoolean asked = new AtomicBoolean();

  /** Whether callers read; changed by the poller's thread, with the turn. */
  private volatile boolean led;

  private volatile long lastCall = System.nanoTime();
  private volatile int inARow;
  private volatile boolean called;
  private volatile boolean closed;
  private volatile boolean paused;

  // The poller's thread's.
  private @Nullable SelectionKey watched;
  private boolean glancing; // so that there is one timer, however often the turn changes

  private @Nullable Selector selector; // of those who have the turn, as long as callers read

  /** What is read, and who wait for it. */
  interface Connection extends Poller.Watcher {
    /** Wakes up one who waits and can read. */
    void nudge();
  }

  Reading(Poller poller, SocketChannel socket, Connection connection) {
    this.poller = poller;
    this.socket = socket;
    this.connection = connection;
  }

  /** The poller begins to watch. On its thread. */
  void begin() throws IOException {
    watched = poller.watch(socket, connection);
  }

  /** Asks for {@code writable}. On the poller's thread. */
  void awaitRoom() {
    var key = watched;
    if (key != null && key.isValid()) {
      var _ = key.interestOpsOr(SelectionKey.OP_WRITE);
    }
  }

  /** Does something with the turn. */
  void alone(Action action) throws Exception {
    turn.lock();
    try {
      action.run();
    } finally {
      turn.unlock();
    }
  }

  /** What needs the turn. */
  interface Action {
    void run() throws Exception;
  }

  /** A call is about to be made whose caller can read. */
  void callComes() {
    long now = System.nanoTime();
    int row = now - lastCall < CLOSE_BY ? inARow + 1 : 0;
    inARow = row; // calls at the same time may count as one: there are enough of them
    lastCall = now;
    called = true;
    if (!led && row >= IN_A_ROW && asked.compareAndSet(false, true)) {
      ask(this::leave);
    }
  }

  /** A call is about to be made for whose answer nobody waits who could read. */
  void otherComes() {
    inARow = 0;
    if (led) {
      ask(this::takeOver);
    }
  }

  /** No caller reads until the poller has done what it was given so far. By whoever reads. */
  void pause() {
    if (led && !paused) {
      paused = true;
      ask(this::goOn);
    }
  }

  /** On the poller's thread. */
  private void goOn() {
    takeOver();
    paused = false;
    connection.nudge(); // if somebody has not left the turn yet
  }

  private void ask(Runnable task) {
    try {
      poller.execute(task);
    } catch (RejectedExecutionException e) {
      return; // the poller has ended, and with it this connection and its calls
    }
  }

  /** From now on callers read. On the poller's thread. */
  private void leave() {
    var key = watched;
    if (led || closed || key == null) {
      return;
    }
    turn.lock();
    try {
      var theirs = Selector.open();
      selector = theirs;
      var _ = socket.register(theirs, SelectionKey.OP_READ);
      var _ = key.interestOpsAnd(~SelectionKey.OP_READ);
      led = true;
    } catch (IOException | RuntimeException e) {
      closeTheirs();
      return; // no more files can be opened: as before
    } finally {
      turn.unlock();
    }
    if (!glancing) {
      glancing = true;
      var _ = poller.after(GLANCE, this::glance);
    }
    connection.nudge();
  }

  /** On the poller's thread. */
  private void glance() {
    if (called) {
      called = false;
    } else {
      takeOver();
    }
    glancing = led && !closed;
    if (glancing) {
      var _ = poller.after(GLANCE, this::glance);
    }
  }

  /** Unless somebody reads. On the poller's thread. */
  private void takeOver() {
    var key = watched;
    if (!led || closed || key == null || !turn.tryLock()) {
      return;
    }
    try {
      var _ = key.interestOpsOr(SelectionKey.OP_READ);
      led = false;
      asked.set(false);
      closeTheirs(); // which is two descriptors for each plugin at rest
    } catch (RuntimeException e) {
      return; // it was closed just now
    } finally {
      turn.unlock();
    }
  }

  /**
   * Reads, if callers do and nobody else does so already.
   *
   * @param enough when to stop
   * @return false if it is not the caller's turn
   */
  boolean lead(BooleanSupplier enough, long nanos) {
    if (!led || paused || !turn.tryLock()) {
      return false;
    }
    try {
      if (!led) {
        return false;
      }
      long deadline = System.nanoTime() + nanos;
      for (long left = nanos; !enough.getAsBoolean(); left = deadline - System.nanoTime()) {
        if (left <= 0
            || closed
            || paused
            || Thread.currentThread().isInterrupted()
            || !read(left)) {
          break;
        }
      }
    } finally {
      turn.unlock();
      connection.nudge();
    }
    return true;
  }

  private boolean read(long nanos) {
    var mine = selector;
    if (mine == null) {
      return false;
    }
    try {
      if (mine.select(key -> {}, 1 + TimeUnit.NANOSECONDS.toMillis(nanos)) > 0) {
        connection.readable();
      }
      return true;
    } catch (ClosedSelectorException e) {
      return false;
    } catch (Throwable e) {
      connection.lost(e);
      return false;
    }
  }

  /** Whether callers read. */
  boolean isLed() {
    return led;
  }

  /** Nobody reads any more. On the poller's thread. */
  void close() {
    closed = true;
    led = false; // who waits is told in a moment, and does not try meanwhile
    try {
      var key = watched;
      if (key != null) {
        key.cancel();
      }
      socket.close();
    } catch (IOException e) {
      return; // nothing more can be done about it
    } finally {
      closeTheirs(); // wakes up who reads, and lets go of the socket
    }
  }

  private void closeTheirs() {
    var theirs = selector;
    selector = null;
    if (theirs != null) {
      try {
        theirs.close();
      } catch (IOException e) {
        return; // nothing more can be done about it
      }
    }
  }
}
