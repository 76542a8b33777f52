package dev.cvt.pluginmgr.state;

import java.util.Comparator;

/**
 * The order of strings by their UTF-8 bytes, which is that of their code points. Java's own
 * compares halves of surrogate pairs, and so puts U+1F600 before U+FFFD.
 */
public enum Utf8Order implements Comparator<String> {
  /** The order. */
  INSTANCE;

  @Override
  public int compare(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for code points above all that one char holds.
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
