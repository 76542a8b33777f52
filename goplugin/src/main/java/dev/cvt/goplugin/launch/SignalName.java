package dev.cvt.goplugin.launch;

import java.util.Map;
import java.util.Optional;

/** Signals by number, those with the same number on Linux and macOS for which a program may end. */
final class SignalName {
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(5, "SIGTRAP"),
          Map.entry(6, "SIGABRT"),
          Map.entry(8, "SIGFPE"),
          Map.entry(9, "SIGKILL"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(14, "SIGALRM"),
          Map.entry(15, "SIGTERM"),
          Map.entry(24, "SIGXCPU"),
          Map.entry(25, "SIGXFSZ"));

  private static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");
  private static final int LAST = 64;

  private SignalName() {}

  /** The name, or {@code signal N}; empty for what is no signal's number. */
  static Optional<String> of(int number) {
    if (number < 1 || number > LAST) {
      return Optional.empty();
    }
    if (number == (LINUX ? 7 : 10)) {
      return Optional.of("SIGBUS");
    }
    if (number == (LINUX ? 31 : 12)) {
      return Optional.of("SIGSYS");
    }
    return Optional.of(NAMES.getOrDefault(number, "signal " + number));
  }
}
