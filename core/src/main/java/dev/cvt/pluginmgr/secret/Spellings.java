package dev.cvt.pluginmgr.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The ways in which a secret may come to be written: as it is; with percent signs, as URLs have it;
 * in base64, wherever in a longer text it began; in hex; escaped as in a JSON text or in a source
 * of Java, Go or Python. A secret of several lines is also looked for line by line, since logs are
 * read so.
 *
 * <p>A short secret is looked for as a whole word only, and neither in base64 nor in hex: short
 * texts in those are everywhere. A very long one is looked for in the commonest spellings only, and
 * its lines as they are.
 */
final class Spellings {
  /** A line of a secret that is shorter than this says little, and may be found by chance. */
  private static final int SHORTEST_LINE = 8;

  /** A longer secret, in chars, is no password: it is looked for in fewer spellings. */
  private static final int LONG = 4096;

  private static final HexFormat UPPER = HexFormat.of().withUpperCase();
  private static final HexFormat LOWER = HexFormat.of();

  /**
   * Characters besides letters and digits that some encoder leaves alone: RFC 3986's, Java's form
   * encoder's, JavaScript's two, Go's for a path; and none.
   */
  private static final String[] LEFT_ALONE_IN_URLS = {
    "-_.~", "-_.*", "-_.!~*'()", "-_.!~*'();/?:@&=+$,#", "-_.~$&+=:@", ""
  };

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
    for (var leftAlone : LEFT_ALONE_IN_URLS) {
      for (var hex : new HexFormat[] {UPPER, LOWER}) {
        for (var space : new String[] {"%20", "+"}) {
          add(into, percent(bytes, leftAlone, hex, space));
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
   * neighbour, and only those between are certain.
   */
  private static void addBase64(Set<Pattern> into, byte[] bytes) {
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
  }

  /**
   * The escapes of one writer of quoted texts.
   *
   * @param quotes that it escapes
   * @param asCodes what it writes as a code although it need not
   * @param ascii whether it does so with all that is not ASCII
   * @param slash whether it escapes the slash
   * @param upper whether its codes have upper-case digits
   * @param json whether its codes are JSON's, or else Go's and Python's
   */
  private record Escapes(
      String quotes, String asCodes, boolean ascii, boolean slash, boolean upper, boolean json)
      implements UnaryOperator<String> {
    static final Escapes PLAIN_JSON = new Escapes("\"", "", false, false, false, true);

    private static final String[] QUOTES = {"\"", "'", "\"'"};

    /** Those of HTML that Go's and Google's JSON writers escape as well. */
    private static final String[] AS_CODES = {"", "<>&\u2028\u2029", "<>&='\u2028\u2029"};

    static Set<Escapes> all() {
      var all = new LinkedHashSet<Escapes>();
      for (var quotes : QUOTES) {
        for (var asCodes : AS_CODES) {
          for (var bits = 0; bits < 16; bits++) {
            all.add(
                new Escapes(
                    quotes,
                    asCodes,
                    (bits & 1) > 0,
                    (bits & 2) > 0,
                    (bits & 4) > 0,
                    (bits & 8) > 0));
          }
        }
      }
      return all;
    }

    @Override
    public String apply(String text) {
      var out = new StringBuilder(text.length() + 16);
      for (var i = 0; i < text.length(); i++) {
        append(out, text.charAt(i));
      }
      return out.toString();
    }

    private void append(StringBuilder out, char c) {
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append(json ? "\\b" : "\\x08");
        case '\f' -> out.append(json ? "\\f" : "\\x0c");
        default -> {
          if (quotes.indexOf(c) >= 0 || (c == '/' && slash)) {
            out.append('\\').append(c);
          } else if (asCodes.indexOf(c) >= 0 || (ascii && c > 0x7E)) {
            code(out, c);
          } else if (c < 0x20 || c == 0x7F) {
            if (json) {
              code(out, c);
            } else {
              out.append("\\x").append(LOWER.toHexDigits((byte) c));
            }
          } else {
            out.append(c);
          }
        }
      }
    }

    private void code(StringBuilder out, char c) {
      var digits = LOWER.toHexDigits(c);
      out.append("\\u").append(upper ? digits.toUpperCase(Locale.ROOT) : digits);
    }
  }
}
