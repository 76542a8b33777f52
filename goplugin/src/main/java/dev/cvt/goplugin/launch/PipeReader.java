package dev.cvt.goplugin.launch;

import java.io.IOException;
import java.io.InputStream;

/** How a pipe of a plugin is read. */
final class PipeReader {
  /** What the JDK reads without taking memory besides. */
  private static final int MUCH = 8 << 10;

  /** Those who say little do not need more; the JDK has a buffer of its own behind it. */
  private static final int LITTLE = 512;

  /** Readers call nothing deep. */
  private static final long STACK = 256 << 10;

  private final InputStream pipe;
  private byte[] piece = new byte[LITTLE];

  PipeReader(InputStream pipe) {
    this.pipe = pipe;
  }

  /** Takes what was read. */
  @FunctionalInterface
  interface Pieces {
    /**
     * One piece.
     *
     * @param piece holds it; valid during the call only
     * @param length how many bytes
     */
    void take(byte[] piece, int length);
  }

  /** Has it done by a thread of that name. */
  static void start(String name, Runnable task) {
    Thread.ofPlatform().daemon().name("goplugin-" + name).stackSize(STACK).start(task);
  }

  /** Reads to the end, and closes. */
  static void readAll(InputStream pipe, Pieces pieces) {
    var reader = new PipeReader(pipe);
    boolean more = true;
    while (more) {
      more = reader.next(pieces);
    }
  }

  /** Waits for a piece; false at the end, where the pipe is closed. */
  boolean next(Pieces pieces) {
    int length = length();
    if (length < 0) {
      return false;
    }
    pieces.take(piece, length);
    if (length == piece.length && length < MUCH) {
      piece = new byte[MUCH];
    }
    return true;
  }

  private int length() {
    try {
      int length = pipe.read(piece);
      if (length < 0) {
        pipe.close();
      }
      return length;
    } catch (IOException e) {
      return -1; // as good as the end: the process is gone and the JDK has closed the pipe
    }
  }

  /** Whether there is nothing to be read now. Does not wait, unless {@link #next} does. */
  boolean quiet() {
    try {
      return pipe.available() == 0;
    } catch (IOException e) {
      return false; // the end, which is to be read
    }
  }
}
