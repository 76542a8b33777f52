package dev.cvt.pluginmgr.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Whether others than its owner can read a file. */
final class Exposure {
  private static final Set<PosixFilePermission> READABLE =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private Exposure() {}

  /** Warns of a file that holds a literal secret and can be read by others. */
  static void warn(Path file, Placed<KeyPath> secret, Problems problems) {
    mode(file)
        .filter(mode -> mode.stream().anyMatch(READABLE::contains))
        .ifPresent(
            mode ->
                problems.warn(
                    secret.spot(),
                    secret.value(),
                    "the secret stands in the file itself, which others can read (mode %s)"
                        .formatted(octal(mode)),
                    "chmod 600 %s, or put the secret into a variable"
                        .formatted(shellWord(file.toString()))));
  }

  /** Nothing where files have no modes, or the file is gone again. */
  private static Optional<Set<PosixFilePermission>> mode(Path file) {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(view.readAttributes().permissions());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static String octal(Set<PosixFilePermission> mode) {
    var bits = 0;
    for (var permission : PosixFilePermission.values()) {
      bits = bits << 1 | (mode.contains(permission) ? 1 : 0);
    }
    return "%04o".formatted(bits);
  }

  private static String shellWord(String text) {
    return text.matches("[A-Za-z0-9_./~+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
