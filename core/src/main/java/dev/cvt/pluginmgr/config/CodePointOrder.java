package dev.cvt.pluginmgr.config;

import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/** The order of texts by their UTF-8 bytes, which is Go's, and that of their code points. */
final class CodePointOrder {
  static final Comparator<String> COMPARATOR = CodePointOrder::compare;

  private CodePointOrder() {}

  /** An empty map in this order. */
  static <V> SortedMap<String, V> map() {
    return new TreeMap<>(COMPARATOR);
  }

  /** Java's own order differs where one text has a surrogate and the other a char above them. */
  private static int compare(String a, String b) {
    var shorter = Math.min(a.length(), b.length());
    for (var i = 0; i < shorter; i++) {
      var x = a.charAt(i);
      var y = b.charAt(i);
      if (x != y) {
        return Character.isSurrogate(x) == Character.isSurrogate(y)
            ? Character.compare(x, y)
            : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
