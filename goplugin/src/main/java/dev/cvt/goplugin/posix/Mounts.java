package dev.cvt.goplugin.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The mounted file systems, as Linux lists them. Read anew each time, since they change.
 *
 * @param table the list; elsewhere than on Linux there is none, and nothing is forbidden
 */
public record Mounts(Path table) {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
  private static final int MOUNT_POINT = 4;
  private static final int OPTIONS = 5;

  /** Those of this process. */
  public static Mounts system() {
    return new Mounts(Path.of("/proc/self/mountinfo"));
  }

  /** Where the file system of an existing file is mounted, if that forbids execution. */
  public Optional<String> forbidsExecution(Path file) {
    try {
      var real = file.toRealPath();
      String[] closest = null;
      int depth = -1;
      for (var line : lines()) {
        var fields = line.split(" ", -1);
        if (fields.length <= OPTIONS) {
          continue;
        }
        var point = Path.of(unescaped(fields[MOUNT_POINT]));
        // A later mount covers an earlier one of the same place.
        if (real.startsWith(point) && point.getNameCount() >= depth) {
          closest = fields;
          depth = point.getNameCount();
        }
      }
      return closest != null && List.of(closest[OPTIONS].split(",", -1)).contains("noexec")
          ? Optional.of(unescaped(closest[MOUNT_POINT]))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private List<String> lines() throws IOException {
    return Files.exists(table) ? Files.readAllLines(table) : List.of();
  }

  private static String unescaped(String text) {
    return OCTAL
        .matcher(text)
        .replaceAll(m -> String.valueOf((char) Integer.parseInt(m.group(1), 8)));
  }
}
