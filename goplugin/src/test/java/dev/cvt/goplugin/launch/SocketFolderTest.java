package dev.cvt.goplugin.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFolderTest {
  @TempDir Path base;

  private SocketFolder folder() {
    return new SocketFolder(Optional.of(base), Optional.of("who\n"));
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void folder_isTheOwnersOnly() throws Exception {
    try (var folder = folder()) {
      assertThat(folder.path()).hasParent(base.toRealPath());
      assertThat(folder.path().getFileName().toString()).matches("gp-[0-9a-f]{8}");
      assertThat(mode(folder.path())).isEqualTo("rwx------");
      assertThat(mode(folder.path().resolve("owner"))).isEqualTo("rw-------");
      assertThat(folder.path().resolve("owner")).hasContent("who\n");
      var own = folder.forPlugin(7, Optional.empty());
      assertThat(own).isEqualTo(folder.path().resolve("7"));
      assertThat(mode(own)).isEqualTo("rwx------");
    }
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void folderThatVanished_isMadeAnew() throws Exception {
    try (var folder = folder()) {
      var path = folder.path();
      SocketFolder.remove(path);
      assertThat(folder.forPlugin(1, Optional.empty())).isDirectory().hasParent(path);
    }
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void group_mayUseThePluginsFolderAndPassThroughTheHosts() throws Exception {
    try (var folder = folder()) {
      var group =
          Files.getFileAttributeView(base, java.nio.file.attribute.PosixFileAttributeView.class)
              .readAttributes()
              .group()
              .getName();
      assertThat(mode(folder.forPlugin(1, Optional.of(group)))).isEqualTo("rwxrwx---");
      assertThat(mode(folder.path())).isEqualTo("rwx--x--x");
    }
  }

  @Test
  void unknownGroup_isRefusedAndLeavesNothing() throws Exception {
    try (var folder = folder()) {
      var refusal =
          catchThrowableOfType(
              Refusal.class, () -> folder.forPlugin(1, Optional.of("no-such-group")));
      assertThat(refusal.finding())
          .isEqualTo(
              new Finding(
                  Phase.PREFLIGHT,
                  Diagnosis.SOCKET_GROUP_UNUSABLE,
                  "the folder for sockets cannot be given to the group no-such-group: there is no"
                      + " such group",
                  "name an existing group, by name or number, that this user belongs to"));
      assertThat(folder.path().resolve("1")).doesNotExist();
    }
  }

  @Test
  void longBase_isRefusedWithTheNumbers() throws Exception {
    var deep = Files.createDirectories(base.resolve("x".repeat(100)));
    int length = deep.toString().length();
    try (var folder = new SocketFolder(Optional.of(deep), Optional.empty())) {
      var refusal = catchThrowableOfType(Refusal.class, folder::path);
      assertThat(refusal.finding().diagnosis()).isEqualTo(Diagnosis.SOCKET_PATH_TOO_LONG);
      assertThat(refusal.finding().fact())
          .isEqualTo(
              "the path of a socket in "
                  + deep
                  + " would have "
                  + (length + 36)
                  + " bytes, and a socket address holds 107");
      assertThat(refusal.finding().remedy())
          .isEqualTo("choose a folder for sockets whose path has at most 71 bytes");
    }
    assertThat(deep).isEmptyDirectory();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void folderForWhoseOwnerThereWasNoRoom_isMadeAgainWithIt() throws Exception {
    var full = Files.createDirectory(base.resolve("full"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", full.toString()) == 0,
        "only root may mount a file system");
    try (var folder = new SocketFolder(Optional.of(full), Optional.of("who\n"))) {
      var filling = Files.write(full.resolve("filling"), new byte[4096]);
      var refusal = catchThrowableOfType(Refusal.class, folder::path);
      assertThat(refusal.finding().diagnosis()).isEqualTo(Diagnosis.FOLDER_UNUSABLE);
      assertThat(refusal.finding().fact()).endsWith("(No space left on device)");
      Files.delete(filling);
      assertThat(folder.path().resolve(SocketFolder.OWNER)).hasContent("who\n");
    } finally {
      assertThat(run("umount", full.toString())).isZero();
    }
  }

  @Test
  void missingBase_isRefused() {
    try (var folder = new SocketFolder(Optional.of(base.resolve("none")), Optional.empty())) {
      var refusal = catchThrowableOfType(Refusal.class, folder::path);
      assertThat(refusal.finding().diagnosis()).isEqualTo(Diagnosis.FOLDER_UNUSABLE);
      assertThat(refusal.finding().phase()).isEqualTo(Phase.PREFLIGHT);
      assertThat(refusal.finding().fact())
          .matches(
              "the folder for sockets cannot be made: \\Q"
                  + base.resolve("none")
                  + "\\E/gp-\\w+ \\(its parent does not exist\\)");
      assertThat(refusal.finding().remedy())
          .isEqualTo(
              "make sure that its parent exists, has room, and may be written to, or choose"
                  + " another");
    }
  }

  @Test
  void removal_takesEverythingAndFollowsNoLink() throws Exception {
    var elsewhere = Files.createDirectory(base.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("precious"), "x");
    var tree = Files.createDirectories(base.resolve("tree/a/b"));
    Files.writeString(tree.resolve("file"), "x");
    Files.createSymbolicLink(tree.resolve("link"), elsewhere);
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("---------"));
    SocketFolder.remove(base.resolve("tree"));
    assertThat(base.resolve("tree")).doesNotExist();
    assertThat(elsewhere.resolve("precious")).exists();
    SocketFolder.remove(base.resolve("tree"));
  }

  @Test
  void folderThatCannotBeOpened_isLeft() throws Exception {
    var first = Files.createDirectories(base.resolve("first/inner")).getParent();
    var second = Files.createDirectories(base.resolve("second/inner")).getParent();
    var program =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 64 && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                root(SocketFolder.class) + ":" + root(FewFiles.class),
                FewFiles.class.getName(),
                first.toString(),
                second.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(program.waitFor()).isZero();
    assertThat(said).isEqualTo("left it\n");
    assertThat(first).doesNotExist();
    assertThat(second).exists();
  }

  /** Where the classes of this package lie, whatever module they are patched into. */
  private static Path root(Class<?> type) throws Exception {
    var file = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class"));
    return Path.of(file.toURI()).resolve("../../../../..").normalize();
  }
}
