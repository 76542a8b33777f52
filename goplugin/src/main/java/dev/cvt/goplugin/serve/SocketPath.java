package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file of one Unix socket: where it goes, who may connect, and its removal. The name is {@code
 * plugin} and some digits, as go-plugin's are, for the sake of whoever looks into the folder.
 *
 * @param path absolute; nothing lay there when it was chosen
 */
record SocketPath(Path path) {

  /** What fits into {@code sockaddr_un} everywhere: macOS has 104 bytes, Linux 108, with a NUL. */
  static final int MAX_BYTES = 103;

  private static final int ATTEMPTS = 100;

  /**
   * Chooses a name.
   *
   * @throws CannotServe where the folder is missing, or a name in it would be too long
   */
  static SocketPath in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CannotServe(
          "the folder for sockets, " + folder + ", does not exist",
          "the host must make it, or name another in PLUGIN_UNIX_SOCKET_DIR or TMPDIR");
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Path path =
          folder
              .toAbsolutePath()
              .resolve("plugin" + ThreadLocalRandom.current().nextInt(1_000_000_000));
      int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
      if (length > MAX_BYTES) {
        throw new CannotServe(
            "the socket's path would be " + length + " bytes long: " + path,
            "a socket address holds "
                + MAX_BYTES
                + "; the host must name a shorter folder in PLUGIN_UNIX_SOCKET_DIR or TMPDIR");
      }
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return new SocketPath(path);
      }
    }
    throw new CannotServe(
        "the folder for sockets, " + folder + ", is full of them", "remove those of old plugins");
  }

  /** Where to listen. */
  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(path);
  }

  /**
   * Says who may connect, once the socket is there: its owner, and the members of a group.
   *
   * @param group name or number
   * @throws CannotServe where there is no such group, or this process may not give files to it
   */
  void allow(Optional<String> group) {
    try {
      // Not with NOFOLLOW_LINKS: the JDK would open the file for it, which a socket does not allow.
      PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
      if (group.isPresent()) {
        view.setGroup(
            path.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(group.get()));
        view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
      } else {
        view.setPermissions(PosixFilePermissions.fromString("rw-------"));
      }
    } catch (UserPrincipalNotFoundException e) {
      throw new CannotServe(
          "there is no group \"" + group.orElse("") + "\"",
          "the host must name one that exists in PLUGIN_UNIX_SOCKET_GROUP",
          e);
    } catch (IOException e) {
      throw new CannotServe(
          "the socket " + path + " cannot be given its permissions: " + e.getMessage(),
          "check the owner of its folder, and that this user belongs to the group"
              + " in PLUGIN_UNIX_SOCKET_GROUP, where one is set",
          e);
    }
  }

  /** Removes the file. Not to find it is fine. */
  void remove() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.getLogger("dev.cvt.goplugin")
          .log(System.Logger.Level.WARNING, "cannot remove the socket " + path, e);
    }
  }
}
