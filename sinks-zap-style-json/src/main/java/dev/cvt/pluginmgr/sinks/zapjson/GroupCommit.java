package dev.cvt.pluginmgr.sinks.zapjson;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets many writers share one write. A writer that comes while none is writing writes at once;
 * those that come meanwhile gather in a batch, which one of them hands over as soon as the write is
 * done. {@link #append} returns when the kernel has the line, never before. Thread-safe.
 */
final class GroupCommit implements AutoCloseable {
  private final Target target;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();

  // Guarded by lock; the target is used by the one writer that has set `writing`.
  private Batch pending = new Batch();
  private @Nullable Batch spare;
  private boolean writing;
  private boolean closed;

  GroupCommit(Target target) {
    this.target = target;
  }

  /**
   * Hands over one line, its newline included. Waiting for another's write is not interruptible:
   * the plugin has already acted, and its record must not be given up for a cancelled caller. It
   * lasts as long as the file system takes for two writes.
   *
   * @throws IOException if the write that held the line failed; the line counts as lost
   */
  void append(byte[] line, int size) throws IOException {
    Batch mine;
    lock.lock();
    try {
      refuseIfClosed();
      mine = pending;
      mine.add(line, size);
      while (writing && !mine.done) {
        written.awaitUninterruptibly();
      }
      if (mine.done) {
        mine.complain();
        return;
      }
      pending = fresh();
      writing = true;
    } finally {
      lock.unlock();
    }
    lead(mine);
  }

  private void lead(Batch mine) throws IOException {
    IOException failure = null;
    try {
      target.write(mine.bytes, mine.length);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      // Those who wait must not take it for written; who leads is told in the same way.
      failure = new IOException("audit records could not be written: " + e, e);
    } finally {
      lock.lock();
      try {
        mine.done = true;
        mine.failure = failure;
        writing = false;
        written.signalAll();
        if (mine.lines == 1) {
          spare = mine; // nobody else looks at it any more
        }
      } finally {
        lock.unlock();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Batch fresh() {
    Batch batch = spare == null ? new Batch() : spare.emptied();
    spare = null;
    return batch;
  }

  private void refuseIfClosed() throws IOException {
    if (closed) {
      throw new IOException("the audit sink is closed; records after the manager's close are lost");
    }
  }

  /** Waits for what is under way, then closes the target. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      while (writing || pending.length > 0) {
        written.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    target.close();
  }

  /** Lines that go out in one write. Guarded by the lock, but for its leader once it is taken. */
  private static final class Batch {
    private static final int KEPT = 64 * 1024;

    private byte[] bytes = new byte[1024];
    private int length;
    private int lines;
    private boolean done;
    private @Nullable IOException failure;

    void add(byte[] line, int size) {
      if (bytes.length - length < size) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + size));
      }
      System.arraycopy(line, 0, bytes, length, size);
      length += size;
      lines++;
    }

    void complain() throws IOException {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
    }

    Batch emptied() {
      if (bytes.length > KEPT) {
        bytes = new byte[1024];
      }
      length = 0;
      lines = 0;
      done = false;
      failure = null;
      return this;
    }
  }
}
