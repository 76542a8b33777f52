package dev.cvt.pluginmgr.secret;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Masks secrets in a stream of bytes that comes in pieces. It holds back no more than could still
 * become a secret; {@link #flush} gives that out when nothing follows. For one thread.
 */
public final class ScrubStream {
  private static final byte[] MASK = "****".getBytes(StandardCharsets.US_ASCII);

  /** Takes what may be seen. */
  @FunctionalInterface
  public interface Sink {
    /** Takes bytes that are only lent: the array is used again. */
    void write(byte[] bytes, int from, int length);
  }

  private final Automaton automaton;
  private final Sink sink;
  private int state = Automaton.START;

  /** Bytes that are not given out yet, and which of them are to be masked. */
  private byte[] held = new byte[64];

  private boolean[] masked = new boolean[64];
  private int count;

  /** The run of masked bytes that was marked last, as places in {@link #held}. */
  private int runFrom;

  private int runTo;

  /** Whether the last byte that was given out belonged to a mask. */
  private boolean inMask;

  /**
   * The first byte of the last character that was given out or masked; what is before the first is
   * no part of a word.
   */
  private byte before = ' ';

  /** The automaton's state one byte ago, if whole words ended there: the next byte decides. */
  private int undecided = Automaton.START;

  ScrubStream(Automaton automaton, Sink sink) {
    this.automaton = automaton;
    this.sink = sink;
  }

  /** Takes the next bytes of the stream. */
  public void accept(byte[] bytes, int from, int length) {
    var end = from + length;
    var at = from;
    while (at < end) {
      if (count == 0 && undecided == Automaton.START) {
        var free = skip(bytes, at, end);
        if (free > at) {
          sink.write(bytes, at, free - at);
          inMask = false;
          before = lastCharacter(bytes, at, free);
          at = free;
          continue;
        }
      }
      next(bytes[at++]);
    }
  }

  /** As {@link #accept(byte[], int, int)}, with all of them. */
  public void accept(byte[] bytes) {
    accept(bytes, 0, bytes.length);
  }

  /**
   * Gives out all that is held back. A secret that began before and goes on after it is not known
   * as one.
   */
  public void flush() {
    decideWords(true);
    release(count);
    state = Automaton.START;
    inMask = false;
    before = ' ';
  }

  /** Where the first byte is that could begin a pattern. */
  private int skip(byte[] bytes, int from, int end) {
    var at = from;
    while (at < end && automaton.step(Automaton.START, bytes[at]) == Automaton.START) {
      at++;
    }
    return at;
  }

  private void next(byte b) {
    if (undecided != Automaton.START) {
      decideWords(!isWord(b) || !isWord(lastCharacter(held, 0, count)));
    }
    if (count == held.length) {
      held = Arrays.copyOf(held, count * 2);
      masked = Arrays.copyOf(masked, count * 2);
    }
    held[count] = b;
    masked[count] = false;
    count++;
    state = automaton.step(state, b);
    var found = automaton.found(state);
    if (found > 0) {
      mark(count - found);
    }
    undecided = automaton.firstWord(state);
    var open = automaton.depth(state);
    if (undecided != Automaton.START) {
      open = Math.max(open, automaton.wordLength(undecided));
    }
    release(count - open);
  }

  /** The words that ended with the last byte held are masked if they stand alone on both sides. */
  private void decideWords(boolean endsThere) {
    for (var word = undecided;
        endsThere && word != Automaton.START;
        word = automaton.nextWord(word)) {
      var from = count - automaton.wordLength(word);
      if (!isWord(lastCharacter(held, 0, from)) || !isWord(held[from])) {
        mark(from);
        break;
      }
    }
    undecided = Automaton.START;
  }

  /** The first byte of the character that ends there, which may have begun before all of these. */
  private byte lastCharacter(byte[] bytes, int from, int end) {
    for (var at = end - 1; at >= from; at--) {
      if ((bytes[at] & 0xC0) != 0x80) {
        return bytes[at];
      }
    }
    return before;
  }

  /**
   * Whether a character that begins with this byte continues a word. Those of two bytes do, but for
   * the first of them: the blank that does not break, « and the like. Those of three do not: among
   * them are dashes, printed quotes, and the scripts that put no blanks between words.
   */
  private static boolean isWord(byte first) {
    return first < 0
        ? (first & 0xE0) == 0xC0 && first != (byte) 0xC2
        : first == '_' || Character.isLetterOrDigit(first);
  }

  /** Masks all from there on; each byte is marked once, however many patterns overlap. */
  private void mark(int from) {
    if (from >= runFrom && from <= runTo) {
      Arrays.fill(masked, Math.max(from, runTo), count, true);
    } else {
      Arrays.fill(masked, from, count, true);
      runFrom = from;
    }
    runTo = count;
  }

  /** Gives out the first so many of what is held. */
  private void release(int length) {
    if (length == 0) {
      return;
    }
    var at = 0;
    while (at < length) {
      var end = at;
      while (end < length && masked[end] == masked[at]) {
        end++;
      }
      if (!masked[at]) {
        sink.write(held, at, end - at);
      } else if (!inMask) {
        sink.write(MASK, 0, MASK.length);
      }
      inMask = masked[at];
      at = end;
    }
    before = lastCharacter(held, 0, length);
    System.arraycopy(held, length, held, 0, count - length);
    System.arraycopy(masked, length, masked, 0, count - length);
    count -= length;
    runFrom = Math.max(0, runFrom - length);
    runTo = Math.max(0, runTo - length);
  }
}
