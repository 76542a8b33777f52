package dev.cvt.plugin.tests.launcher;

import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A checkout with the real launcher and a build of a few lines: its image prints the sources it was
 * made from, and the words it is given. Each build is one line in {@code builds}.
 */
final class Checkout {

  private final Path root;
  private final Path bin;

  private Checkout(Path root, Path bin) {
    this.root = root;
    this.bin = bin;
  }

  /** Makes one; its path has a blank in it. */
  static Checkout in(Path folder) throws IOException {
    Path repository = Path.of(System.getProperty("repository.root"));
    var checkout =
        new Checkout(
            Files.createDirectory(folder.resolve("a checkout")),
            Files.createDirectory(folder.resolve("bin")));
    Path launcher = checkout.root.resolve("cvt-plugins");
    Files.copy(repository.resolve("cvt-plugins"), launcher);
    executable(launcher);
    checkout.script(Files.createDirectory(checkout.root.resolve(".ci")).resolve("find-jdk"), "pwd");
    checkout.source("pom.xml", "1");
    checkout.source("core/src/main/java/A.java", "1");
    checkout.mvn(
        """
        echo "$*" >>builds
        echo '[INFO] Building pluginmgr 0.1.0-SNAPSHOT        [1/1]'
        echo 'image: linking'
        mkdir -p cli/target/image/bin
        {
          echo '#!/bin/sh'
          echo 'echo made from' "$(cat core/src/main/java/A.java)"
          echo 'for word in "$@"; do echo "word $word"; done'
        } >cli/target/image/bin/cvt-plugins
        chmod +x cli/target/image/bin/cvt-plugins
        cksum core/src/main/java/A.java >cli/target/image.inputs
        """);
    return checkout;
  }

  Path root() {
    return root;
  }

  Path launcher() {
    return root.resolve("cvt-plugins");
  }

  /** Runs the launcher, from this JVM's folder. */
  Program run(Object... words) {
    return run(launcher(), words);
  }

  /** Runs the launcher by another path, such as a link's. */
  Program run(Path launcher, Object... words) {
    return Program.of(launcher, words).with("PATH", bin + ":" + System.getenv("PATH"));
  }

  /** The Maven of this checkout. */
  void mvn(String lines) throws IOException {
    script(bin.resolve("mvn"), lines);
  }

  void source(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** How many builds there were. */
  int builds() throws IOException {
    Path log = root.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  void script(Path file, String lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + lines + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
