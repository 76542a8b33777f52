package dev.cvt.plugin.bench.subject;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What processes have used up so far. */
final class Usage {
  /** The unit of times in {@code /proc}: a hundredth of a second on every Linux. */
  private static final long TICK_NANOS = 10_000_000;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private Usage() {}

  /** Processor time of this process, in nanoseconds. */
  static long ownCpu() {
    return SYSTEM.getProcessCpuTime();
  }

  /** Bytes allocated by this process. */
  static long allocated() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  /** Processor time of other processes, in nanoseconds. */
  static long cpu(List<Long> pids) throws IOException {
    long total = 0;
    for (long pid : pids) {
      var text = Files.readString(Path.of("/proc/" + pid + "/stat"));
      var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      total += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return total * TICK_NANOS;
  }

  /** Private memory of this process that is in use, in bytes. */
  static long rssAnonymous() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    }
  }
}
