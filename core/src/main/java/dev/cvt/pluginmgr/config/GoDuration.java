package dev.cvt.pluginmgr.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Durations as Go writes and reads them ({@code time.ParseDuration} and {@code Duration.String}):
 * {@code 250ms}, {@code 1m30s}, {@code 1.5h}. Signed 64-bit nanoseconds, fractions cut, not
 * rounded.
 */
public final class GoDuration {
  /** The longest that Go can hold, some 292 years. */
  static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** 2^63 as Go's parser meets it: one more than a positive duration may have. */
  private static final long TWO_TO_63 = Long.MIN_VALUE;

  private static final String EXAMPLES = "write it like 250ms, 5s, 1m30s or 1.5h";

  private final String text;
  private int at;

  private GoDuration(String text) {
    this.text = text;
  }

  /** What Go's parser makes of a text, negative durations included. */
  static Parsed<Duration> parse(String text) {
    return new GoDuration(text).whole();
  }

  private Parsed<Duration> whole() {
    var negative = text.startsWith("-");
    at = negative || text.startsWith("+") ? 1 : 0;
    if (text.substring(at).equals("0")) {
      return Parsed.good(Duration.ZERO);
    }
    if (at == text.length()) {
      return noDuration();
    }
    var sum = 0L;
    while (at < text.length()) {
      var start = at;
      if (!isDigitOrDot(text.charAt(at))) {
        return noDuration();
      }
      var whole = leadingInteger();
      var wholeDigits = at - start;
      var fraction = Fraction.NONE;
      if (at < text.length() && text.charAt(at) == '.') {
        at++;
        fraction = leadingFraction();
      }
      if (wholeDigits + fraction.digits() == 0) {
        return noDuration();
      }
      var unitText = leadingUnit();
      if (unitText.isEmpty()) {
        return Parsed.bad(
            Shown.quoted(text) + " is a number without a unit",
            "say which: %ss, %sms or %sm".formatted(text, text, text));
      }
      var unit = Unit.of(unitText);
      if (unit.isEmpty()) {
        return Parsed.bad(
            "%s has the unknown unit %s".formatted(Shown.quoted(text), Shown.quoted(unitText)),
            "use h, m, s, ms, us or ns");
      }
      if (whole.isEmpty()) {
        return tooLong();
      }
      var part = times(whole.get(), unit.get().nanos, fraction);
      if (part.isEmpty()) {
        return tooLong();
      }
      sum += part.get();
      if (Long.compareUnsigned(sum, TWO_TO_63) > 0) {
        return tooLong();
      }
    }
    if (negative) {
      return Parsed.good(Duration.ofNanos(-sum));
    }
    return sum == TWO_TO_63 ? tooLong() : Parsed.good(Duration.ofNanos(sum));
  }

  private Parsed<Duration> noDuration() {
    return Parsed.bad(Shown.quoted(text) + " is not a duration", EXAMPLES);
  }

  private Parsed<Duration> tooLong() {
    return Parsed.bad(
        Shown.quoted(text) + " is longer than a duration can be", "use at most " + print(LONGEST));
  }

  private static boolean isDigitOrDot(char c) {
    return c == '.' || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Empty if it is over 2^63; the digits are read all the same. */
  private Optional<Long> leadingInteger() {
    var value = 0L;
    var over = false;
    for (; at < text.length() && isDigit(text.charAt(at)); at++) {
      over |= Long.compareUnsigned(value, Long.divideUnsigned(TWO_TO_63, 10)) > 0;
      value = value * 10 + (text.charAt(at) - '0');
      over |= Long.compareUnsigned(value, TWO_TO_63) > 0;
    }
    return over ? Optional.empty() : Optional.of(value);
  }

  private record Fraction(long value, double scale, int digits) {
    static final Fraction NONE = new Fraction(0, 1, 0);
  }

  /** Digits that no longer fit are read over: they are below a nanosecond. */
  private Fraction leadingFraction() {
    var start = at;
    var value = 0L;
    var scale = 1.0;
    var full = false;
    for (; at < text.length() && isDigit(text.charAt(at)); at++) {
      full |= value > Long.MAX_VALUE / 10;
      if (full) {
        continue;
      }
      var longer = value * 10 + (text.charAt(at) - '0');
      if (Long.compareUnsigned(longer, TWO_TO_63) > 0) {
        full = true;
        continue;
      }
      value = longer;
      scale *= 10;
    }
    return new Fraction(value, scale, at - start);
  }

  private String leadingUnit() {
    var start = at;
    while (at < text.length() && !isDigitOrDot(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static Optional<Long> times(long whole, long unit, Fraction fraction) {
    if (Long.compareUnsigned(whole, Long.divideUnsigned(TWO_TO_63, unit)) > 0) {
      return Optional.empty();
    }
    var nanos = whole * unit;
    if (fraction.value() != 0) {
      nanos += (long) (unsignedToDouble(fraction.value()) * (unit / fraction.scale()));
    }
    return Long.compareUnsigned(nanos, TWO_TO_63) > 0 ? Optional.empty() : Optional.of(nanos);
  }

  private static double unsignedToDouble(long value) {
    return value == TWO_TO_63 ? 0x1p63 : value;
  }

  private enum Unit {
    NANOS("ns", 1L),
    MICROS("us", 1_000L),
    MICRO_SIGN("\u00b5s", 1_000L),
    GREEK_MU("\u03bcs", 1_000L),
    MILLIS("ms", 1_000_000L),
    SECONDS("s", 1_000_000_000L),
    MINUTES("m", 60_000_000_000L),
    HOURS("h", 3_600_000_000_000L);

    private final String text;
    private final long nanos;

    Unit(String text, long nanos) {
      this.text = text;
      this.nanos = nanos;
    }

    static Optional<Unit> of(String text) {
      for (var unit : values()) {
        if (unit.text.equals(text)) {
          return Optional.of(unit);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * A duration as Go prints it: {@code 1m30s}, {@code 250ms}, {@code 0s}.
   *
   * @throws ArithmeticException if it is longer than Go's can be
   */
  public static String print(Duration duration) {
    var nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    var sign = nanos < 0 ? "-" : "";
    // The absolute value as an unsigned number: the shortest duration has no positive twin.
    var size = Math.abs(nanos);
    if (Long.compareUnsigned(size, Unit.SECONDS.nanos) < 0) {
      if (size < Unit.MICROS.nanos) {
        return sign + size + "ns";
      }
      return size < Unit.MILLIS.nanos
          ? sign + decimal(size, 3) + "\u00b5s"
          : sign + decimal(size, 6) + "ms";
    }
    var out = new StringBuilder(sign);
    var minutes = Long.divideUnsigned(size, Unit.MINUTES.nanos);
    if (minutes >= 60) {
      out.append(minutes / 60).append('h');
    }
    if (minutes > 0) {
      out.append(minutes % 60).append('m');
    }
    return out.append(decimal(Long.remainderUnsigned(size, Unit.MINUTES.nanos), 9))
        .append('s')
        .toString();
  }

  /**
   * {@code value / 10^places} without trailing zeros. {@code BigDecimal} does the same, and takes a
   * cold JVM 20 ms to load.
   */
  private static String decimal(long value, int places) {
    var digits = Long.toString(value);
    var all = "0".repeat(Math.max(0, places + 1 - digits.length())) + digits;
    var point = all.length() - places;
    var end = all.length();
    while (end > point && all.charAt(end - 1) == '0') {
      end--;
    }
    return end == point
        ? all.substring(0, point)
        : all.substring(0, point) + "." + all.substring(point, end);
  }
}
