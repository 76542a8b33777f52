package dev.cvt.goplugin.logs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one JSON object of a log line: its keys, and each value as text. Just enough for log
 * records, strict about syntax, bounded in depth. A text that was cut off in its middle gives what
 * came before the cut. Not thread-safe; one use each.
 */
final class Json {
  /** How deep values may be nested. */
  static final int DEEPEST = 64;

  /** A backslash, u, four digits. */
  private static final int LONGEST_ESCAPE = 6;

  private final String text;
  private final boolean cut;
  private int at;

  private Json(String text, boolean cut) {
    this.text = text;
    this.cut = cut;
  }

  /**
   * An object's content.
   *
   * @param values the keys in the order written, each with its text; what is not a string is kept
   *     as its JSON
   * @param unfinished the key whose value the cut went through, if it did
   */
  record Content(Map<String, String> values, Optional<String> unfinished) {}

  /**
   * Reads a text.
   *
   * @param cut whether more was there that is not in the text
   * @return empty if it is not one JSON object
   */
  static Optional<Content> object(String text, boolean cut) {
    var json = new Json(text, cut);
    try {
      return json.members();
    } catch (Broken e) {
      return Optional.empty();
    }
  }

  /** The syntax is wrong, or the text ended where more was due. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean atEnd;

    Broken(boolean atEnd) {
      super("no JSON", null, false, false);
      this.atEnd = atEnd;
    }
  }

  private Optional<Content> members() throws Broken {
    var values = new LinkedHashMap<String, String>();
    var key = "";
    int valueAt = -1;
    try {
      space();
      expect('{');
      space();
      if (peek() == '}') {
        at++;
        return end(values);
      }
      while (true) {
        space();
        valueAt = -1;
        key = string();
        space();
        expect(':');
        space();
        valueAt = at;
        values.put(key, peek() == '"' ? string() : raw());
        valueAt = -1;
        space();
        if (peek() == '}') {
          at++;
          return end(values);
        }
        expect(',');
      }
    } catch (Broken e) {
      if (!cut || !e.atEnd || (values.isEmpty() && valueAt < 0)) {
        throw e;
      }
      if (valueAt < 0) {
        return Optional.of(new Content(values, Optional.empty()));
      }
      values.put(key, half(text.substring(valueAt)));
      return Optional.of(new Content(values, Optional.of(key)));
    }
  }

  private Optional<Content> end(Map<String, String> values) throws Broken {
    space();
    if (at < text.length()) {
      throw new Broken(false);
    }
    return Optional.of(new Content(values, Optional.empty()));
  }

  /** The head of a value. An escape at its very end may be half there: it goes. */
  private static String half(String head) {
    if (!head.startsWith("\"")) {
      return head;
    }
    for (int less = 0; less <= LONGEST_ESCAPE && less < head.length(); less++) {
      var whole = text(head.substring(0, head.length() - less) + '"');
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    return head.substring(1);
  }

  private static Optional<String> text(String quoted) {
    try {
      return Optional.of(new Json(quoted, false).string());
    } catch (Broken e) {
      return Optional.empty();
    }
  }

  private String raw() throws Broken {
    int from = at;
    skip(0);
    return text.substring(from, at);
  }

  private void skip(int depth) throws Broken {
    if (depth > DEEPEST) {
      throw new Broken(false);
    }
    switch (peek()) {
      case '{' -> skipMembers(depth, '}', true);
      case '[' -> skipMembers(depth, ']', false);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void skipMembers(int depth, char close, boolean keys) throws Broken {
    at++;
    space();
    if (peek() == close) {
      at++;
      return;
    }
    while (true) {
      space();
      if (keys) {
        string();
        space();
        expect(':');
        space();
      }
      skip(depth + 1);
      space();
      if (peek() == close) {
        at++;
        return;
      }
      expect(',');
    }
  }

  private void word(String word) throws Broken {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  private void number() throws Broken {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (at == from) {
      throw new Broken(false);
    }
  }

  private String string() throws Broken {
    expect('"');
    int from = at;
    StringBuilder unescaped = null;
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        var rest = text.substring(from, at - 1);
        return unescaped == null ? rest : unescaped.append(rest).toString();
      }
      if (c < ' ') {
        throw new Broken(false);
      }
      if (c == '\\') {
        if (unescaped == null) {
          unescaped = new StringBuilder();
        }
        unescaped.append(text, from, at - 1).append(escape());
        from = at;
      }
    }
  }

  private char escape() throws Broken {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw new Broken(false);
    };
  }

  private char unicode() throws Broken {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw new Broken(false);
      }
      value = value * 16 + digit;
      at++;
    }
    return (char) value;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void expect(char c) throws Broken {
    if (peek() != c) {
      throw new Broken(false);
    }
    at++;
  }

  private char peek() throws Broken {
    if (at >= text.length()) {
      throw new Broken(true);
    }
    return text.charAt(at);
  }
}
