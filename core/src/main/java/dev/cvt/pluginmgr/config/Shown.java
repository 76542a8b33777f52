package dev.cvt.pluginmgr.config;

/**
 * Text that came from outside, made fit for a message: between quotes, on one line, of bounded
 * length, and without anything that a terminal would obey or that would turn the line around.
 */
final class Shown {
  /** What is longer is cut, in characters. */
  private static final int LIMIT = 80;

  private Shown() {}

  /** The text between quotes. Never to be given the value of a secret. */
  static String quoted(String text) {
    var out = new StringBuilder(Math.min(text.length(), LIMIT) + 8).append('"');
    var points = text.codePoints().limit(LIMIT + 1L).toArray();
    for (var i = 0; i < Math.min(points.length, LIMIT); i++) {
      append(out, points[i]);
    }
    return out.append(points.length > LIMIT ? "…\"" : "\"").toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isPlain(point)) {
          out.appendCodePoint(point);
        } else {
          out.append(point > 0xFFFF ? "\\U%08x".formatted(point) : "\\u%04x".formatted(point));
        }
      }
    }
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
