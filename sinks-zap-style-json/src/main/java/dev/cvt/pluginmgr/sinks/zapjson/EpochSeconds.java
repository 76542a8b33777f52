package dev.cvt.pluginmgr.sinks.zapjson;

import java.time.Instant;

/**
 * Seconds since the epoch as zap prints them: nanoseconds divided by 1e9 as a double, in the
 * shortest plain decimal form that reads back as the same double.
 */
final class EpochSeconds {
  private EpochSeconds() {}

  /** The text for times within 292 years of the epoch, which is what Go's nanoseconds hold. */
  static String of(Instant time) {
    long nanos =
        Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    return plain(nanos / 1e9);
  }

  /** {@link Double#toString} finds the shortest digits; only its exponent has to go. */
  private static String plain(double seconds) {
    String text = Double.toString(seconds);
    int exponentAt = text.indexOf('E');
    if (exponentAt < 0) {
      return text.endsWith(".0") ? whole(text.substring(0, text.length() - 2)) : text;
    }
    int exponent = Integer.parseInt(text, exponentAt + 1, text.length(), 10);
    boolean negative = text.charAt(0) == '-';
    int point = text.indexOf('.');
    String before = text.substring(negative ? 1 : 0, point);
    String after = text.substring(point + 1, exponentAt);
    String digits = before + ("0".equals(after) ? "" : after);
    int place = before.length() + exponent;
    StringBuilder plain = new StringBuilder(24);
    if (negative) {
      plain.append('-');
    }
    if (place <= 0) {
      plain.append("0.").repeat('0', -place).append(digits);
    } else if (place >= digits.length()) {
      plain.append(digits).repeat('0', place - digits.length());
    } else {
      plain.append(digits, 0, place).append('.').append(digits, place, digits.length());
    }
    return plain.toString();
  }

  private static String whole(String digits) {
    return "-0".equals(digits) ? "0" : digits;
  }
}
