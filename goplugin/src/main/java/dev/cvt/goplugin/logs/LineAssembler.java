package dev.cvt.goplugin.logs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines, whatever the pieces that it comes in, and never holds more of
 * a line than {@link #KEPT} bytes: of a longer one the head is kept and the rest counted. Not
 * thread-safe.
 */
public final class LineAssembler {
  /** Lines up to this many bytes stay whole; go-plugin hosts read as much at a time. */
  public static final int WHOLE = 64 << 10;

  /**
   * How much more of a longer line is kept, so that a secret across the cut is there in one piece
   * when secrets are taken out, however it is spelled. It is cut off after that.
   */
  public static final int MARGIN = 64 << 10;

  static final int KEPT = WHOLE + MARGIN;

  private static final int FIRST_ROOM = 512;

  private byte[] line = new byte[FIRST_ROOM];
  private int kept;
  private long total;
  private byte last;

  /** Takes lines. */
  @FunctionalInterface
  public interface Sink {
    /**
     * One line without its end.
     *
     * @param bytes holds the line, or its head; valid during the call only
     * @param length how many of them
     * @param total the line's true length, {@code length} or more
     */
    void line(byte[] bytes, int length, long total);
  }

  /** Takes a piece and gives every line that it completes. */
  public void push(byte[] piece, int length, Sink sink) {
    int from = 0;
    for (int at = 0; at < length; at++) {
      if (piece[at] == '\n') {
        append(piece, from, at);
        give(sink);
        from = at + 1;
      }
    }
    append(piece, from, length);
  }

  /** Gives what has no line end yet as a line of its own, if there is anything. */
  public void flush(Sink sink) {
    if (total > 0) {
      give(sink);
    }
  }

  /** What has no line end yet. */
  public String unfinished() {
    return new String(line, 0, kept, StandardCharsets.UTF_8);
  }

  private void append(byte[] piece, int from, int to) {
    if (from < to) {
      last = piece[to - 1];
    }
    total += to - from;
    int fitting = Math.min(to - from, KEPT - kept);
    if (kept + fitting > line.length) {
      line = Arrays.copyOf(line, Math.min(KEPT, Math.max(kept + fitting, 2 * line.length)));
    }
    System.arraycopy(piece, from, line, kept, fitting);
    kept += fitting;
  }

  private void give(Sink sink) {
    long whole = total > 0 && last == '\r' ? total - 1 : total;
    int end = (int) Math.min(kept, whole);
    kept = 0;
    total = 0;
    sink.line(line, end, whole);
    if (line.length > WHOLE) {
      line = new byte[FIRST_ROOM]; // one long line should not cost its room for ever
    }
  }
}
