package dev.cvt.goplugin.posix;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has a file open, as Linux tells; other users' processes do not show.
 *
 * @param proc where the process file system is mounted
 */
public record OpenFiles(Path proc) {
  private static final int ACCESS_MODE = 3;
  private static final String FLAGS = "flags:";

  /** Those of this machine. */
  public static OpenFiles system() {
    return new OpenFiles(Path.of("/proc"));
  }

  /** The ids of the processes that have a file open for writing. */
  public List<Long> writers(Path file) {
    var found = new ArrayList<Long>();
    try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      var real = file.toRealPath();
      for (var process : processes) {
        if (writes(process, real)) {
          found.add(Long.parseLong(String.valueOf(process.getFileName())));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return found;
  }

  private static boolean writes(Path process, Path file) {
    try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : descriptors) {
        if (Files.readSymbolicLink(descriptor).equals(file)
            && writable(process.resolve("fdinfo").resolve(descriptor.getFileName()))) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it has ended, or is another user's
    }
    return false;
  }

  private static boolean writable(Path info) throws IOException {
    try (var lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith(FLAGS))
          .anyMatch(
              line ->
                  (Long.parseLong(line.substring(FLAGS.length()).strip(), 8) & ACCESS_MODE) != 0);
    }
  }
}
