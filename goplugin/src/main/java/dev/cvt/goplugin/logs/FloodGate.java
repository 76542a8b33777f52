package dev.cvt.goplugin.logs;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides which lines of a plugin are taken: all, up to a burst; then as many as a steady rate
 * allows. Counts the others. Not thread-safe.
 */
final class FloodGate {
  /** So many lines at once. */
  static final int BURST_LINES = 10_000;

  /** So many bytes at once. */
  static final int BURST_BYTES = 16 << 20;

  /** So many lines and bytes come back each second. */
  static final int LINES_PER_SECOND = 1_000;

  static final int BYTES_PER_SECOND = 1 << 20;

  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;
  private double lines = BURST_LINES;
  private double bytes = BURST_BYTES;
  private long last;
  private long droppedLines;
  private long droppedBytes;

  FloodGate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /**
   * What was not taken since it was last asked.
   *
   * @param lines how many lines
   * @param bytes their length together
   */
  record Dropped(long lines, long bytes) {
    boolean any() {
      return lines > 0;
    }
  }

  /** Whether a line of this length is taken. */
  boolean admit(long length) {
    long now = nanoTime.getAsLong();
    double seconds = (now - last) / NANOS;
    last = now;
    lines = Math.min(BURST_LINES, lines + seconds * LINES_PER_SECOND);
    bytes = Math.min(BURST_BYTES, bytes + seconds * BYTES_PER_SECOND);
    if (lines < 1 || bytes < length) {
      drop(length);
      return false;
    }
    lines--;
    bytes -= length;
    return true;
  }

  /** Counts a line that was admitted and found no room after all. */
  void drop(long length) {
    droppedLines++;
    droppedBytes += length;
  }

  /** What was dropped since the last call. */
  Dropped takeDropped() {
    var dropped = new Dropped(droppedLines, droppedBytes);
    droppedLines = 0;
    droppedBytes = 0;
    return dropped;
  }
}
