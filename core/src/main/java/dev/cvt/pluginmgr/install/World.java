package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The file in a manager's folder that says in which boot and container its process number holds.
 */
final class World {

  private static final String FILE = ".world";
  private static final int LONGEST = 1000;

  private World() {}

  static void write(Path folder) throws IOException {
    var world = ProcessId.world();
    var file = folder.resolve(FILE);
    Files.createFile(file, Modes.creating(file, Modes.PRIVATE_FILE));
    Files.writeString(
        file, world.boot() + "\n" + world.namespace() + "\n", StandardOpenOption.WRITE);
  }

  /** A short word for ours, that may stand in a file's name. */
  static String mark() {
    var world = ProcessId.world();
    return Integer.toHexString((world.boot() + "\n" + world.namespace()).hashCode());
  }

  /** When it was written. */
  static Instant since(Path folder) {
    try {
      return Files.getLastModifiedTime(folder.resolve(FILE), NOFOLLOW_LINKS).toInstant();
    } catch (IOException _) {
      return Instant.EPOCH;
    }
  }

  static Optional<ProcessId.World> read(Path folder) {
    var file = folder.resolve(FILE);
    try {
      if (!Files.isRegularFile(file, NOFOLLOW_LINKS) || Files.size(file) > LONGEST) {
        return Optional.empty();
      }
      var lines = Files.readString(file).split("\n", -1);
      return lines.length < 2
          ? Optional.empty()
          : Optional.of(new ProcessId.World(lines[0], lines[1]));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
