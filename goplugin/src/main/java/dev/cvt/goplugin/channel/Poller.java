package dev.cvt.goplugin.channel;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits at sockets, and for times. It begins with the first thing to do. What it is
 * given to do must not block, and whatever that throws ends nothing but itself: the thread serves
 * all plugins of a host. Thread-safe.
 */
final class Poller implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by lock
  private volatile @Nullable Thread thread; // written by the holder of the lock
  private @Nullable Selector selector; // guarded by lock
  private boolean closing; // guarded by lock
  private boolean ended; // guarded by lock

  // The thread's own.
  private Queue<Runnable> taken = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long timersMade;

  /** What happens at a socket. */
  interface Watcher {
    /** There is something to read, or the end. */
    void readable() throws Exception;

    /** There is room; once for each time that it was asked for. */
    void writable() throws Exception;

    /**
     * It is not watched any more.
     *
     * @param why null if this poller was closed; otherwise what a call of this watcher has thrown
     */
    void lost(@Nullable Throwable why);
  }

  /** Something to be done at a time. */
  record Timer(long due, long number, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      long later = due - other.due;
      return later != 0 ? Long.signum(later) : Long.compare(number, other.number);
    }
  }

  /** Of that name; nothing runs yet. */
  Poller(String name) {
    this.name = name;
  }

  /**
   * Has it done by the thread, in the order of these calls and before it looks at sockets again.
   *
   * @throws RejectedExecutionException if this poller is closed and its thread has ended, or if it
   *     cannot begin, for want of a file or of a thread
   */
  void execute(Runnable task) {
    Selector waiting;
    lock.lock();
    try {
      if (ended || (closing && thread == null)) {
        throw new RejectedExecutionException(name + " is closed");
      }
      waiting = running();
      tasks.add(task);
    } finally {
      lock.unlock();
    }
    var _ = waiting.wakeup();
  }

  /** By the holder of the lock. */
  private Selector running() {
    var made = selector;
    if (made == null) {
      try {
        made = begun();
      } catch (IOException e) {
        throw new RejectedExecutionException(name + " cannot begin", e);
      }
      selector = made;
    }
    return made;
  }

  private Selector begun() throws IOException {
    var fresh = Selector.open();
    try {
      thread = Thread.ofPlatform().daemon().name(name).start(() -> run(fresh));
      return fresh;
    } catch (OutOfMemoryError e) {
      fresh.close(); // there may be a thread the next time
      throw new IOException("no thread is to be had", e);
    }
  }

  /** Whether this is the thread itself. */
  boolean isHere() {
    return Thread.currentThread().equals(thread);
  }

  /** Does it after that time, unless this poller is closed before. By the thread itself. */
  Timer after(Duration time, Runnable task) {
    var timer = new Timer(System.nanoTime() + time.toNanos(), timersMade++, task);
    timers.add(timer);
    return timer;
  }

  /** Leaves it, unless it was done already. By the thread itself. */
  void cancel(Timer timer) {
    timers.remove(timer);
  }

  /** Begins to watch a socket that does not block. By the thread itself. */
  SelectionKey watch(SocketChannel socket, Watcher watcher) throws IOException {
    Selector mine;
    lock.lock();
    try {
      mine = running();
    } finally {
      lock.unlock();
    }
    return socket.register(mine, SelectionKey.OP_READ, watcher);
  }

  /** Whether it was closed; what is given to it may then not be done any more. */
  boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private void run(Selector mine) {
    try {
      while (goesOn()) {
        long wait = untilTimer();
        if (wait == 0) {
          var _ = mine.selectNow(Poller::attend);
        } else {
          var _ = mine.select(Poller::attend, wait < 0 ? 0 : wait);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the thread that waits for plugins has failed", e);
    } finally {
      end(mine);
    }
  }

  /** Does what is due. */
  private boolean goesOn() {
    boolean last = doTasks();
    long now = System.nanoTime();
    for (var timer = timers.peek();
        timer != null && timer.due() - now <= 0;
        timer = timers.peek()) {
      timers.remove();
      attempt(timer.task());
    }
    return !last;
  }

  /** Does what was given until now; true if it was the last. */
  private boolean doTasks() {
    boolean last;
    lock.lock();
    try {
      var given = tasks;
      tasks = taken;
      taken = given;
      last = closing;
    } finally {
      lock.unlock();
    }
    for (var task = taken.poll(); task != null; task = taken.poll()) {
      attempt(task);
    }
    return last;
  }

  private static void attempt(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "something for a plugin could not be done", e);
    }
  }

  /** In milliseconds, at least one; 0 if something is to be done at once; -1 if there is none. */
  private long untilTimer() {
    var first = timers.peek();
    if (first == null) {
      return -1;
    }
    long left = first.due() - System.nanoTime();
    return left <= 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(left);
  }

  private static void attend(SelectionKey key) {
    var watcher = (Watcher) key.attachment();
    try {
      if (key.isWritable()) {
        var _ = key.interestOpsAnd(~SelectionKey.OP_WRITE);
        watcher.writable();
      }
      if (key.isReadable()) {
        watcher.readable();
      }
    } catch (CancelledKeyException e) {
      return; // closed by what was just done, which is known
    } catch (Throwable e) {
      watcher.lost(e);
    }
  }

  /** Tells all who are left, and closes. */
  private void end(Selector mine) {
    lock.lock();
    try {
      closing = true;
    } finally {
      lock.unlock();
    }
    do {
      var _ = doTasks(); // by which more may be watched
      for (var key : new ArrayList<>(mine.keys())) {
        attempt(() -> ((Watcher) key.attachment()).lost(null));
      }
    } while (!isOver());
    try {
      mine.close();
    } catch (IOException e) {
      return; // nothing more can be done about it
    }
  }

  /** Whether nothing was given meanwhile; nothing is taken from then on. */
  private boolean isOver() {
    lock.lock();
    try {
      ended = tasks.isEmpty();
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread when it has done what it was given; what it watches is lost. Does not wait. */
  @Override
  public void close() {
    Selector waiting;
    lock.lock();
    try {
      closing = true;
      waiting = selector;
    } finally {
      lock.unlock();
    }
    if (waiting != null) {
      var _ = waiting.wakeup();
    }
  }
}
