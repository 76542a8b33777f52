package dev.cvt.goplugin.logs;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** The last of what a plugin wrote to its standard error. Thread-safe. */
public final class Tail {
  /** How much of it is shown, in characters. */
  public static final int SHOWN = 4 << 10;

  /** More is kept, so that a secret at the front edge is there in one piece to be taken out. */
  private static final int KEPT = SHOWN + LineAssembler.MARGIN;

  private final byte[] ring = new byte[KEPT];
  private long written; // guarded by this

  /** Takes a piece. */
  public synchronized void push(byte[] piece, int length) {
    int from = Math.max(0, length - KEPT);
    for (int i = from; i < length; i++) {
      ring[(int) ((written + i) % KEPT)] = piece[i];
    }
    written += length;
  }

  /** What it holds, less secrets: at most {@link #SHOWN} characters, from the end. */
  public String text(UnaryOperator<String> scrubber) {
    var clean = scrubber.apply(new String(copy(), StandardCharsets.UTF_8));
    return clean.substring(Math.max(0, clean.length() - SHOWN));
  }

  private synchronized byte[] copy() {
    int length = (int) Math.min(written, KEPT);
    var copy = new byte[length];
    for (int i = 0; i < length; i++) {
      copy[i] = ring[(int) ((written - length + i) % KEPT)];
    }
    return copy;
  }
}
