package dev.cvt.plugins.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What a process writes to one of its streams: the first {@value #KEPT} bytes are kept, all are
 * counted, and reading never stops, so that nobody blocks on us. Thread-safe.
 */
final class Capture {
  static final int KEPT = 256 << 10;

  private static final int CHUNK = 8192;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private long total;
  private boolean ended;

  /**
   * Begins to read; the thread, a daemon of the platform since it blocks in the kernel, ends with
   * the stream.
   */
  Capture(String name, InputStream stream) {
    Thread.ofPlatform().daemon().name(name).start(() -> read(stream));
  }

  private void read(InputStream stream) {
    var chunk = new byte[CHUNK];
    try (stream) {
      for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
        add(chunk, n);
      }
    } catch (IOException e) {
      // As good as its end: the process is gone.
    } finally {
      end();
    }
  }

  private void add(byte[] chunk, int length) {
    lock.lock();
    try {
      head.write(chunk, 0, Math.min(length, KEPT - head.size()));
      total += length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What was kept, bytes that are not UTF-8 replaced. */
  String text() {
    lock.lock();
    try {
      return head.toString(StandardCharsets.UTF_8);
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing more can come. */
  boolean ended() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes came. */
  long total() {
    lock.lock();
    try {
      return total;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the text is as wanted, the stream has ended, or the time is up.
   *
   * @return the text as it is then
   */
  String await(Predicate<String> wanted, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      String text = text();
      while (!wanted.test(text) && !ended && total < KEPT && left > 0) {
        left = changed.awaitNanos(left);
        text = text();
      }
      return text;
    } finally {
      lock.unlock();
    }
  }
}
