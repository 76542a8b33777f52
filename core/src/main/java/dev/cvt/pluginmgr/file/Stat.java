package dev.cvt.pluginmgr.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What a path names, links not followed. Unlike the questions that {@link Files} answers, these do
 * not take "cannot be looked at" for "is not there".
 */
public final class Stat {

  private Stat() {}

  /** The attributes; empty only if there is nothing of that name. */
  public static Optional<BasicFileAttributes> of(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Whether there is anything of that name, be it a link that leads nowhere. */
  public static boolean exists(Path path) throws IOException {
    return of(path).isPresent();
  }

  /** Whether it is a regular file. */
  public static boolean isFile(Path path) throws IOException {
    return of(path).filter(BasicFileAttributes::isRegularFile).isPresent();
  }

  /** Whether it is a folder. */
  public static boolean isFolder(Path path) throws IOException {
    return of(path).filter(BasicFileAttributes::isDirectory).isPresent();
  }

  /** Whether it is a symbolic link. */
  public static boolean isLink(Path path) throws IOException {
    return of(path).filter(BasicFileAttributes::isSymbolicLink).isPresent();
  }
}
