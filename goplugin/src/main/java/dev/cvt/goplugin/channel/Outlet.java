package dev.cvt.goplugin.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The way out of a connection: whoever has something to send appends it under one lock, and whoever
 * finds nobody writing writes, for all that wait. Thread-safe.
 */
final class Outlet {
  /** So much is written at once, which may be by a caller's thread that has a deadline. */
  private static final int WRITES_AT_ONCE = 64;

  private final Wire wire;
  private final Loop loop;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final RequestWriter out = new RequestWriter();
  private boolean writing;
  private boolean gathering;
  private boolean yielding;

  /** Of the one who writes. */
  private byte[] written = new byte[1024];

  private ByteBuffer unwritten = ByteBuffer.allocate(0);

  /**
   * Where the writing goes on that cannot go on here.
   *
   * @param later has {@link #write} called soon, on the loop's thread
   * @param whenRoom has it called when the socket has room again
   * @param failed hears that nothing is written any more
   */
  record Loop(Consumer<Runnable> later, Runnable whenRoom, Consumer<Throwable> failed) {}

  /** Something to be sent. */
  @FunctionalInterface
  interface Appending<E extends Exception> {
    /**
     * Appends it, alone with what the lock guards.
     *
     * @return false if it has appended nothing
     */
    boolean to(RequestWriter out) throws E;
  }

  Outlet(Wire wire, Loop loop) {
    this.wire = wire;
    this.loop = loop;
  }

  /** Appends, and waits for somebody to {@link #write}: to begin with. */
  void prepare(Consumer<RequestWriter> first) {
    lock.lock();
    try {
      first.accept(out);
      writing = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends, and sends it unless somebody else does so already. A virtual thread lets the others
   * run first that are ready to: with 64 callers that gained 9 %, since what they had to say went
   * out in one piece. Whoever is awake meanwhile writes at once, and for it as well.
   *
   * @return what the appending gave
   */
  <E extends Exception> boolean send(Appending<E> appending) throws E {
    boolean virtual = Thread.currentThread().isVirtual();
    lock.lock();
    try {
      if (!appending.to(out)) {
        return false;
      }
      if (writing || gathering || (virtual && yielding)) {
        return true; // by whoever writes just now, or gathers, or lets others run
      }
      yielding |= virtual;
      writing = !virtual;
    } finally {
      lock.unlock();
    }
    if (virtual) {
      letOthersRun();
    } else {
      write();
    }
    return true;
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it
  private void letOthersRun() {
    Thread.yield();
    lock.lock();
    try {
      yielding = false;
      if (writing || gathering || out.length() == 0) {
        return; // somebody else has written it, or will
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    write();
  }

  /** Appends and sends what needs no condition. */
  void tell(Consumer<RequestWriter> frame) {
    send(
        out -> {
          frame.accept(out);
          return true;
        });
  }

  /** Leaves what is sent from now on to {@link #release}, which must follow unless all is lost. */
  void gather() {
    lock.lock();
    try {
      gathering = true;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what was gathered. */
  void release() {
    lock.lock();
    try {
      gathering = false;
      if (writing || out.length() == 0) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    write();
  }

  /** Does something while nobody appends. */
  void exclude(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** Writes all that there is, and what comes meanwhile. Only for whom it was left to. */
  void write() {
    try {
      for (int round = 0; round < WRITES_AT_ONCE; round++) {
        if (!wire.write(unwritten)) {
          loop.whenRoom().run();
          return;
        }
        lock.lock();
        try {
          int length = out.length();
          if (length == 0) {
            writing = false;
            return;
          }
          written = out.take(written);
          unwritten = ByteBuffer.wrap(written, 0, length);
        } finally {
          lock.unlock();
        }
      }
      loop.later().accept(this::write);
    } catch (IOException | RuntimeException | Error e) {
      loop.failed().accept(e); // nobody else writes: the others' calls end as well
    }
  }
}
