package dev.cvt.goplugin.channel;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * What is read into: as many buffers as ever were read into at the same time, for all plugins of a
 * host. Thread-safe.
 */
final class Buffers {
  private static final int SIZE = 64 * 1024;

  private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

  ByteBuffer take() {
    var buffer = free.poll();
    return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer;
  }

  /** Nobody reads from it any more. */
  void give(ByteBuffer buffer) {
    free.push(buffer);
  }
}
