package dev.cvt.pluginmgr.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;

/**
 * Whose files can be trusted: one's own, and those of whoever owns the root of the file system, who
 * could do as he likes anyway.
 *
 * @param trusted those owners
 */
record Owners(Set<UserPrincipal> trusted) {

  private static final Path SELF = Path.of("/proc/self");

  /** The trusted owners of the file system that a path is on. */
  static Owners around(Path path) throws IOException {
    var trusted = new HashSet<UserPrincipal>();
    var root = path.toAbsolutePath().getRoot();
    if (root != null) {
      trusted.add(Files.getOwner(root));
    }
    if (path.getFileSystem().equals(FileSystems.getDefault()) && Files.isDirectory(SELF)) {
      trusted.add(Files.getOwner(SELF));
    } else {
      try {
        var users = path.getFileSystem().getUserPrincipalLookupService();
        trusted.add(users.lookupPrincipalByName(System.getProperty("user.name", "")));
      } catch (IOException | UnsupportedOperationException _) {
        // no such user there: the root's owner alone
      }
    }
    return new Owners(Set.copyOf(trusted));
  }

  boolean trust(UserPrincipal owner) {
    return trusted.contains(owner);
  }

  /** Whether only the owner of the file system's root can have put something where it is. */
  static boolean isOfTheSystem(Path path) throws IOException {
    var root = path.toAbsolutePath().getRoot();
    return root != null
        && Files.getOwner(root).equals(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS));
  }
}
