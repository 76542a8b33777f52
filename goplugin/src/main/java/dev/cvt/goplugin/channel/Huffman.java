package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.FrameReader.Broken;
import java.nio.ByteBuffer;

/**
 * The code in which texts of headers may be written (RFC 7541, appendix B). It is canonical: codes
 * of one length follow each other in the order of their symbols, and go on where those of the
 * length before end. So the lengths say all. Pure.
 */
final class Huffman {
  /** For each byte the length of its code, in bits, as a letter that far after {@code 'A'}. */
  private static final String LENGTHS =
      "NX]]]]]]]Y_]]_]]]]]]]]_]]]]]]]]]GKKMNGILKKILIGGGFFFGGGGGGGHIPGMK"
          + "NGHHHHHHHHHHHHHHHHHHHHHHIHINTNOGPFGFGFGGGFHHGGGFGHGFFGHHHHHPLON]"
          + "UWUUWWWXWXXXXXYXYYWXYXXXXVWXWXXYWVUWWXXVXWWYVWXXVVWVXWXXUWWWXWWX"
          + "[[UTWXWZ[[[\\\\[YZTV[\\\\[\\YVV[[]\\\\\\UYUVWVVXWWZZYY[X[\\[[\\\\\\\\\\]\\\\\\\\\\[";

  /** Of the longest codes, one of which means that there is nothing more, and must not be used. */
  private static final int LONGEST = 30;

  private static final int[] COUNTS = new int[LONGEST + 1];
  private static final byte[] SYMBOLS = symbols();

  private Huffman() {}

  /** The bytes by the lengths of their codes, shortest first; counts how many there are of each. */
  private static byte[] symbols() {
    var starts = new int[LONGEST + 2];
    for (int i = 0; i < LENGTHS.length(); i++) {
      COUNTS[LENGTHS.charAt(i) - 'A']++;
    }
    for (int length = 1; length <= LONGEST; length++) {
      starts[length + 1] = starts[length] + COUNTS[length];
    }
    var sorted = new byte[LENGTHS.length()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[starts[LENGTHS.charAt(i) - 'A']++] = (byte) i;
    }
    return sorted;
  }

  /** Reads to the limit; each byte becomes a character. */
  static String decode(ByteBuffer coded) throws Broken {
    var text = new StringBuilder(2 * coded.remaining());
    int length = 0;
    int code = 0; // the bits of the symbol that is being read
    int first = 0; // the first code of that length
    int before = 0; // how many symbols have shorter codes
    while (coded.hasRemaining()) {
      int bits = coded.get();
      for (int bit = Byte.SIZE - 1; bit >= 0; bit--) {
        first = (first + COUNTS[length]) << 1;
        before += COUNTS[length];
        code = code << 1 | (bits >> bit & 1);
        length++;
        if (code - first < COUNTS[length]) {
          text.append((char) (SYMBOLS[before + code - first] & 0xFF));
          length = 0;
          code = 0;
          first = 0;
          before = 0;
        } else if (length == LONGEST) {
          throw new Broken("headers with a text that ends before it ends");
        }
      }
    }
    if (length >= Byte.SIZE || code != (1 << length) - 1) {
      throw new Broken("headers with a text that is cut");
    }
    return text.toString();
  }
}
