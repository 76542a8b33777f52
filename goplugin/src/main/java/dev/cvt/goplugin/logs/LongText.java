package dev.cvt.goplugin.logs;

import java.util.function.UnaryOperator;

/** Shortens the text of a line that was too long to be kept whole, after secrets have gone. */
final class LongText {

  private LongText() {}

  /**
   * A line's text as it may be shown.
   *
   * @param text the line, or its first {@link LineAssembler#KEPT} bytes
   * @param total its true length in bytes
   */
  static String cut(UnaryOperator<String> scrubber, String text, long total) {
    var clean = scrubber.apply(text);
    if (total <= LineAssembler.WHOLE) {
      return clean;
    }
    return clean.substring(0, Math.min(clean.length(), LineAssembler.WHOLE)) + marker(total);
  }

  /** The last value of a record that was cut: its end may be the head of a secret. */
  static String withoutMargin(UnaryOperator<String> scrubber, String value, long total) {
    var clean = scrubber.apply(value);
    int over = (int) Math.min(total, LineAssembler.KEPT) - LineAssembler.WHOLE;
    return clean.substring(0, Math.max(0, clean.length() - over)) + marker(total);
  }

  private static String marker(long total) {
    return "… [" + (total - LineAssembler.WHOLE) + " bytes cut]";
  }
}
