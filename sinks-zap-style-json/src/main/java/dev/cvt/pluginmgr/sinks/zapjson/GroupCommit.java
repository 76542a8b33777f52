package dev.cvt.pluginmgr.sinks.zapjson;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets many writers share one write. Each adds its line to those that wait; who finds nobody
 * writing takes them all and writes for all, and lines that come meanwhile go with the next write.
 * {@link #append} returns when the kernel has the line, never before. Thread-safe.
 *
 * <p>There is no lock, and a line stays where its writer made it until it is written: what costs
 * here is what one processor has to fetch from the other. 8 writers on virtual threads write a
 * fifth more records than with a batch under a lock, and twice as many where the processors share
 * no cache; those on platform threads write 2 to 12 % fewer (docs/performance.md).
 */
final class GroupCommit implements AutoCloseable {
  private static final int ENOUGH = 4 * 1024;
  private static final int KEPT = 64 * 1024;

  private final Target target;

  /** The newest of the lines that wait, which leads to the older ones. */
  private final AtomicReference<@Nullable Line> newest = new AtomicReference<>();

  /** Held by the one thread that writes; for good by the one that closes. */
  private final AtomicBoolean writing = new AtomicBoolean();

  /** Of the one who writes. */
  private byte[] bytes = new byte[ENOUGH];

  GroupCommit(Target target) {
    this.target = target;
  }

  /**
   * Hands over one line, its newline included. Waiting for another's write is not interruptible:
   * the plugin has already acted, and its record must not be given up for a cancelled caller. It
   * lasts as long as the file system takes for two writes, and as it takes to be woken.
   *
   * @throws IOException if the write that held the line failed; the line counts as lost
   */
  void append(byte[] line, int size) throws IOException {
    Line mine = new Line(line, size, false);
    if (!add(mine)) {
      throw new IOException("the audit sink is closed; records after the manager's close are lost");
    }
    if (comesToWrite(mine)) {
      try {
        wake(writeAll());
      } finally {
        release();
      }
    } else if (!Thread.currentThread().isVirtual()) {
      wakeNextOnPlatform(mine.older);
    }
    mine.tell();
  }

  /** Waits for what is under way, then closes the target. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    Line end = new Line(new byte[0], 0, true);
    if (!add(end)) {
      return;
    }
    var _ = comesToWrite(end); // in any case, for nobody writes the end
    try {
      wake(writeAll());
    } finally {
      target.close();
    }
    end.tell();
  }

  /** Adds the line to those that wait, unless the last one has come. */
  private boolean add(Line mine) {
    while (true) {
      Line before = newest.get();
      if (before != null && before.isEnd) {
        return false;
      }
      mine.older = before;
      if (newest.compareAndSet(before, mine)) {
        return true;
      }
    }
  }

  /** Waits until it falls to this thread to write, or another has written its line. */
  private boolean comesToWrite(Line mine) {
    try {
      while (!mine.written) {
        if (!writing.get() && writing.compareAndSet(false, true)) {
          if (!mine.written) {
            return true;
          }
          release(); // it was written in between
        } else {
          LockSupport.park(this);
          mine.interrupted |= Thread.interrupted();
        }
      }
      return false;
    } finally {
      mine.writer = null;
    }
  }

  /** Writes what waits, and returns it. */
  private @Nullable Line writeAll() {
    Line batch = taken();
    Throwable failure = null;
    try {
      int length = gathered(batch);
      if (length > 0) {
        target.write(bytes, length);
      }
    } catch (Throwable e) { // and nothing more here that could fail: the others wait to be told
      failure = e;
    }
    for (Line each = batch; each != null; each = each.older) {
      each.failure = failure;
      each.written = true;
    }
    return batch;
  }

  /** Those that wait, the newest first. The end stays, so that nothing comes after it. */
  private @Nullable Line taken() {
    Line line = newest.get();
    while (line != null && !line.isEnd && !newest.compareAndSet(line, null)) {
      line = newest.get();
    }
    if (line == null || !line.isEnd) {
      return line;
    }
    Line before = line.older;
    line.older = null;
    return before;
  }

  /** Puts the lines behind each other, the oldest first; their length. */
  private int gathered(@Nullable Line batch) {
    int length = 0;
    for (Line each = batch; each != null; each = each.older) {
      length += each.size;
    }
    if (bytes.length < length || bytes.length > KEPT) {
      bytes = new byte[Math.max(length, ENOUGH)];
    }
    int end = length;
    for (Line each = batch; each != null; each = each.older) {
      end -= each.size;
      System.arraycopy(each.bytes, 0, bytes, end, each.size);
    }
    return length;
  }

  /**
   * Wakes those whose lines were written. Virtual threads are all woken here; of platform threads,
   * for each of which it takes a call of the kernel's, one is, and wakes the next: with 8 writers
   * that is half as many records again as if who writes wakes them all.
   */
  private static void wake(@Nullable Line batch) {
    boolean one = false;
    for (Line each = batch; each != null; each = each.older) {
      Thread writer = each.writer;
      if (writer != null && !(one && !writer.isVirtual())) {
        one |= !writer.isVirtual();
        LockSupport.unpark(writer);
      }
    }
  }

  /**
   * Wakes the first that has not gone on. Only of that one it is certain that it will look for the
   * next after all lines were marked: one that has gone on may have woken it before it was told.
   */
  private static void wakeNextOnPlatform(@Nullable Line from) {
    for (Line each = from; each != null; each = each.older) {
      Thread writer = each.writer;
      if (writer != null && !writer.isVirtual()) {
        LockSupport.unpark(writer);
        return;
      }
    }
  }

  /**
   * Lets another write: who came last does, if nobody is faster, so that no line is left. One whose
   * writer was torn out of its sleep by an error stays for the next write.
   */
  private void release() {
    writing.set(false);
    for (Line line = newest.get(); line != null && !writing.get(); line = line.older) {
      Thread writer = line.writer;
      if (writer != null) {
        LockSupport.unpark(writer);
        return;
      }
    }
  }

  /** A line, or the end. */
  private static final class Line {
    private final byte[] bytes;
    private final int size;
    private final boolean isEnd;

    /** As long as it may sleep. Others read it after {@link #written} was set. */
    private volatile @Nullable Thread writer = Thread.currentThread();

    /** The one that came before, of those that are written together. */
    private @Nullable Line older;

    /** Of its writer. */
    private boolean interrupted;

    private @Nullable Throwable failure;

    /** Set last; {@link #failure} is read after it, by the writer alone. */
    private volatile boolean written;

    Line(byte[] bytes, int size, boolean isEnd) {
      this.bytes = bytes;
      this.size = size;
      this.isEnd = isEnd;
    }

    /** Tells its writer what came of it. */
    void tell() throws IOException {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure != null) {
        throw new IOException(
            failure instanceof IOException
                ? failure.getMessage()
                : "audit records could not be written: " + failure,
            failure);
      }
    }
  }
}
