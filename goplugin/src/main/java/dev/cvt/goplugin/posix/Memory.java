package dev.cvt.goplugin.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says about memory that ran out. */
public final class Memory {
  private static final Path COUNTERS = Path.of("/proc/vmstat");
  private static final String KILLS = "oom_kill ";

  private Memory() {}

  /**
   * How many processes the kernel has ended for want of memory, on this machine, ever; 0 unknown.
   */
  public static long kills() {
    try (var lines = Files.lines(COUNTERS)) {
      return lines
          .filter(line -> line.startsWith(KILLS))
          .mapToLong(line -> Long.parseLong(line.substring(KILLS.length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }
}
