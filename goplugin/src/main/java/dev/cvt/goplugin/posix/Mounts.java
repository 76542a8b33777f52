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
 * @param groups the control groups that this process is in
 */
public record Mounts(Path table, Path groups) {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
  private static final int MOUNT_POINT = 4;
  private static final int OPTIONS = 5;
  private static final int ROOT = 3;

  /** Ends the optional fields; the type of the file system follows. */
  private static final String SEPARATOR = "-";

  /** In the list of groups, the one of version 2 begins with this, and its path follows. */
  private static final String UNIFIED = "0::";

  /** Those of this process. */
  public static Mounts system() {
    return new Mounts(Path.of("/proc/self/mountinfo"), Path.of("/proc/self/cgroup"));
  }

  /**
   * The folder of the control group (version 2) that this process is in; empty if there is none, or
   * if it lies outside of what is mounted here.
   */
  public Optional<Path> ownCgroup() {
    try {
      var own =
          Files.exists(groups)
              ? Files.readAllLines(groups).stream().filter(l -> l.startsWith(UNIFIED)).findFirst()
              : Optional.<String>empty();
      if (own.isEmpty()) {
        return Optional.empty();
      }
      var group = Path.of(own.get().substring(UNIFIED.length()));
      for (var line : lines()) {
        var fields = List.of(line.split(" ", -1));
        int type = fields.indexOf(SEPARATOR) + 1;
        if (type > OPTIONS && type < fields.size() && fields.get(type).equals("cgroup2")) {
          var root = Path.of(unescaped(fields.get(ROOT)));
          var folder = Path.of(unescaped(fields.get(MOUNT_POINT))).resolve(root.relativize(group));
          return group.startsWith(root) && Files.isDirectory(folder)
              ? Optional.of(folder.normalize())
              : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
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
