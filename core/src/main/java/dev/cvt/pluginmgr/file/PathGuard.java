package dev.cvt.pluginmgr.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether nobody else can exchange a file that lies under a root folder: no way out of the root, no
 * link on the way, no foreign owner, no mode that lets others write. Each rule adds a {@link
 * Finding}, so that all that is wrong is said at once.
 *
 * @param root the folder under which everything must lie; absolute and normalized
 */
public record PathGuard(Path root) {

  // The system's own marker of folders such as /tmp, where one may rename only what is one's own.
  private static final int STICKY = 01000;

  /**
   * Something by which somebody else could exchange a file.
   *
   * @param where the file or folder
   * @param what the fact, with the path in it
   * @param remedy a command, or what to do where no command can
   */
  public record Finding(Path where, String what, String remedy) {}

  /** Whether a path lies under the root by its text alone, without being the root. */
  public boolean contains(Path path) {
    var normal = path.normalize();
    return path.isAbsolute()
        && path.getFileSystem().equals(root.getFileSystem())
        && normal.startsWith(root)
        && !normal.equals(root);
  }

  /**
   * Links on the way from the root, itself included, down to a path under it. Things that do not
   * exist are no links.
   */
  public List<Finding> links(Path path) throws IOException {
    var findings = new ArrayList<Finding>();
    for (var at = path.normalize(); at != null && at.startsWith(root); at = at.getParent()) {
      addIfLink(at, findings);
    }
    return findings.reversed();
  }

  /**
   * The folders above the root. A link is let pass above the root's parent if it is the system's
   * own, such as {@code /var} on macOS; a folder that others may write to only if one may not
   * rename there what is somebody else's, such as {@code /tmp}.
   */
  public List<Finding> above() throws IOException {
    var findings = new ArrayList<Finding>();
    for (Path at = root.getParent(); at != null; at = at.getParent()) {
      if (Stat.isLink(at)) {
        if (at.equals(root.getParent()) || !Owners.isOfTheSystem(at)) {
          addIfLink(at, findings);
        }
      } else if (othersMayRenameIn(at)) {
        findings.add(writable(at, "everybody"));
      }
    }
    return findings;
  }

  /** Whether a file or folder itself belongs to somebody else. */
  public List<Finding> owner(Path path) throws IOException {
    var attributes = Modes.read(path).orElse(null);
    if (attributes == null || Owners.around(path).trust(attributes.owner())) {
      return List.of();
    }
    return List.of(
        new Finding(
            path,
            path + " belongs to " + attributes.owner().getName() + ", who could exchange it",
            "chown \"$(id -un)\" " + Shell.quote(path)));
  }

  /**
   * Owner and mode of a file or folder itself.
   *
   * @param groupToo whether its group may not write to it either
   */
  public List<Finding> ownerAndMode(Path path, boolean groupToo) throws IOException {
    var findings = new ArrayList<>(owner(path));
    var attributes = Modes.read(path).orElse(null);
    if (attributes == null) {
      return findings;
    }
    var permissions = attributes.permissions();
    if (permissions.contains(OTHERS_WRITE)) {
      findings.add(writable(path, "everybody"));
    } else if (groupToo && permissions.contains(GROUP_WRITE)) {
      findings.add(writable(path, "the group " + attributes.group().getName()));
    }
    return findings;
  }

  private static Finding writable(Path path, String byWhom) {
    return new Finding(
        path, path + " can be written to by " + byWhom, "chmod go-w " + Shell.quote(path));
  }

  private static void addIfLink(Path path, List<Finding> findings) throws IOException {
    if (Stat.isLink(path)) {
      findings.add(
          new Finding(
              path,
              path + " is a symbolic link, which could be pointed elsewhere at any time",
              "put in its place what it points to"));
    }
  }

  private static boolean othersMayRenameIn(Path folder) throws IOException {
    try {
      var attributes = Modes.read(folder).orElse(null);
      return attributes != null
          && attributes.permissions().contains(OTHERS_WRITE)
          && !isSticky(folder);
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static boolean isSticky(Path folder) throws IOException {
    return folder.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getAttribute(folder, "unix:mode", NOFOLLOW_LINKS) instanceof Integer mode
        && (mode & STICKY) != 0;
  }
}
