package dev.cvt.pluginmgr.secret;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds any of many byte patterns in one pass (Aho and Corasick, 1975). Each state is a beginning
 * of some pattern; after each byte the automaton is in the state of the longest beginning that the
 * text now ends with. Immutable.
 *
 * <p>States are kept as a trie with siblings in a chain, some thirty bytes each, and not as a full
 * table: a private key in all its spellings has tens of thousands of them. Only states near the
 * start, where nearly all text is read, have a table each, so that the number of patterns makes
 * little difference.
 */
final class Automaton {
  static final int START = 0;

  private static final int NONE = 0;

  /** A state with more children than that has a table. */
  private static final int LONGEST_CHAIN = 3;

  private final int[] first = new int[256];
  private byte[] label = new byte[64];
  private int[] child = new int[64];
  private int[] sibling = new int[64];
  private int[] depth = new int[64];
  private int[] shorter = new int[64];

  /** The length of the longest pattern that ends in a state, or 0. */
  private int[] found = new int[64];

  /** The length of the whole-word pattern that ends in a state, or 0. */
  private int[] word = new int[64];

  /** The state of the next shorter ending that is a whole-word pattern, or {@link #NONE}. */
  private int[] shorterWord = new int[64];

  /** The next state for each byte, of those states that have a table. */
  private int[] @Nullable [] tables = new int[0][];

  private int states = 1;
  private int patterns;

  private Automaton() {}

  static Automaton of(Spellings spellings) {
    var automaton = new Automaton();
    for (var pattern : spellings.anywhere()) {
      var end = automaton.add(pattern);
      automaton.found[end] = pattern.length();
    }
    for (var pattern : spellings.words()) {
      var end = automaton.add(pattern);
      automaton.word[end] = pattern.length();
    }
    automaton.link();
    return automaton;
  }

  boolean isEmpty() {
    return states == 1;
  }

  int patterns() {
    return patterns;
  }

  private int add(Spellings.Pattern pattern) {
    patterns++;
    var state = START;
    for (var i = 0; i < pattern.length(); i++) {
      var next = down(state, pattern.at(i));
      state = next == NONE ? grow(state, pattern.at(i)) : next;
    }
    return state;
  }

  private int grow(int parent, byte b) {
    if (states == label.length) {
      var size = states * 2;
      label = Arrays.copyOf(label, size);
      child = Arrays.copyOf(child, size);
      sibling = Arrays.copyOf(sibling, size);
      depth = Arrays.copyOf(depth, size);
      shorter = Arrays.copyOf(shorter, size);
      found = Arrays.copyOf(found, size);
      word = Arrays.copyOf(word, size);
      shorterWord = Arrays.copyOf(shorterWord, size);
    }
    var state = states++;
    label[state] = b;
    depth[state] = depth[parent] + 1;
    if (parent == START) {
      first[b & 0xFF] = state;
    } else {
      sibling[state] = child[parent];
      child[parent] = state;
    }
    return state;
  }

  private int down(int state, byte b) {
    if (state == START) {
      return first[b & 0xFF];
    }
    for (var next = child[state]; next != NONE; next = sibling[next]) {
      if (label[next] == b) {
        return next;
      }
    }
    return NONE;
  }

  /** Breadth first, so that the shorter endings of a state are linked before it is. */
  private void link() {
    var queue = new ArrayDeque<Integer>();
    for (var state : first) {
      if (state != NONE) {
        queue.add(state);
      }
    }
    tables = new int[states][];
    tables[START] = first;
    while (!queue.isEmpty()) {
      var state = queue.remove();
      if (depth[state] == 1 || children(state) > LONGEST_CHAIN) {
        tables[state] = table(state);
      }
      for (var next = child[state]; next != NONE; next = sibling[next]) {
        shorter[next] = step(shorter[state], label[next]);
        found[next] = Math.max(found[next], found[shorter[next]]);
        var ending = shorter[next];
        shorterWord[next] = word[ending] > 0 ? ending : shorterWord[ending];
        queue.add(next);
      }
    }
  }

  private int children(int state) {
    var count = 0;
    for (var next = child[state]; next != NONE; next = sibling[next]) {
      count++;
    }
    return count;
  }

  private int[] table(int state) {
    var table = new int[256];
    for (var b = 0; b < 256; b++) {
      table[b] = step(state, (byte) b);
    }
    return table;
  }

  /** The state after one more byte. */
  int step(int state, byte b) {
    var from = state;
    for (; ; ) {
      var table = tables[from];
      if (table != null) {
        return table[b & 0xFF];
      }
      var next = down(from, b);
      if (next != NONE) {
        return next;
      }
      from = shorter[from];
    }
  }

  /** How many of the last bytes could still become a pattern. */
  int depth(int state) {
    return depth[state];
  }

  /** The length of the longest pattern that ends here, or 0. */
  int found(int state) {
    return found[state];
  }

  /** The state of the longest whole-word pattern that ends here, or {@link #START}. */
  int firstWord(int state) {
    return word[state] > 0 ? state : shorterWord[state];
  }

  /** The next shorter one, or {@link #START}. */
  int nextWord(int state) {
    return shorterWord[state];
  }

  /** The length of the whole-word pattern of a state that one of the two above gave. */
  int wordLength(int state) {
    return word[state];
  }

  /** Whether any pattern, as a whole word or not, is in the text. Copies nothing. */
  boolean mayFind(String text) {
    var state = START;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c < 0x80) {
        state = step(state, (byte) c);
        if (hits(state)) {
          return true;
        }
        continue;
      }
      var point = text.codePointAt(i);
      if (point > 0xFFFF) {
        i++;
        state = step(state, (byte) (0xF0 | point >> 18));
        state = step(state, (byte) (0x80 | (point >> 12 & 0x3F)));
        state = step(state, (byte) (0x80 | (point >> 6 & 0x3F)));
      } else if (c > 0x7FF) {
        state = step(state, (byte) (0xE0 | c >> 12));
        state = step(state, (byte) (0x80 | (c >> 6 & 0x3F)));
      } else {
        state = step(state, (byte) (0xC0 | c >> 6));
      }
      state = step(state, (byte) (0x80 | (point & 0x3F)));
      if (hits(state)) {
        return true;
      }
    }
    return false;
  }

  private boolean hits(int state) {
    return state != START && (found[state] | word[state] | shorterWord[state]) != 0;
  }
}
