package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.ProcessId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a manager executes, on a real file system. */
@Timeout(60)
class RunFolderTest {

  /** Not a script: those are copied. */
  private static final String PROGRAM = "\177ELF, more or less";

  private static final int ENOUGH = 25;

  @TempDir Path temp;
  private Scene scene;
  private Path binary;

  @BeforeEach
  void install() throws Exception {
    scene = Scene.in(temp.toRealPath());
    scene.install("rest", "cvt-plugin-rest", PROGRAM);
    binary = scene.root().resolve("cvt-plugin-rest");
  }

  @Test
  void folder_isPrivate_andNamedAfterTheProcess_andGoesOnClosing() throws Exception {
    var run = RunFolder.open(scene.file());
    assertThat(run.path())
        .isEqualTo(scene.root().resolve(".run").resolve(ProcessId.current().toString()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run.path())))
        .isEqualTo("rwx------");
    run.close();
    run.close();
    assertThat(run.path()).doesNotExist();
    assertThatThrownBy(() -> run.claim("rest"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the run folder is closed: " + run.path());
  }

  @Test
  void foldersThatSomebodyDiedOverMaking_goWithTheNext_andNoOthersDo() throws Exception {
    var run = scene.root().resolve(".run");
    var dead = RunningManagers.unfinished(scene.layoutOfTheDead().self());
    var begun = run.resolve(dead);
    var made = run.resolve(dead + "1");
    var living = run.resolve(RunningManagers.unfinished(ProcessId.current()));
    var elsewhere = run.resolve(dead.replace(World.mark(), "0" + World.mark()));
    var beforeBoot = run.resolve(dead.replace(World.mark(), "1" + World.mark()));
    for (var folder : List.of(begun, made, living, elsewhere, beforeBoot)) {
      Modes.createFolders(folder);
    }
    World.write(made);
    Files.writeString(beforeBoot.resolve(".world"), "another boot\npid:[1]\n");
    RunFolder.open(scene.file()).close();
    try (var left = Files.list(run)) {
      assertThat(left).containsExactlyInAnyOrder(living, elsewhere);
    }
  }

  @Test
  void managers_ofOneProcess_haveFoldersOfTheirOwn() {
    try (var one = RunFolder.open(scene.file())) {
      one.claim("rest");
      try (var two = RunFolder.open(scene.file())) {
        assertThat(two.path()).isEqualTo(Path.of(one.path() + ".2"));
      }
      assertThat(scene.file().inspect("rest").running()).hasSize(1);
    }
  }

  @Test
  void program_isLinked_verified_andUnlinked() throws Exception {
    try (var run = RunFolder.open(scene.file())) {
      var verified = run.link("rest", binary);
      assertThat(verified.isCopy()).isFalse();
      assertThat(verified.sha256()).isEqualTo(Scene.sha256(PROGRAM));
      assertThat(verified.executable().getFileName()).hasToString("cvt-plugin-rest");
      assertThat(verified.executable()).startsWith(run.path()).isRegularFile();
      assertThat(Files.isSameFile(verified.executable(), binary)).isTrue();
      verified.recheck();
      var second = run.link("rest", binary);
      assertThat(second.executable()).isNotEqualTo(verified.executable());
      second.close();
      verified.close();
      verified.close();
      assertThat(verified.executable()).doesNotExist();
      assertThat(scene.file().inspect("rest").running()).as("still claimed").hasSize(1);
      run.release("rest");
      assertThat(scene.file().inspect("rest").running()).isEmpty();
    }
    assertThat(binary).hasContent(PROGRAM);
  }

  @Test
  void programOfWhichNobodyCanBeTold_isUnlinked() {
    var exhausted = new OutOfMemoryError("unable to create native thread");
    try (var run = RunFolder.open(scene.file())) {
      assertThatThrownBy(
              () ->
                  run.link(
                      "rest",
                      binary,
                      _ -> {
                        throw exhausted;
                      }))
          .isSameAs(exhausted);
      assertThat(run.path().resolve("rest")).isEmptyDirectory();
    }
  }

  @Test
  void smallScript_isCopied() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "#!/bin/sh\necho hello\n");
    try (var run = RunFolder.open(scene.file());
        var verified = run.link("rest", binary)) {
      assertThat(verified.isCopy()).isTrue();
      assertThat(Files.isSameFile(verified.executable(), binary)).isFalse();
      verified.recheck();
      var process = new ProcessBuilder(verified.executable().toString()).start();
      assertThat(process.inputReader().readLine()).isEqualTo("hello");
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      verified.recheck();
    }
  }

  @Test
  void plugin_thatIsNotInstalled_isRefused() {
    try (var run = RunFolder.open(scene.file())) {
      assertThatThrownBy(() -> run.link("echo", binary))
          .hasMessage(
              "plugin \"echo\" is not installed; run: cvt-plugins install PATH --name echo"
                  + " (installed: rest)");
    }
  }

  @Test
  void binary_thatWasChanged_isRefused_andNothingIsLeft() throws Exception {
    Files.writeString(binary, "evil");
    try (var run = RunFolder.open(scene.file())) {
      assertThatThrownBy(() -> run.link("rest", binary))
          .isInstanceOfSatisfying(
              Refused.class, e -> assertThat(e.reason()).isEqualTo(Reason.MISMATCH));
      assertThat(run.path().resolve("rest")).isEmptyDirectory();
    }
  }

  @Test
  void binary_editedInPlace_isNoticed_alsoWithItsTimeSetBack() throws Exception {
    var evil = "evil".repeat(9).substring(0, PROGRAM.length());
    try (var run = RunFolder.open(scene.file());
        var verified = run.link("rest", binary)) {
      var time = Files.getLastModifiedTime(binary);
      Files.writeString(binary, evil);
      Files.setLastModifiedTime(binary, time);
      refused(verified, Reason.TOUCHED);
      assertThatThrownBy(() -> run.copy("rest", binary))
          .isInstanceOfSatisfying(
              Refused.class, e -> assertThat(e.reason()).isEqualTo(Reason.MISMATCH));
    }
  }

  @Test
  void binary_editedInPlace_isExchanged() throws Exception {
    try (var run = RunFolder.open(scene.file());
        var verified = run.link("rest", binary)) {
      Files.writeString(binary, "evil, and longer than before");
      assertThatThrownBy(verified::recheck)
          .hasMessage(
              "%s was exchanged or written to while it was being started: %s is not the file any"
                      .formatted(binary, verified.executable())
                  + " more that was verified; nothing was sent to it; find out who did that before"
                  + " you install it again");
    }
  }

  @Test
  void link_exchangedForAnother_isNoticed_alsoIfItIsPutBack() throws Exception {
    try (var run = RunFolder.open(scene.file());
        var verified = run.link("rest", binary)) {
      var aside = run.path().resolve("aside");
      Files.move(verified.executable(), aside);
      refused(verified, Reason.EXCHANGED);
      Files.writeString(verified.executable(), PROGRAM);
      refused(verified, Reason.EXCHANGED);
      Files.move(aside, verified.executable(), StandardCopyOption.REPLACE_EXISTING);
      refused(verified, Reason.EXCHANGED);
    }
  }

  @Test
  void otherManager_linkingTheSameBinary_touchesALink_butNeverACopy() throws Exception {
    try (var run = RunFolder.open(scene.file());
        var other = RunFolder.open(scene.file());
        var link = run.link("rest", binary);
        var copy = run.copy("rest", binary)) {
      other.link("rest", binary).close();
      refused(link, Reason.TOUCHED);
      assertThat(copy.isCopy()).isTrue();
      copy.recheck();
      scene.install("rest", "cvt-plugin-rest", "the next version");
      copy.recheck();
    }
  }

  @Test
  void binary_exchangedInATightLoop_neverRunsUnnoticed() throws Exception {
    var good = scene.program("good", PROGRAM);
    var evil = scene.program("evil", "e".repeat(PROGRAM.length()));
    var stop = new AtomicBoolean();
    var time = Files.getLastModifiedTime(binary);
    var adversary =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    try {
                      var next = scene.root().resolve("next");
                      if (i % 3 == 0) { // by rename
                        Files.copy(evil, next, StandardCopyOption.REPLACE_EXISTING);
                        Files.move(next, binary, StandardCopyOption.ATOMIC_MOVE);
                        Files.copy(good, next, StandardCopyOption.REPLACE_EXISTING);
                        Files.move(next, binary, StandardCopyOption.ATOMIC_MOVE);
                      } else { // in place, covering the traces
                        Files.write(binary, Files.readAllBytes(evil));
                        Files.write(binary, Files.readAllBytes(good));
                        Files.setLastModifiedTime(binary, time);
                      }
                    } catch (java.io.IOException e) {
                      throw new IllegalStateException(e);
                    }
                    java.util.concurrent.locks.LockSupport.parkNanos(i % 5 * 100_000L);
                  }
                });
    int trusted = 0;
    int refused = 0;
    try (var run = RunFolder.open(scene.file())) {
      while (adversary.isAlive() && (trusted < ENOUGH || refused < ENOUGH)) {
        try (var verified =
            refused % 2 == 0 ? run.link("rest", binary) : run.copy("rest", binary)) {
          var ran = Files.readString(verified.executable()); // the place of the exec
          verified.recheck();
          assertThat(ran).isEqualTo(PROGRAM);
          trusted++;
        } catch (Refused e) {
          assertThat(e.reason())
              .isIn(Reason.MISMATCH, Reason.EXCHANGED, Reason.TOUCHED, Reason.UNSAFE);
          refused++;
        }
      }
    } finally {
      stop.set(true);
      adversary.join();
    }
    assertThat(refused).as("the adversary was there").isGreaterThanOrEqualTo(ENOUGH);
    assertThat(trusted).isGreaterThanOrEqualTo(ENOUGH);
  }

  private static void refused(VerifiedBinary verified, Reason reason) {
    assertThatThrownBy(verified::recheck)
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
