package dev.cvt.plugins;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stood in the temporary folder at an instant, to see later what has come to stay. Others may
 * be at work beside us: what belongs to a process of theirs is not ours.
 */
final class Leftovers {
  /** How the folders for sockets begin that a host makes there. */
  private static final String SOCKETS = "gp-";

  /** The file in such a folder whose first line is the host's process id. */
  private static final String OWNER = "owner";

  private final Path folder;
  private final Set<Path> before;

  private Leftovers(Path folder, Set<Path> before) {
    this.folder = folder;
    this.before = before;
  }

  static Leftovers now() throws IOException {
    return in(Path.of(System.getProperty("java.io.tmpdir")));
  }

  static Leftovers in(Path folder) throws IOException {
    return new Leftovers(folder, sockets(folder));
  }

  private static Set<Path> sockets(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(SOCKETS))
          .filter(file -> !isAnothers(file))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean isAnothers(Path sockets) {
    try {
      String owner = Files.readAllLines(sockets.resolve(OWNER)).getFirst();
      return !owner.equals(Long.toString(ProcessHandle.current().pid()));
    } catch (AccessDeniedException e) {
      return true; // another user's
    } catch (IOException | NoSuchElementException e) {
      return !Files.exists(sockets); // gone meanwhile is nobody's; without an owner it may be ours
    }
  }

  /**
   * What is there now and was not, and which of these processes still live; empty if all is gone.
   *
   * @param home that has to be gone too
   */
  List<String> since(List<Long> pids, Path home) throws IOException {
    List<String> left = new ArrayList<>();
    for (long pid : pids) {
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        left.add("process " + pid + " still lives");
      }
    }
    Set<Path> now = sockets(folder);
    now.removeAll(before);
    if (Files.exists(home)) {
      now.add(home);
    }
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
