package dev.cvt.goplugin.logs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** The last of what a plugin wrote to its standard error. Thread-safe. */
public final class Tail {
  /** How much of it is shown, in characters. */
  public static final int SHOWN = 4 << 10;

  /** More is kept, so that a secret at the front edge is there in one piece to be taken out. */
  private static final int KEPT = SHOWN + LineAssembler.MARGIN;

  /** Goes round only when it has all its room: most plugins say little. */
  private byte[] ring = new byte[512]; // guarded by this

  private long written; // guarded by this

  /** Takes a piece. */
  public synchronized void push(byte[] piece, int length) {
    makeRoom(written + length);
    int from = Math.max(0, length - KEPT);
    for (int i = from; i < length; i++) {
      ring[(int) ((written + i) % ring.length)] = piece[i];
    }
    written += length;
  }

  private void makeRoom(long wanted) {
    if (wanted > ring.length && ring.length < KEPT) {
      ring = Arrays.copyOf(ring, (int) Math.min(KEPT, Math.max(wanted, 2L * ring.length)));
    }
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
      copy[i] = ring[(int) ((written - length + i) % ring.length)];
    }
    return copy;
  }
}
