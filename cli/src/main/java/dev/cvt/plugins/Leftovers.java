package dev.cvt.plugins;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stood in the temporary folder at an instant, to see later what has come to stay. */
final class Leftovers {
  /** What this project puts there: homes of the demo, and folders for sockets. */
  private static final List<String> OURS = List.of("cvt-", "gp", "goplugin", "plugin");

  private final Set<Path> before;

  private Leftovers(Set<Path> before) {
    this.before = before;
  }

  static Leftovers now() throws IOException {
    return new Leftovers(ours());
  }

  private static Set<Path> ours() throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> OURS.stream().anyMatch(String.valueOf(file.getFileName())::startsWith))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /**
   * What is there now and was not, and which of these processes still live; empty if all is gone.
   */
  List<String> since(List<Long> pids) throws IOException {
    List<String> left = new ArrayList<>();
    for (long pid : pids) {
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        left.add("process " + pid + " still lives");
      }
    }
    Set<Path> now = ours();
    now.removeAll(before);
    now.forEach(file -> left.add(file + " is still there"));
    return left;
  }

  /** Deletes a folder and all that is in it; links are deleted, not followed. */
  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
