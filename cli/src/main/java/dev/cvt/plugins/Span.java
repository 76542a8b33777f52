package dev.cvt.plugins;

import java.time.Duration;
import java.util.regex.Pattern;

/** A length of time on the command line: a whole number and a unit, such as {@code 5s}. */
final class Span {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m)");

  /** Nobody waits as long, and nanoseconds hold it. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private Span() {}

  /** Above zero, and a day at most. */
  static Duration parse(String option, String text) {
    var match = TEXT.matcher(text);
    if (match.matches()) {
      long number = Long.parseLong(match.group(1));
      var span =
          switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          };
      if (span.isPositive() && span.compareTo(LONGEST) <= 0) {
        return span;
      }
    }
    throw new Failures.Told(
        option
            + " "
            + text
            + " is no time; write a number above 0 and ms, s or m, such as 5s, a day at most",
        ExitCode.USAGE);
  }
}
