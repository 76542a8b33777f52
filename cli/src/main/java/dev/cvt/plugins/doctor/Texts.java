package dev.cvt.plugins.doctor;

import java.time.Duration;
import java.util.Locale;

/** Figures as a person reads them. Pure. */
final class Texts {
  private static final double MICROS = 1000.0;
  private static final double MIB = 1024 * 1024;

  private Texts() {}

  /** In milliseconds, with a tenth below ten; in seconds from ten seconds on. */
  static String time(Duration time) {
    double millis = time.toNanos() / MICROS / MICROS;
    if (millis < 9.95) {
      return String.format(Locale.ROOT, "%.1f ms", millis);
    }
    return millis < 10_000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }

  static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }
}
