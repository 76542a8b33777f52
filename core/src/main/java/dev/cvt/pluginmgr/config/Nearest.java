package dev.cvt.pluginmgr.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which word was meant. */
public final class Nearest {
  /** Nobody means a word that long, and comparing costs the product of the lengths. */
  private static final int LONGEST = 64;

  /** Among more words than that nobody wants a guess, and each costs a comparison. */
  private static final int MOST_WORDS = 200;

  private Nearest() {}

  /** The one of {@code words} that {@code typed} is most likely a slip of. */
  static Optional<String> to(String typed, Collection<String> words) {
    if (typed.isEmpty() || typed.length() > LONGEST || words.size() > MOST_WORDS) {
      return Optional.empty();
    }
    var folded = fold(typed);
    return words.stream()
        .filter(word -> Math.abs(word.length() - typed.length()) <= allowed(word))
        .filter(word -> distance(folded, fold(word)) <= allowed(word))
        .min(
            Comparator.<String>comparingInt(word -> distance(folded, fold(word)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code did you mean "timeout"?}, with the other way out after it; or that way alone. */
  public static String advice(String typed, Collection<String> words, String otherwise) {
    return to(typed, words)
        .map(word -> "did you mean " + Shown.quoted(word) + "? Otherwise " + otherwise)
        .orElse(otherwise);
  }

  private static String fold(String word) {
    return word.toLowerCase(java.util.Locale.ROOT).replace('-', '_');
  }

  private static int allowed(String word) {
    return word.length() <= 2 ? 0 : word.length() <= 5 ? 1 : Math.min(3, word.length() / 3);
  }

  /** Insertions, deletions, replacements, and swaps of neighbours, each counted as one. */
  private static int distance(String a, String b) {
    var width = b.length() + 1;
    var beforeLast = new int[width];
    var last = new int[width];
    var row = new int[width];
    for (var j = 0; j < width; j++) {
      last[j] = j;
    }
    for (var i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (var j = 1; j < width; j++) {
        var same = a.charAt(i - 1) == b.charAt(j - 1);
        var best = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
        var swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        row[j] = swapped ? Math.min(best, beforeLast[j - 2] + 1) : best;
      }
      var free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
