package dev.cvt.plugin.bench.faults;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * A plugin root with a few plugins, changes to it, and a look at what is left of it.
 *
 * @param root the plugin root
 * @param sources two builds of each plugin, in the folders {@code one} and {@code two}
 */
record Installation(Path root, Path sources) {

  private static final String[] NAMES = {"rest", "echo", "next", "bystander"};

  /** Makes the sources and installs a first build of all. */
  static Installation in(Path root, Path sources) throws IOException, InterruptedException {
    var random = new Random(11);
    for (var build : new String[] {"one", "two"}) {
      var folder = Files.createDirectories(sources.resolve(build));
      for (var name : NAMES) {
        var bytes = new byte[name.equals("rest") ? 300_000 : 20_000];
        random.nextBytes(bytes);
        var file = Files.write(folder.resolve("cvt-plugin-" + name), bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    var installation = new Installation(root, sources);
    installation.restore();
    return installation;
  }

  StateFile state() {
    return StateFile.at(root.resolve("state.json"), root).lockTimeout(Duration.ofMinutes(1));
  }

  /** The first build of all, where it is not there. */
  void restore() throws InterruptedException {
    for (var name : NAMES) {
      install("one", name);
    }
  }

  /** One change, chosen at random. */
  void change(Random random) throws InterruptedException {
    switch (random.nextInt(6)) {
      case 0, 1 -> install("two", "rest");
      case 2 -> install("two", "echo");
      case 3 -> state().rollback("rest");
      case 4 -> state().remove("echo");
      default -> state().reset("echo");
    }
  }

  /** Whether the state can be read, and holds what nobody has touched. */
  boolean isReadable() {
    try {
      return state().read().plugins().containsKey("bystander");
    } catch (Refused e) {
      System.err.println(e.getMessage());
      return false;
    }
  }

  /** Whether each entry's binary is one of the two builds, whole, and the one of the entry. */
  boolean isWhole() throws IOException, InterruptedException {
    for (var plugin : state().read().plugins().entrySet()) {
      try {
        var binary = Path.of(state().verify(plugin.getValue()).binaryPath());
        var name = "cvt-plugin-" + plugin.getKey();
        if (Files.mismatch(binary, sources.resolve("one").resolve(name)) >= 0
            && Files.mismatch(binary, sources.resolve("two").resolve(name)) >= 0) {
          return false;
        }
      } catch (Refused e) {
        System.err.println(e.getMessage());
        return false;
      }
    }
    return true;
  }

  /** How many unfinished things lie about. */
  long leftovers() throws IOException {
    try (var all = Files.walk(root)) {
      return all.map(path -> path.getFileName().toString())
          .filter(
              name ->
                  Arrays.stream(new String[] {".staged-", ".tmp", ".intent"})
                      .anyMatch(name::contains))
          .count();
    }
  }

  private void install(String build, String name) throws InterruptedException {
    var _ = state().install(sources.resolve(build).resolve("cvt-plugin-" + name), name);
  }
}
