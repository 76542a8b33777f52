package dev.cvt.plugins.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a plugin has started, whoever is its parent by now: each start has a folder of its own
 * in a variable that all its descendants inherit. Where there is no {@code /proc}, it finds
 * nothing.
 */
final class Strays {
  /** Holds the folder of the start. */
  static final String MARK = "CVT_CONFORMANCE";

  private static final Path PROC = Path.of("/proc");

  /** The live processes of one start, or of all starts below a folder. */
  List<ProcessHandle> of(Path folder) {
    var mark = MARK + "=" + folder;
    return ProcessHandle.allProcesses()
        .filter(process -> carries(process.pid(), mark))
        .filter(Strays::alive)
        .toList();
  }

  private static boolean carries(long pid, String mark) {
    try {
      var environment =
          "\0"
              + new String(
                  Files.readAllBytes(PROC.resolve(pid + "/environ")), StandardCharsets.ISO_8859_1);
      int at = environment.indexOf("\0" + mark);
      int end = at + 1 + mark.length();
      return at >= 0
          && end < environment.length()
          && (environment.charAt(end) == '\0' || environment.charAt(end) == '/');
    } catch (IOException e) {
      return false; // gone, or not ours to look at
    }
  }

  /** Whether it runs: a process that has ended and that nobody has waited for does not. */
  static boolean alive(ProcessHandle process) {
    return process.isAlive() && state(process.pid()).filter(s -> s == 'Z' || s == 'X').isEmpty();
  }

  private static Optional<Character> state(long pid) {
    try {
      var stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      int at = stat.lastIndexOf(") ") + 2;
      return at > 1 && at < stat.length() ? Optional.of(stat.charAt(at)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
