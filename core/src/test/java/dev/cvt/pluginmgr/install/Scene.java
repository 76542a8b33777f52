package dev.cvt.pluginmgr.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.file.ProcessId;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A home with a plugin root, and programs outside of it to install.
 *
 * @param base the folder that holds all of it
 */
record Scene(Path base) {

  /** No process has this number. */
  static final ProcessId DEAD = new ProcessId(Integer.MAX_VALUE, 1);

  static final Instant THEN = Instant.parse("2026-04-17T19:00:00Z");
  static final Instant NOW = Instant.parse("2026-04-18T10:30:00Z");

  static FileSystem jimfs() {
    return Jimfs.newFileSystem(
        Configuration.unix().toBuilder().setAttributeViews("basic", "owner", "posix").build());
  }

  static Scene in(Path base) throws IOException {
    Files.createDirectories(base.resolve("src"));
    Files.createDirectories(base.resolve("home"));
    return new Scene(base);
  }

  static Scene onJimfs() throws IOException {
    return in(jimfs().getPath("/x"));
  }

  Path root() {
    return base.resolve("home").resolve(".cvt").resolve("plugins");
  }

  Path state() {
    return root().resolve("state.json");
  }

  StateFile file() {
    return StateFile.at(state(), root());
  }

  Layout layout() {
    return Layout.of(file());
  }

  /** The same, seen by a process that will have died. */
  Layout layoutOfTheDead() {
    return new Layout(root(), state(), Duration.ofSeconds(10), DEAD);
  }

  Installer installer(Instant at) {
    return new Installer(layout(), InstantSource.fixed(at));
  }

  /** A program outside of the root. */
  Path program(String name, String content) throws IOException {
    return write(base.resolve("src").resolve(name), content);
  }

  /** A program under the root. */
  Path inside(String name, String content) throws IOException {
    Files.createDirectories(root());
    return write(root().resolve(name), content);
  }

  void install(String plugin, String fileName, String content) throws Exception {
    StateFile.Installed _ =
        installer(THEN).install(InstallRequest.of(program(fileName, content), plugin));
  }

  /** All files under the root but the lock, with their content. */
  Map<String, String> files() throws IOException {
    var files = new TreeMap<String, String>();
    if (Files.isDirectory(root())) {
      try (var all = Files.walk(root())) {
        for (var path : all.toList()) {
          if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !path.equals(lock())) {
            files.put(root().relativize(path).toString(), Files.readString(path));
          }
        }
      }
    }
    return files;
  }

  /** Names that only something unfinished would leave. */
  List<String> leftovers() throws IOException {
    var leftovers = new ArrayList<String>();
    for (var name : files().keySet()) {
      if (name.contains(".staged-")
          || name.contains(".tmp")
          || name.contains(".intent")
          || name.endsWith("unregistered")) {
        leftovers.add(name);
      }
    }
    return leftovers;
  }

  private Path lock() {
    return root().resolve("state.json.lock");
  }

  static String sha256(String content) {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(content.getBytes(UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path write(Path path, String content) throws IOException {
    Files.writeString(path, content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    return path;
  }
}
