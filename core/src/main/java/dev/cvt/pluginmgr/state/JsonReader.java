package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;

/**
 * Bytes to a tree. Strict JSON in UTF-8, one value, no name twice in one object; what it may cost
 * is bounded, whatever the bytes.
 *
 * <p>By hand, since all that is read here is small and most of it is read by commands that do
 * nothing else: a library for it took 20 ms of the 57 of {@code cvt-plugins list}, most of them for
 * powers of ten that no number in a state file needs.
 */
public final class JsonReader {

  /** The most bytes that are looked at; some 40,000 plugins. */
  public static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 1_000_000;
  private static final int LONGEST_STRING = 1024 * 1024;
  private static final int LONGEST_NAME = 64 * 1024;
  private static final int LONGEST_NUMBER = 1000;
  private static final int LONGEST_SHOWN = 40;

  private static final int HEX = 16;
  private static final int HEX_DIGITS = 4;
  private static final char FIRST_PRINTABLE = ' ';

  private final String text;
  private int at;
  private int depth;
  private int values;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads a text that is one JSON value.
   *
   * @throws Malformed if it is not
   */
  public static Json read(byte[] utf8) throws Malformed {
    var text = decode(utf8);
    if (text.startsWith("\uFEFF")) {
      throw new Malformed(1, 1, "it begins with a byte order mark");
    }
    var reader = new JsonReader(text);
    if (utf8.length > MAX_BYTES) {
      throw reader.tooMuch(0);
    }
    var value = reader.value();
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw "{[\"-0123456789tfn".indexOf(text.charAt(reader.at)) >= 0
          ? reader.malformed(reader.at, "there is more after the end of the JSON value")
          : reader.notJson();
    }
    return value;
  }

  private static String decode(byte[] utf8) throws Malformed {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException _) {
      throw new Malformed(1, 1, "it is not UTF-8 text");
    }
  }

  private Json value() throws Malformed {
    char first = next();
    if (++values > MAX_VALUES) {
      throw tooMuch(at);
    }
    return switch (first) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Json.Str(string(LONGEST_STRING));
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", new Json.Null());
      default -> new Json.Num(number());
    };
  }

  private Json object() throws Malformed {
    enter();
    var members = new ArrayList<Json.Member>();
    var names = new HashSet<String>();
    for (boolean more = !ends('}'); more; more = goesOn('}')) {
      if (next() != '"') {
        throw notJson();
      }
      int from = at;
      var name = string(LONGEST_NAME);
      if (!names.add(name)) {
        throw malformed(from, "the key \"" + shown(name) + "\" stands there twice");
      }
      if (next() != ':') {
        throw notJson();
      }
      at++;
      members.add(new Json.Member(name, value()));
    }
    depth--;
    return new Json.Obj(members);
  }

  private Json array() throws Malformed {
    enter();
    var items = new ArrayList<Json>();
    for (boolean more = !ends(']'); more; more = goesOn(']')) {
      items.add(value());
    }
    depth--;
    return new Json.Arr(items);
  }

  private void enter() throws Malformed {
    if (++depth > MAX_DEPTH) {
      throw tooMuch(at);
    }
    at++;
  }

  /** Whether there is nothing in it; takes the bracket then. */
  private boolean ends(char bracket) throws Malformed {
    boolean ends = next() == bracket;
    at += ends ? 1 : 0;
    return ends;
  }

  /** Takes a comma, or the bracket. */
  private boolean goesOn(char bracket) throws Malformed {
    char found = next();
    if (found != ',' && found != bracket) {
      throw notJson();
    }
    at++;
    return found == ',';
  }

  private Json word(String word, Json meant) throws Malformed {
    if (!text.startsWith(word, at)) {
      throw notJson();
    }
    at += word.length();
    return meant;
  }

  /** As it is spelled. */
  private String number() throws Malformed {
    int from = at;
    at += is('-') ? 1 : 0;
    if (is('0')) {
      at++;
    } else {
      digits();
    }
    if (is('.')) {
      at++;
      digits();
    }
    if (is('e') || is('E')) {
      at++;
      at += is('+') || is('-') ? 1 : 0;
      digits();
    }
    if (at - from > LONGEST_NUMBER) {
      throw tooMuch(from);
    }
    return text.substring(from, at);
  }

  private void digits() throws Malformed {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw at == text.length() ? ended() : notJson();
    }
  }

  private boolean is(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private String string(int longest) throws Malformed {
    int from = at++;
    var value = new StringBuilder();
    while (true) {
      char c = here();
      if (c == '"') {
        at++;
        return wellFormed(value.toString());
      }
      if (c < FIRST_PRINTABLE) {
        throw notJson();
      }
      at++;
      value.append(c == '\\' ? escaped() : c);
      if (value.length() > longest) {
        throw tooMuch(from);
      }
    }
  }

  private char escaped() throws Malformed {
    char c = here();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw malformed(at - 1, "it is not JSON");
    };
  }

  private char unicode() throws Malformed {
    int value = 0;
    for (int i = 0; i < HEX_DIGITS; i++) {
      char digit = here();
      int one = digit <= 'f' ? Character.digit(digit, HEX) : -1;
      if (one < 0) {
        throw notJson();
      }
      value = value * HEX + one;
      at++;
    }
    return (char) value;
  }

  /** The next character that is no blank. */
  private char next() throws Malformed {
    skipBlanks();
    return here();
  }

  private char here() throws Malformed {
    if (at == text.length()) {
      throw ended();
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (is(' ') || is('\n') || is('\r') || is('\t')) {
      at++;
    }
  }

  /** Half a surrogate pair, which an escape can bring in, becomes U+FFFD, as in Go. */
  private static String wellFormed(String text) {
    return UTF_8.newEncoder().canEncode(text)
        ? text
        : text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  /** A piece of the text as it may stand in a message: on one line, and not all of a megabyte. */
  static String shown(String text) {
    var shown = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    return Printable.of(shown);
  }

  private Malformed ended() {
    return malformed(at, "it ends in the middle");
  }

  private Malformed notJson() {
    return malformed(at, "it is not JSON");
  }

  private Malformed tooMuch(int where) {
    return malformed(where, "it is too large or too deep");
  }

  private Malformed malformed(int where, String what) {
    int line = 1;
    int begin = 0;
    for (int i = 0; i < where; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        begin = i + 1;
      }
    }
    return new Malformed(line, where - begin + 1, what);
  }

  /** Not JSON, or too much of it. */
  public static final class Malformed extends Exception {

    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    Malformed(int line, int column, String what) {
      super(what);
      this.line = line;
      this.column = column;
    }

    /** The line, from 1. */
    public int line() {
      return line;
    }

    /** The column, from 1. */
    public int column() {
      return column;
    }
  }
}
