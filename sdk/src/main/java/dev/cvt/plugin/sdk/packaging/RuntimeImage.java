package dev.cvt.plugin.sdk.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A Java runtime that holds one plugin and what it needs, and nothing else. */
final class RuntimeImage {

  /** Where the recorded start lies in the image. */
  static final String CACHE = "lib/plugin.aot";

  /**
   * The JVM refuses a recorded start when the time of the file with all classes has changed; tar
   * keeps whole seconds. So every file gets this one before anything is recorded.
   */
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  /** In every JVM of a packed plugin. What names a path stands in the script. */
  static final List<String> JVM_OPTIONS =
      List.of(
          // One small heap, no threads for collecting it: starts sooner, and many run side by side.
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          // The recorded start is mapped where it was made for, and shared with its file, in place
          // of being written anew at an address of chance: less private memory, a sooner start.
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          // No profiles in it: with them the compilers are busy before there is anything to do, and
          // the line comes a fifth later.
          "-XX:-AOTRecordTraining",
          "-XX:-AOTReplayTraining",
          // Standard output belongs to the handshake line.
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          // protobuf and Netty still ask for Unsafe, and the JDK would warn of it on each start.
          "--sun-misc-unsafe-memory-access=allow",
          // Half a plugin is worse than none: its host starts another.
          "-XX:+ExitOnOutOfMemoryError");

  /** What jlink puts in and a plugin never opens. */
  private static final Set<String> NEEDLESS =
      Set.of("bin/keytool", "lib/classlist", "lib/jrt-fs.jar", "lib/jexec");

  private final Path folder;

  private RuntimeImage(Path folder) {
    this.folder = folder;
  }

  /**
   * Links the image.
   *
   * @param jdk the JDK whose runtime it becomes
   * @param folder must not exist yet
   */
  static RuntimeImage link(Path jdk, String modulePath, List<String> modules, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(jdk.resolve("bin/jlink").toString());
    command.addAll(List.of("--module-path", modulePath));
    command.addAll(List.of("--add-modules", String.join(",", modules)));
    command.addAll(List.of("--add-options", String.join(" ", JVM_OPTIONS)));
    command.addAll(List.of("--strip-debug", "--no-header-files", "--no-man-pages"));
    command.addAll(List.of("--compress", "zip-6", "--output", folder.toString()));
    Tool.run("jlink", command);
    RuntimeImage image = new RuntimeImage(folder);
    image.trim();
    image.strip();
    image.settle();
    return image;
  }

  /** Where it lies. */
  Path folder() {
    return folder;
  }

  /** Its launcher. */
  Path java() {
    return folder.resolve("bin/java");
  }

  private void trim() throws IOException {
    for (String name : NEEDLESS) {
      Files.deleteIfExists(folder.resolve(name));
    }
    // Licences that several modules share are links to one text; a packed tree has no links.
    for (Path path : paths()) {
      if (Files.isSymbolicLink(path)) {
        Files.delete(path);
      }
    }
  }

  /** Takes the symbol tables out of the libraries, a sixth of the JVM's, where strip is at hand. */
  private void strip() throws IOException, InterruptedException {
    List<String> libraries =
        paths().stream().map(Path::toString).filter(name -> name.endsWith(".so")).toList();
    if (!libraries.isEmpty() && Tool.exists("strip")) {
      List<String> command = new ArrayList<>(List.of("strip", "--strip-unneeded"));
      command.addAll(libraries);
      Tool.run("strip", command);
    }
  }

  /** Gives every file the one time. */
  void settle() throws IOException {
    for (Path path : paths()) {
      if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.setLastModifiedTime(path, TIME);
      }
    }
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.sorted(Comparator.naturalOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
