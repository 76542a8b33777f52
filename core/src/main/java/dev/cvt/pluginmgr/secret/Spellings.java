package dev.cvt.pluginmgr.secret;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The ways in which a secret may come to be written: as it is; with percent signs, as URLs have it;
 * in base64, wherever in a longer text it began; in hex; escaped as in a JSON text, in a source of
 * Java, Go or Python, or in a message that Protobuf prints. A secret of several lines is also
 * looked for line by line, since logs are read so.
 *
 * <p>A short secret is looked for as a whole word only, and neither in base64 nor in hex: short
 * texts in those are everywhere. A very long one is looked for in the commonest spellings only, and
 * its lines as they are.
 */
final class Spellings {
  /** A line of a secret that is shorter than this says little, and may be found by chance. */
  private static final int SHORTEST_LINE = 8;

  /**
   * A longer secret, in chars, is no password: it is looked for in fewer spellings, since all of
   * them can come to 15 KB of memory for each of its chars.
   */
  private static final int LONG = 1024;

  private static final HexFormat UPPER = HexFormat.of().withUpperCase();
  private static final HexFormat LOWER = HexFormat.of();

  /**
   * Characters besides letters and digits that some encoder leaves alone: RFC 3986's unreserved
   * ones, and those for a user's name, a path and a query; Java's form encoder's, and {@code URI}'s
   * for a name and a path; Python's; JavaScript's two; Go's for one part of a path, all of it, a
   * user's name and a fragment; and none.
   */
  private static final String[] LEFT_ALONE_IN_URLS = {
    "-_.~",
    "-_.~!$&'()*+,;=:",
    "-_.~!$&'()*+,;=:@/",
    "-_.~!$&'()*+,;=:@/?",
    "-_.*",
    "-_.!~*'();:&=+$,",
    "-_.!~*'():@&=+$,/;",
    "-_.~/",
    "-_.!~*'()",
    "-_.!~*'();/?:@&=+$,#",
    "-_.~$&+=:@",
    "-_.~$&+,/:;=@",
    "-_.~$&+,;=",
    "-_.~$&+,/:;=?@!()*",
    ""
  };

  /** Where those who write base64 on several lines break them. */
  private static final int[] WIDTHS_OF_BASE64 = {64, 76};

  /** What to find. */
  record Pattern(String text) {
    int length() {
      return text.length();
    }

    /** Each char of the text stands for a byte. */
    byte at(int index) {
      return (byte) text.charAt(index);
    }

    /** Never the text. */
    @Override
    public String toString() {
      return "Pattern";
    }
  }

  private final Set<Pattern> anywhere = new LinkedHashSet<>();
  private final Set<Pattern> words = new LinkedHashSet<>();

  private Spellings() {}

  static Spellings of(Collection<String> secrets) {
    var spellings = new Spellings();
    secrets.forEach(spellings::add);
    spellings.words.removeAll(spellings.anywhere);
    return spellings;
  }

  /** To be masked wherever they stand. */
  Set<Pattern> anywhere() {
    return anywhere;
  }

  /** To be masked where no letter or digit continues them on either side. */
  Set<Pattern> words() {
    return words;
  }

  private void add(String secret) {
    addPiece(secret);
    var stripped = secret.strip();
    if (!stripped.equals(secret)) {
      addPiece(stripped);
    }
    if (stripped.indexOf('\n') >= 0) {
      stripped
          .lines()
          .map(String::strip)
          .filter(line -> line.length() >= SHORTEST_LINE && !line.startsWith("-----"))
          .forEach(line -> add(anywhere, line));
    }
  }

  private void addPiece(String piece) {
    if (piece.isEmpty()) {
      return;
    }
    var bytes = piece.getBytes(StandardCharsets.UTF_8);
    if (piece.codePointCount(0, piece.length()) < Scrubber.SHORT) {
      add(words, piece);
      addUrls(words, bytes);
      addEscapes(words, piece);
    } else if (piece.length() <= LONG) {
      add(anywhere, piece);
      addUrls(anywhere, bytes);
      addEscapes(anywhere, piece);
      addBase64(anywhere, bytes);
      add(anywhere, LOWER.formatHex(bytes));
      add(anywhere, UPPER.formatHex(bytes));
    } else {
      add(anywhere, piece);
      add(anywhere, Escapes.PLAIN_JSON.apply(piece));
      add(anywhere, Escapes.GO_JSON.apply(piece));
      add(anywhere, percent(bytes, "-_.~", UPPER, "%20"));
      add(anywhere, percent(bytes, "-_.*", UPPER, "+"));
      addBase64(anywhere, bytes);
      add(anywhere, LOWER.formatHex(bytes));
    }
  }

  private static void add(Set<Pattern> into, String text) {
    into.add(
        new Pattern(
            new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
  }

  private static void addUrls(Set<Pattern> into, byte[] bytes) {
    var done = new HashSet<String>();
    for (var leftAlone : LEFT_ALONE_IN_URLS) {
      if (done.add(percent(bytes, leftAlone, UPPER, "%20"))) {
        for (var hex : new HexFormat[] {UPPER, LOWER}) {
          for (var space : new String[] {"%20", "+"}) {
            add(into, percent(bytes, leftAlone, hex, space));
          }
        }
      }
    }
    add(into, everyByte(bytes, "%", UPPER));
    add(into, everyByte(bytes, "%", LOWER));
  }

  private static String percent(byte[] bytes, String leftAlone, HexFormat hex, String space) {
    var out = new StringBuilder(bytes.length + 16);
    for (var b : bytes) {
      if (b == ' ') {
        out.append(space);
      } else if (b > 0 && (Character.isLetterOrDigit(b) || leftAlone.indexOf(b) >= 0)) {
        out.append((char) b);
      } else {
        out.append('%').append(hex.toHexDigits(b));
      }
    }
    return out.toString();
  }

  private static String everyByte(byte[] bytes, String sign, HexFormat hex) {
    var out = new StringBuilder(bytes.length * (sign.length() + 2));
    for (var b : bytes) {
      out.append(sign).append(hex.toHexDigits(b));
    }
    return out.toString();
  }

  /**
   * Alone, and as part of something longer: then a character at either end may hold bits of a
   * neighbour, and only those between are certain. Alone it may stand on several lines.
   */
  private static void addBase64(Set<Pattern> into, byte[] bytes) {
    var alone = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    for (var width : WIDTHS_OF_BASE64) {
      for (var at = 0;
          at + SHORTEST_LINE <= alone.length() && alone.length() > width;
          at += width) {
        add(into, alone.substring(at, Math.min(at + width, alone.length())));
      }
    }
    for (var encoder : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
      add(into, encoder.withoutPadding().encodeToString(bytes));
      for (var before = 0; before < 3; before++) {
        var shifted = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, shifted, before, bytes.length);
        var text = encoder.withoutPadding().encodeToString(shifted);
        add(into, text.substring((before * 8 + 5) / 6, shifted.length * 8 / 6));
      }
    }
  }

  private static void addEscapes(Set<Pattern> into, String text) {
    if (text.chars().allMatch(c -> c > 0x1F && c < 0x7F && "\"\\'/<>&=".indexOf(c) < 0)) {
      return; // nobody escapes any of it
    }
    for (var style : Escapes.all()) {
      var once = style.apply(text);
      add(into, once);
      // A quoted text within a quoted text, as in a JSON log line about an error.
      add(into, style.apply(once));
    }
    addEscapedBytes(into, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * As texts of bytes are written: by Python and C, and by Protobuf, which prints its messages so.
   */
  private static void addEscapedBytes(Set<Pattern> into, byte[] bytes) {
    for (var quotes : Escapes.QUOTES) {
      for (var octal : new boolean[] {false, true}) {
        var once = escapedBytes(bytes, quotes, octal);
        add(into, once);
        add(into, Escapes.PLAIN_JSON.apply(once));
      }
    }
  }

  private static String escapedBytes(byte[] bytes, String quotes, boolean octal) {
    var out = new StringBuilder(bytes.length + 16);
    for (var b : bytes) {
      switch (b) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (b == '\\' || quotes.indexOf(b) >= 0) {
            out.append('\\').append((char) b);
          } else if (b >= ' ' && b < 0x7F) {
            out.append((char) b);
          } else {
            out.append('\\').append(octal ? octal(b) : "x" + LOWER.toHexDigits(b));
          }
        }
      }
    }
    return out.toString();
  }

  /** By hand: a formatter takes a cold JVM longer than all the rest. */
  private static String octal(byte b) {
    return "" + (b >> 6 & 3) + (b >> 3 & 7) + (b & 7);
  }

  /** How a writer spells a character by its number. */
  private enum Codes {
    /** With four digits, and in two halves what they are too few for; so does Java. */
    JSON,
    /** With two, four or eight digits: two for ASCII only. */
    GO,
    /** With two, four or eight digits, the fewest that will do. */
    PYTHON
  }

  /**
   * The escapes of one writer of quoted texts.
   *
   * @param quotes that it escapes
   * @param asCodes what it writes as a code although it need not
   * @param ascii whether it does so with all that is not ASCII
   * @param slash whether it escapes the slash
   * @param upper whether its codes have upper-case digits
   * @param codes how it writes them
   */
  private record Escapes(
      String quotes, String asCodes, boolean ascii, boolean slash, boolean upper, Codes codes)
      implements UnaryOperator<String> {
    static final Escapes PLAIN_JSON = new Escapes("\"", "", false, false, false, Codes.JSON);

    static final Escapes GO_JSON =
        new Escapes("\"", "<>&\u2028\u2029", false, false, false, Codes.JSON);

    private static final String[] QUOTES = {"\"", "'", "\"'"};

    /** Those of HTML that Go's and Google's JSON writers escape as well. */
    private static final String[] AS_CODES = {"", "<>&\u2028\u2029", "<>&='\u2028\u2029"};

    static List<Escapes> all() {
      var all = new ArrayList<Escapes>();
      for (var quotes : QUOTES) {
        for (var bits = 0; bits < 8; bits++) {
          for (var asCodes : AS_CODES) {
            all.add(
                new Escapes(
                    quotes, asCodes, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, Codes.JSON));
          }
        }
        for (var codes : List.of(Codes.GO, Codes.PYTHON)) {
          all.add(new Escapes(quotes, "", false, false, false, codes));
          all.add(new Escapes(quotes, "", true, false, false, codes));
        }
      }
      return all;
    }

    @Override
    public String apply(String text) {
      var out = new StringBuilder(text.length() + 16);
      text.codePoints().forEach(c -> append(out, c));
      return out.toString();
    }

    private void append(StringBuilder out, int c) {
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append(codes == Codes.PYTHON ? "\\x08" : "\\b");
        case '\f' -> out.append(codes == Codes.PYTHON ? "\\x0c" : "\\f");
        default -> {
          if (quotes.indexOf(c) >= 0 || (c == '/' && slash)) {
            out.append('\\').appendCodePoint(c);
          } else if (c < 0x20 || c == 0x7F || asCodes.indexOf(c) >= 0 || (ascii && c > 0x7E)) {
            code(out, c);
          } else {
            out.appendCodePoint(c);
          }
        }
      }
    }

    private void code(StringBuilder out, int c) {
      if (codes == Codes.JSON) {
        for (var half : Character.toChars(c)) {
          digits(out, "\\u", half, 4);
        }
      } else if (c > 0xFFFF) {
        digits(out, "\\U", c, 8);
      } else if (c < (codes == Codes.GO ? 0x80 : 0x100)) {
        digits(out, "\\x", c, 2);
      } else {
        digits(out, "\\u", c, 4);
      }
    }

    private void digits(StringBuilder out, String sign, long value, int count) {
      var digits = LOWER.toHexDigits(value, count);
      out.append(sign).append(upper ? digits.toUpperCase(Locale.ROOT) : digits);
    }
  }
}
