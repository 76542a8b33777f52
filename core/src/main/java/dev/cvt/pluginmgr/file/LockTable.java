package dev.cvt.pluginmgr.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.file.ExclusiveLock.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The system's table of locks, to name who holds one. A courtesy: whatever cannot be read, or is
 * not beyond doubt, is left out.
 *
 * @param proc {@code /proc}, or a copy of one
 */
record LockTable(Path proc) {

  static final LockTable LINUX = new LockTable(Path.of("/proc"));

  private static final int LONGEST_COMMAND = 120;

  Optional<Holder> holderOf(Path lockFile) {
    try {
      long inode = (long) Files.getAttribute(lockFile, "unix:ino", NOFOLLOW_LINKS);
      var device = device((long) Files.getAttribute(lockFile, "unix:dev", NOFOLLOW_LINKS));
      return Files.readAllLines(proc.resolve("locks")).stream()
          .map(line -> List.of(line.trim().split("\\s+", -1)))
          .filter(fields -> isFlock(fields, inode))
          .filter(
              fields ->
                  fields.get(5).equals(device + ":" + inode) || hasOpen(pid(fields), lockFile))
          .map(LockTable::pid)
          .filter(pid -> pid > 0) // 0: in a container of its own
          .map(pid -> new Holder(pid, commandOf(pid)))
          .findFirst();
    } catch (IOException | RuntimeException _) {
      return Optional.empty();
    }
  }

  // "1: FLOCK ADVISORY WRITE 4711 fe:00:123 0 EOF"; whoever waits has "->" before FLOCK. On btrfs
  // and overlays the device is not the one that stat(2) shows: there the process must have the
  // file open.
  private static boolean isFlock(List<String> fields, long inode) {
    return fields.size() >= 6
        && fields.get(1).equals("FLOCK")
        && fields.get(5).endsWith(":" + inode);
  }

  private static long pid(List<String> fields) {
    return Long.parseLong(fields.get(4));
  }

  private static String device(long dev) {
    long major = (dev >>> 8 & 0xfff) | (dev >>> 32 & ~0xfffL);
    long minor = (dev & 0xff) | (dev >>> 12 & ~0xffL);
    return "%02x:%02x".formatted(major, minor);
  }

  private boolean hasOpen(long pid, Path lockFile) {
    try (var open = Files.newDirectoryStream(proc.resolve(pid + "/fd"))) {
      for (var fd : open) {
        if (Files.isSymbolicLink(fd) && Files.readSymbolicLink(fd).equals(lockFile.toRealPath())) {
          return true;
        }
      }
      return false;
    } catch (IOException | RuntimeException _) {
      return false;
    }
  }

  String commandOf(long pid) {
    try {
      var bytes = Files.readAllBytes(proc.resolve(pid + "/cmdline"));
      var command = new String(bytes, UTF_8).replace('\0', ' ').trim();
      return command.length() <= LONGEST_COMMAND
          ? command
          : command.substring(0, LONGEST_COMMAND) + "…";
    } catch (IOException _) {
      return "";
    }
  }
}
