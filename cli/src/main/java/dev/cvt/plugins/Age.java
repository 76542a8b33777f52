package dev.cvt.plugins;

import java.time.Duration;
import java.time.Instant;

/** How long ago something was, in two figures or so; pure. */
final class Age {
  private Age() {}

  /** {@code 7s}, {@code 3m}, {@code 5h}, {@code 12d}; a time to come is now. */
  static String of(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    if (age.isNegative()) {
      return "0s";
    }
    if (age.toMinutes() < 2) {
      return age.toSeconds() + "s";
    }
    if (age.toHours() < 2) {
      return age.toMinutes() + "m";
    }
    return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
  }
}
