package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The private folder of one host, and in it one folder for the sockets and temporary files of each
 * plugin. Short, since a socket's path must fit into a socket address; 0700; removed with all that
 * is in it. Thread-safe.
 */
public final class SocketFolder implements AutoCloseable {
  /** How the folders of all hosts begin. */
  public static final String PREFIX = "gp-";

  /** The longest name that go-plugin gives a socket: "plugin" and a 32-bit number. */
  private static final int LONGEST_NAME = "plugin4294967295".length();

  /** What {@code sun_path} holds, less the NUL at its end. */
  private static final int LONGEST_PATH =
      System.getProperty("os.name").startsWith("Linux") ? 107 : 103;

  private static final int RANDOM_DIGITS = 8;

  private static final Set<PosixFilePermission> ALL_OF_OWNER =
      PosixFilePermissions.fromString("rwx------");

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(ALL_OF_OWNER);

  private static final FileAttribute<Set<PosixFilePermission>> FILE_OF_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The file in it that says whose it is. */
  public static final String OWNER = "owner";

  private final Optional<Path> base;
  private final Optional<String> owner;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Path folder; // guarded by lock

  /**
   * A folder still to be made.
   *
   * @param base where, if the caller says so; else the system's temporary folder, or {@code /tmp}
   *     where that one's path is too long
   * @param owner what the file says that tells whose it is
   */
  public SocketFolder(Optional<Path> base, Optional<String> owner) {
    this.base = base;
    this.owner = owner;
  }

  /**
   * Where it will be, so that somebody can be told who takes it away before it is made.
   *
   * @throws Refusal if a socket's path in it would be too long
   */
  public Path place() throws Refusal {
    lock.lock();
    try {
      var chosen = folder;
      if (chosen == null) {
        chosen = choose();
        folder = chosen;
      }
      return chosen;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Where it is; made if it does not exist, or not any more.
   *
   * @throws Refusal if it cannot be made, or if a socket's path in it would be too long
   */
  public Path path() throws Refusal {
    lock.lock();
    try {
      var made = place();
      if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
        make(made);
      }
      made = made.toRealPath();
      folder = made;
      return made;
    } catch (IOException | UnsupportedOperationException e) {
      throw new Refusal(unusable(String.valueOf(e.getMessage()), e), e);
    } finally {
      lock.unlock();
    }
  }

  /** Whole or not at all: one that does not say whose it is would never be swept. */
  private void make(Path fresh) throws IOException {
    Files.createDirectory(fresh, OWNER_ONLY);
    try {
      if (owner.isPresent()) {
        Files.writeString(Files.createFile(fresh.resolve(OWNER), FILE_OF_OWNER), owner.get());
      }
    } catch (IOException e) {
      remove(fresh);
      throw e;
    }
  }

  private Path choose() throws Refusal {
    var parent = base.orElseGet(SocketFolder::systemsOwn).toAbsolutePath();
    var name = PREFIX + UUID.randomUUID().toString().substring(0, RANDOM_DIGITS);
    int longest = longestPath(parent.resolve(name));
    if (longest <= LONGEST_PATH) {
      return parent.resolve(name);
    }
    int fitting = LONGEST_PATH - (longest - bytes(parent));
    throw new Refusal(
        new Finding(
            Phase.PREFLIGHT,
            Diagnosis.SOCKET_PATH_TOO_LONG,
            "the path of a socket in "
                + parent
                + " would have "
                + longest
                + " bytes, and a socket"
                + " address holds "
                + LONGEST_PATH,
            "choose a folder for sockets whose path has at most " + fitting + " bytes"));
  }

  private static Path systemsOwn() {
    var configured = Path.of(System.getProperty("java.io.tmpdir"));
    var name = PREFIX + "0".repeat(RANDOM_DIGITS);
    return longestPath(configured.toAbsolutePath().resolve(name)) <= LONGEST_PATH
        ? configured
        : Path.of("/tmp");
  }

  /** In bytes, for the plugin with the longest number that ever comes. */
  private static int longestPath(Path folder) {
    return bytes(folder) + "/999999/".length() + LONGEST_NAME;
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Whether the path of a plugin's socket fits into a socket address.
   *
   * @throws Refusal if it does not
   */
  public static void checkLength(String socket) throws Refusal {
    int length = socket.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH) {
      throw new Refusal(
          new Finding(
              Phase.LINE,
              Diagnosis.SOCKET_PATH_TOO_LONG,
              "the path of its socket has "
                  + length
                  + " bytes, and a socket address holds "
                  + LONGEST_PATH
                  + ": "
                  + socket,
              "have it listen in the folder that PLUGIN_UNIX_SOCKET_DIR names"));
    }
  }

  private static Finding unusable(String where, Exception e) {
    return new Finding(
        Phase.PREFLIGHT,
        Diagnosis.FOLDER_UNUSABLE,
        "the folder for sockets cannot be made: " + where + " (" + reason(e) + ")",
        "make sure that its parent exists, has room, and may be written to, or choose another");
  }

  private static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException _ -> "its parent does not exist";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "something else is there";
      case FileSystemException known when known.getReason() != null -> known.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /**
   * Makes the folder of one plugin.
   *
   * @param number different for each start
   * @param group who may use it besides the owner
   */
  public Path forPlugin(long number, Optional<String> group) throws Refusal {
    var parent = path();
    var own = parent.resolve(Long.toString(number));
    try {
      Files.createDirectory(own, OWNER_ONLY);
    } catch (IOException e) {
      throw new Refusal(unusable(own.toString(), e), e);
    }
    if (group.isPresent()) {
      share(parent, own, group.get());
    }
    return own;
  }

  /** As go-plugin does: the group may write. Others may pass through the parent, no more. */
  private static void share(Path parent, Path own, String group) throws Refusal {
    try {
      var lookup = own.getFileSystem().getUserPrincipalLookupService();
      Files.getFileAttributeView(own, PosixFileAttributeView.class)
          .setGroup(lookup.lookupPrincipalByGroupName(group));
      Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwx---"));
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      remove(own);
      throw new Refusal(
          new Finding(
              Phase.PREFLIGHT,
              Diagnosis.SOCKET_GROUP_UNUSABLE,
              "the folder for sockets cannot be given to the group "
                  + group
                  + ": "
                  + (e instanceof UserPrincipalNotFoundException
                      ? "there is no such group"
                      : reason(e)),
              "name an existing group, by name or number, that this user belongs to"),
          e);
    }
  }

  /**
   * Lets the group connect to a socket that this host itself serves in a plugin's folder: a plugin
   * that runs as somebody else calls back there.
   */
  public static void shareSocket(Path socket, String group) throws IOException {
    // Not by a view with NOFOLLOW_LINKS: the JDK would open the file, which a socket forbids.
    var lookup = socket.getFileSystem().getUserPrincipalLookupService();
    Files.getFileAttributeView(socket, PosixFileAttributeView.class)
        .setGroup(lookup.lookupPrincipalByGroupName(group));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
  }

  /** Removes a plugin's folder and everything in it; what cannot be removed is left. */
  public static void remove(Path tree) {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && opened(file)) {
                remove(file);
              } else if (file.equals(tree)) {
                throw e;
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      return; // gone is what was wanted
    } catch (IOException e) {
      System.getLogger("dev.cvt.goplugin")
          .log(System.Logger.Level.WARNING, "a folder for sockets stays behind: " + tree, e);
    }
  }

  /** Gives our own permission back, if somebody took it; false if that was not what kept us out. */
  private static boolean opened(Path folder) throws IOException {
    if (Files.getPosixFilePermissions(folder).containsAll(ALL_OF_OWNER)) {
      return false;
    }
    Files.setPosixFilePermissions(folder, ALL_OF_OWNER);
    return true;
  }

  /** Removes it with everything in it, if it was ever made. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (folder != null) {
        remove(folder);
      }
    } finally {
      lock.unlock();
    }
  }
}
