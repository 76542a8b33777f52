package dev.cvt.pluginmgr.install;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A manager's own folder, deleted with all in it; what is reached through a link stays. */
final class Tree {

  private Tree() {}

  /** Deletes what can be deleted; the next manager sweeps the rest once this process is gone. */
  static void delete(Path folder) {
    try {
      Files.walkFileTree(folder, new Deleting());
    } catch (IOException _) {
      // it was not there, or is no longer
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return gone(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
      return gone(folder);
    }

    private static FileVisitResult gone(Path path) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException _) {
        // the others can go all the same
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
