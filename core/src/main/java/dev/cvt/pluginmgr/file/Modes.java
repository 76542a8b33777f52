package dev.cvt.pluginmgr.file;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * Modes that let in the owner alone. Where the file system has no modes, all of this does nothing.
 */
public final class Modes {

  /** {@code rw-------}, 0600. */
  public static final Set<PosixFilePermission> PRIVATE_FILE = Set.of(OWNER_READ, OWNER_WRITE);

  /** {@code rwx------}, 0700: a folder, or a program. */
  public static final Set<PosixFilePermission> PRIVATE_FOLDER =
      Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE);

  private Modes() {}

  /** What to hand to a call that creates a file or folder. */
  public static FileAttribute<?>[] creating(Path path, Set<PosixFilePermission> mode) {
    return supported(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)}
        : new FileAttribute<?>[0];
  }

  /** Sets a mode, whatever the umask was. Never through a link. */
  public static void set(Path path, Set<PosixFilePermission> mode) throws IOException {
    var now = read(path);
    if (now.isPresent() && !now.get().isSymbolicLink() && !now.get().permissions().equals(mode)) {
      Files.setPosixFilePermissions(path, mode);
    }
  }

  /** Mode, owner and the rest of the thing itself, not of what a link points to. */
  public static Optional<PosixFileAttributes> read(Path path) throws IOException {
    var view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    return view == null ? Optional.empty() : Optional.of(view.readAttributes());
  }

  /** Whether its mode lets anybody execute it: whether this user may is the launch's affair. */
  public static boolean isExecutable(Path path) throws IOException {
    var attributes = read(path);
    return attributes.isEmpty()
        ? Files.isExecutable(path)
        : !Collections.disjoint(
            attributes.get().permissions(), Set.of(OWNER_EXECUTE, GROUP_EXECUTE, OTHERS_EXECUTE));
  }

  /** Makes a folder and those above it that are missing, each private from its first instant. */
  public static void createFolders(Path folder) throws IOException {
    Files.createDirectories(folder, creating(folder, PRIVATE_FOLDER));
  }

  private static boolean supported(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
