package dev.cvt.pluginmgr.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The grain of a file's times. Many kernels stamp with a clock that advances every 1 to 10 ms: a
 * file written twice within one tick shows the same times, and so a write after the hashing could
 * hide behind the link before it. Linux 6.13 and later stamp anew whatever somebody has looked at,
 * on the file systems that take part.
 */
final class Ticks {

  private static final Duration LONGEST = Duration.ofMillis(11);
  private static final Pattern VERSION = Pattern.compile("([0-9]+)\\.([0-9]+).*");
  private static final Set<String> FINE = Set.of("ext4", "xfs", "btrfs", "tmpfs");

  private Ticks() {}

  /** Waits until a change of a file from now on would show in its times. */
  static void pass(FileFacts facts, Path file) throws IOException, InterruptedException {
    if (facts.changed().isEmpty() || isFine(file)) {
      return;
    }
    var passed = facts.changed().get().toInstant().plus(LONGEST);
    for (var now = Instant.now(); now.isBefore(passed); now = Instant.now()) {
      var left = Duration.between(now, passed);
      // A clock that was set back must not hold us up.
      TimeUnit.NANOSECONDS.sleep(left.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : left.toNanos());
      if (left.compareTo(LONGEST) > 0) {
        return;
      }
    }
  }

  private static boolean isFine(Path file) throws IOException {
    return isFineKernel(System.getProperty("os.name", ""), System.getProperty("os.version", ""))
        && FINE.contains(Files.getFileStore(file).type());
  }

  static boolean isFineKernel(String name, String version) {
    var matcher = VERSION.matcher(version);
    if (!name.toLowerCase(Locale.ROOT).equals("linux") || !matcher.matches()) {
      return false;
    }
    int major = Integer.parseInt(matcher.group(1));
    return major > 6 || (major == 6 && Integer.parseInt(matcher.group(2)) >= 13);
  }
}
