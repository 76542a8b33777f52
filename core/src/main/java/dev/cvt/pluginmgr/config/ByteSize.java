package dev.cvt.pluginmgr.config;

import java.util.List;
import java.util.regex.Pattern;

/** Sizes in bytes: a whole number and a unit, {@code 512KiB}, {@code 64MiB}. */
final class ByteSize {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})([^0-9].*)?", Pattern.DOTALL);

  private record Unit(String text, long bytes) {}

  private static final List<Unit> UNITS =
      List.of(
          new Unit("GiB", 1L << 30),
          new Unit("MiB", 1L << 20),
          new Unit("KiB", 1L << 10),
          new Unit("B", 1));

  private ByteSize() {}

  static Parsed<Long> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Parsed.bad(Shown.quoted(text) + " is not a size", "write it like 512KiB or 64MiB");
    }
    var number = form.group(1);
    var unitText = form.group(2);
    if (unitText == null) {
      return number.equals("0")
          ? Parsed.good(0L)
          : Parsed.bad(
              Shown.quoted(text) + " is a number without a unit",
              "say which: %sMiB, %sKiB or %sB".formatted(number, number, number));
    }
    for (var unit : UNITS) {
      if (unit.text().equals(unitText)) {
        try {
          return Parsed.good(Math.multiplyExact(Long.parseLong(number), unit.bytes()));
        } catch (ArithmeticException | NumberFormatException e) {
          return Parsed.bad(
              Shown.quoted(text) + " is larger than a size can be", "use a smaller number");
        }
      }
    }
    return Parsed.bad(
        "%s has the unknown unit %s".formatted(Shown.quoted(text), Shown.quoted(unitText)),
        "use B, KiB, MiB or GiB");
  }

  /** With the largest unit that leaves a whole number. */
  static String print(long bytes) {
    for (var unit : UNITS) {
      if (bytes != 0 && bytes % unit.bytes() == 0) {
        return bytes / unit.bytes() + unit.text();
      }
    }
    return "0";
  }
}
