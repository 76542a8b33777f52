package dev.cvt.goplugin.serve;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the plugin printed and the host has not fetched yet, in order over both channels, within a
 * bound.
 *
 * <p>A Go plugin blocks on its first prints until the host drains them, for ever if it never does.
 * Here, nobody reading means that the oldest bytes give way to the newest; with a reader, a writer
 * waits for room, though not for longer than {@link #PATIENCE} at a time. The first reader is
 * waited for as if it were there already, once: a host calls early, but the plugin may print
 * sooner. What was dropped is counted. Thread-safe; reading can be interrupted.
 */
final class StdioBuffer {

  /** The most that waits to be fetched, in bytes. */
  static final int CAPACITY = 256 * 1024;

  /** The most that is handed out at once, in bytes. */
  static final int CHUNK = 16 * 1024;

  /** How long a print waits for a reader that is there but slow. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Where the bytes were printed. */
  enum Channel {
    STDOUT,
    STDERR
  }

  /**
   * Bytes of one channel, at least one.
   *
   * @param channel where they were printed
   * @param bytes what was printed
   */
  record Chunk(Channel channel, ByteString bytes) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();

  // All guarded by lock.
  private final Deque<Chunk> waiting = new ArrayDeque<>();
  private @Nullable Channel growing;
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private int size;
  private int readers;
  private boolean firstIsAwaited = true;
  private long dropped;
  private boolean ended;

  /** A stream whose bytes come out of {@link #take}; closing it does nothing. */
  OutputStream writer(Channel channel) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        for (int at = from; at < from + length; at += CHUNK) {
          append(channel, bytes, at, Math.min(CHUNK, from + length - at));
        }
      }
    };
  }

  private void append(Channel channel, byte[] bytes, int from, int length) {
    lock.lock();
    try {
      if (ended) {
        dropped += length;
        return;
      }
      awaitRoom(length);
      if (growing != channel || tail.size() + length > CHUNK) {
        seal();
        growing = channel;
      }
      tail.write(bytes, from, length);
      size += length;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(int length) {
    long left = PATIENCE.toNanos();
    while (size + length > CAPACITY && (readers > 0 || firstIsAwaited) && left > 0 && !ended) {
      try {
        left = emptied.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // a print is no place to end at: drop instead of wait
        left = 0;
      }
    }
    if (left <= 0) {
      firstIsAwaited = false;
    }
    while (size + length > CAPACITY) {
      Chunk oldest = next();
      size -= oldest.bytes().size();
      dropped += oldest.bytes().size();
    }
  }

  private void seal() {
    if (growing != null && tail.size() > 0) {
      waiting.addLast(new Chunk(growing, UnsafeByteOperations.unsafeWrap(tail.toByteArray())));
      tail.reset();
    }
  }

  /** The oldest chunk; there must be one. */
  private Chunk next() {
    if (waiting.isEmpty()) {
      seal();
    }
    return waiting.removeFirst();
  }

  /** Announces a reader, for whom writers wait from now on; to be taken back by {@link #detach}. */
  void attach() {
    lock.lock();
    try {
      readers++;
      firstIsAwaited = false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back {@link #attach}. */
  void detach() {
    lock.lock();
    try {
      readers--;
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the oldest bytes and removes them.
   *
   * @return empty once {@link #end} was called and everything was taken
   */
  Optional<Chunk> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (size == 0) {
        if (ended) {
          return Optional.empty();
        }
        filled.await();
      }
      Chunk chunk = next();
      size -= chunk.bytes().size();
      emptied.signalAll();
      return Optional.of(chunk);
    } finally {
      lock.unlock();
    }
  }

  /** Puts a chunk back at the front that a reader could not hand on. */
  void putBack(Chunk chunk) {
    lock.lock();
    try {
      waiting.addFirst(chunk);
      size += chunk.bytes().size();
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** No more bytes are kept; readers get what is there, and then the end. */
  void end() {
    lock.lock();
    try {
      ended = true;
      filled.signalAll();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes were dropped since this was last asked. */
  long takeDropped() {
    lock.lock();
    try {
      long count = dropped;
      dropped = 0;
      return count;
    } finally {
      lock.unlock();
    }
  }
}
