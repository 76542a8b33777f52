package dev.cvt.goplugin.channel;

import java.nio.ByteBuffer;

/**
 * What the other side lets this one send, by its settings and by the windows that it opens. Not
 * thread-safe.
 *
 * <p>Requests are sent in one piece or not at all, so that the window of their stream is as large
 * as the settings make it. Streams of messages count for themselves what they have used of it.
 */
final class Allowance {
  private static final int SETTING = 6;

  private long connectionWindow = Http2.FIRST_WINDOW;
  private long streamWindow = Http2.FIRST_WINDOW;
  private long maxStreams = Integer.MAX_VALUE;

  /** Whether so many bytes may be sent at once on a stream that has used so much of its window. */
  boolean covers(int bytes, long used) {
    return bytes <= Math.min(Http2.MAX_FRAME, Math.min(connectionWindow, streamWindow - used));
  }

  /** Whether a stream may be opened beside so many that are. */
  boolean admits(int open) {
    return open < maxStreams;
  }

  /** So much was sent. */
  void use(int bytes) {
    connectionWindow -= bytes;
  }

  /** The other side has taken so much of what it was sent. */
  void extend(int bytes) {
    connectionWindow += bytes;
  }

  /** The other side's settings, of which one is the writer's. */
  void settings(ByteBuffer pairs, RequestWriter out) {
    while (pairs.remaining() >= SETTING) {
      int name = pairs.getShort();
      long value = pairs.getInt() & 0xFFFF_FFFFL;
      switch (name) {
        case Http2.HEADER_TABLE_SIZE -> out.table(value);
        case Http2.MAX_CONCURRENT_STREAMS -> maxStreams = value;
        case Http2.INITIAL_WINDOW_SIZE -> streamWindow = value;
        default -> {} // about what is never sent here
      }
    }
  }
}
