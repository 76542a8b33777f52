package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.config.Node.Scalar;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Paths as the files write them: {@code ~} and {@code ~/…} are the home, {@code ~user} is nobody.
 */
final class FilePaths {
  private final Path home;
  private final Problems problems;

  FilePaths(Path home, Problems problems) {
    this.home = home;
    this.problems = problems;
  }

  /** The path, of the home's file system; or nothing, and a problem. */
  Optional<Placed<Path>> path(Scalar written, KeyPath key) {
    var text = written.text();
    try {
      var path = home.getFileSystem().getPath(text.startsWith("~/") ? text.substring(2) : text);
      if (text.equals("~")) {
        path = home;
      } else if (text.startsWith("~/")) {
        // A second slash does not lead out of the home: "~//x" is "~/x".
        path = home.resolve(path.isAbsolute() ? path.getRoot().relativize(path) : path);
      }
      return Optional.of(new Placed<>(path, written.spot()));
    } catch (InvalidPathException e) {
      problems.error(
          written.spot(), key, Shown.quoted(text) + " cannot be a path", "use another name");
      return Optional.empty();
    }
  }
}
