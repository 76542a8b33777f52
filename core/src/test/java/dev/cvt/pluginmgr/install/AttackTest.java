package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One attack each, on a real file system: by a link, an owner, a mode, or a state file that lies.
 * At worst something is refused; nothing outside the root is read, written, deleted or executed.
 */
class AttackTest {

  private static final String ONE = "#!/bin/sh\necho one\n";
  private static final String LINK =
      " is a symbolic link, which could be pointed elsewhere at any time; to cure it: put in its"
          + " place what it points to";

  @TempDir Path temp;
  private Scene scene;
  private Path binary;

  @BeforeEach
  void install() throws Exception {
    scene = Scene.in(temp.toRealPath());
    scene.install("rest", "cvt-plugin-rest", ONE);
    binary = scene.root().resolve("cvt-plugin-rest");
  }

  @Test
  void rootIsALink() throws Exception {
    var real = Files.move(scene.root(), scene.base().resolve("elsewhere"));
    Files.createSymbolicLink(scene.root(), real);
    refusedEverywhere(scene.root() + LINK);
    assertThat(real.resolve("cvt-plugin-rest")).hasContent(ONE);
  }

  @Test
  void folderAroundTheRootIsALink() throws Exception {
    var around = scene.root().getParent();
    Files.createSymbolicLink(around, Files.move(around, scene.base().resolve("elsewhere")));
    startRefused(Reason.UNSAFE, around + LINK);
    installRefused(around + LINK);
  }

  @Test
  void folderAboveTheRootIsEverybodys() throws Exception {
    var home = scene.base().resolve("home");
    chmod(home, "rwxrwxrwx");
    var message = home + " can be written to by everybody; to cure it: chmod go-w " + home;
    startRefused(Reason.UNSAFE, message);
    installRefused(message);
  }

  @Test
  void rootIsEverybodys() throws Exception {
    chmod(scene.root(), "rwxrwxrwx");
    startRefused(
        Reason.UNSAFE,
        "%1$s can be written to by everybody; to cure it: chmod go-w %1$s".formatted(scene.root()));
  }

  @Test
  void rootIsItsGroups() throws Exception {
    chmod(scene.root(), "rwxrwx---");
    var group =
        Files.readAttributes(scene.root(), java.nio.file.attribute.PosixFileAttributes.class)
            .group()
            .getName();
    startRefused(
        Reason.UNSAFE,
        "%1$s can be written to by the group %2$s; to cure it: chmod go-w %1$s"
            .formatted(scene.root(), group));
  }

  @Test
  void stateAndBinaryAreEverybodys_saidAtOnce() throws Exception {
    chmod(scene.state(), "rw-rw-rw-");
    chmod(binary, "rwxrwxrwx");
    linkRefused(
        Reason.UNSAFE,
        "%1$s can be written to by everybody; %2$s can be written to by everybody; to cure it: chmod"
                .formatted(scene.state(), binary)
            + " go-w %1$s, then: chmod go-w %2$s".formatted(scene.state(), binary));
  }

  @Test
  void binaryBelongsToAnother() throws Exception {
    giveToNobody(binary);
    linkRefused(
        Reason.UNSAFE,
        "%1$s belongs to nobody, who could exchange it; to cure it: chown \"$(id -un)\" %1$s"
            .formatted(binary));
  }

  @Test
  void rootBelongsToAnother() throws Exception {
    giveToNobody(scene.root());
    var message =
        "%1$s belongs to nobody, who could exchange it; to cure it: chown \"$(id -un)\" %1$s"
            .formatted(scene.root());
    startRefused(Reason.UNSAFE, message);
    installRefused(message);
  }

  @Test
  void binaryIsALink() throws Exception {
    var same = scene.program("same", ONE);
    Files.delete(binary);
    Files.createSymbolicLink(binary, same);
    var entry = scene.file().read().plugins().get("rest");
    linkRefused(Reason.BAD_PATH, notRegular());
    assertThatThrownBy(() -> scene.file().verify(entry)).hasMessage(binary + LINK);
    assertThatThrownBy(() -> scene.file().remove("rest")).hasMessage(binary + LINK);
    assertThat(same).hasContent(ONE);
  }

  @Test
  void folderOnTheWayToTheBinaryIsALink() throws Exception {
    var outside = Files.createDirectory(scene.base().resolve("outside"));
    var victim = Files.writeString(outside.resolve("victim"), ONE);
    var way = Files.createSymbolicLink(scene.root().resolve("way"), outside);
    record(way.resolve("victim").toString(), ONE);
    assertThatThrownBy(() -> scene.file().remove("rest")).hasMessage(way + LINK);
    assertThatThrownBy(() -> scene.file().verify(scene.file().read().plugins().get("rest")))
        .hasMessage(way + LINK);
    try (var run = RunFolder.open(scene.file())) {
      assertThatThrownBy(() -> run.link("rest", way.resolve("victim"))).hasMessage(way + LINK);
    }
    assertThat(victim).hasContent(ONE);
  }

  @Test
  void stateNamesAFileOutside() throws Exception {
    var victim = scene.program("victim", ONE);
    record(victim.toString(), ONE);
    var message =
        "the state file names \"%s\" as the binary of plugin \"rest\", which is not a file under %s"
                .formatted(victim, scene.root())
            + "; run: cvt-plugins reset rest, then install it again";
    try (var run = RunFolder.open(scene.file())) {
      assertThatThrownBy(() -> run.link("rest", victim)).hasMessage(message);
    }
    assertThatThrownBy(() -> scene.file().remove("rest", true)).hasMessage(message);
    assertThatThrownBy(() -> scene.file().rollback("rest")).hasMessage(message);
    assertThat(victim).hasContent(ONE);
  }

  @Test
  void stateNamesAnotherFileThanTheConfig() throws Exception {
    var other = scene.inside("other", ONE);
    record(other.toString(), ONE);
    linkRefused(
        Reason.BAD_PATH,
        "the config says that the binary of plugin \"rest\" is %1$s, but installed is %2$s; set"
                .formatted(binary, other)
            + " binary: %2$s in config.yaml, or install the other one: cvt-plugins install %1$s"
                .formatted(binary, other)
            + " --name rest");
  }

  @Test
  void stateIsALink() throws Exception {
    var victim = Files.writeString(scene.base().resolve("victim"), "{}");
    Files.delete(scene.state());
    Files.createSymbolicLink(scene.state(), victim);
    assertThatThrownBy(() -> scene.file().read())
        .hasMessageStartingWith(scene.state() + " is not a regular file; ");
    installRefused(
        scene.state()
            + " is not a regular file; put a regular file in its place, or move it away and install"
            + " the plugins again");
    assertThat(victim).hasContent("{}");
  }

  @Test
  void lockIsALink() throws Exception {
    var victim = Files.writeString(scene.base().resolve("victim"), "x");
    var lock = scene.layout().lock();
    Files.delete(lock);
    Files.createSymbolicLink(lock, victim);
    installRefused(
        "plugin \"rest\" was not installed: the lock is not a regular file (%s); nothing was changed;"
                .formatted(lock)
            + " put that right and try again");
    assertThat(victim).hasContent("x");
  }

  @Test
  void folderOfPreviousBinariesIsALink() throws Exception {
    var outside = Files.createDirectories(scene.base().resolve("outside/rest"));
    var victim = Files.writeString(outside.resolve(Scene.sha256(ONE)), "precious");
    var previous = scene.root().resolve(".previous");
    Files.createSymbolicLink(previous, outside.getParent());
    assertThatThrownBy(() -> scene.install("rest", "cvt-plugin-rest", "two"))
        .hasMessage(previous + LINK);
    scene.file().remove("rest");
    scene.install("next", "cvt-plugin-next", "next"); // sweeps
    assertThat(victim).hasContent("precious");
    assertThat(outside).isDirectoryContaining(path -> path.equals(victim));
  }

  @Test
  void folderOfRunningManagersIsALink() throws Exception {
    var outside = Files.createDirectories(scene.base().resolve("outside"));
    var victim = Files.createDirectories(outside.resolve(Scene.DEAD + "/rest"));
    var run = Files.createSymbolicLink(scene.root().resolve(".run"), outside);
    assertThatThrownBy(() -> RunFolder.open(scene.file())).hasMessage(run + LINK);
    assertThat(victim).isDirectory();
  }

  @Test
  void deadManagersFolderHoldsALink_whichIsNotFollowedOnSweeping() throws Exception {
    var outside = Files.createDirectories(scene.base().resolve("outside"));
    var victim = Files.writeString(outside.resolve("victim"), "precious");
    var dead = Files.createDirectories(scene.root().resolve(".run/" + Scene.DEAD + "/rest"));
    chmod(scene.root().resolve(".run"), "rwx------");
    Files.createSymbolicLink(dead.resolve("1"), outside);
    try (var run = RunFolder.open(scene.file())) {
      assertThat(run.path()).isDirectory();
      assertThat(dead.getParent()).doesNotExist();
    }
    assertThat(victim).hasContent("precious");
  }

  private String notRegular() {
    return "the binary of plugin \"rest\" is not a regular file: %s; install it again: cvt-plugins"
            .formatted(binary)
        + " install PATH --name rest";
  }

  private void refusedEverywhere(String message) {
    startRefused(Reason.UNSAFE, message);
    installRefused(message);
    assertThatThrownBy(() -> scene.file().remove("rest")).hasMessage(message);
    assertThatThrownBy(() -> scene.file().reset("rest")).hasMessage(message);
    assertThatThrownBy(() -> scene.file().rollback("rest")).hasMessage(message);
    assertThatThrownBy(() -> scene.file().write(Snapshot.empty())).hasMessage(message);
    assertThatThrownBy(() -> scene.file().verify(scene.file().read().plugins().get("rest")))
        .hasMessage(message);
  }

  private void startRefused(Reason reason, String message) {
    assertThatThrownBy(() -> RunFolder.open(scene.file()).close())
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage(message);
  }

  private void linkRefused(Reason reason, String message) {
    try (var run = RunFolder.open(scene.file())) {
      assertThatThrownBy(() -> run.link("rest", binary).close())
          .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessage(message);
    }
  }

  private void installRefused(String message) {
    assertThatThrownBy(
            () ->
                scene
                    .file()
                    .install(InstallRequest.of(scene.program("cvt-plugin-rest", "two"), "rest")))
        .isInstanceOf(Refused.class)
        .hasMessage(message);
  }

  private void record(String path, String content) throws IOException {
    var entry = new Entry(path, Scene.sha256(content), Scene.NOW.atOffset(ZoneOffset.UTC));
    Files.writeString(scene.state(), Snapshot.of(Map.of("rest", entry)).toJson());
  }

  private static void chmod(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void giveToNobody(Path path) throws IOException {
    assumeTrue(
        Files.getOwner(Path.of("/")).equals(Files.getOwner(path)),
        "only root can give files away: run the tests as root to see foreign owners refused");
    var users = path.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(path, users.lookupPrincipalByName("nobody"));
  }
}
