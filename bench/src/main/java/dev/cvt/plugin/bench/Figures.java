package dev.cvt.plugin.bench;

import java.util.Locale;

/** Numbers as a table shows them: three digits that mean something. */
final class Figures {
  private Figures() {}

  static String shown(double value) {
    double size = Math.abs(value);
    if (size >= 100_000) {
      return String.format(Locale.ROOT, "%.0fk", value / 1000);
    }
    if (size >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
  }
}
