package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.faults.Faults;
import dev.cvt.pluginmgr.faults.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults by the names that people know them by: what is said of each, and that nothing changed. */
class NamedFaultTest {

  private static final String NOT_INSTALLED = "plugin \"rest\" was not installed: ";

  private interface Failure {
    IOException of(String path);
  }

  @ParameterizedTest
  @MethodSource
  void fault_duringAnInstall_isNamed_andChangesNothing(
      String operation, String suffix, Failure failure, String message) throws Exception {
    var scene = Scene.onJimfs();
    scene.install("rest", "cvt-plugin-rest", "old");
    var before = scene.files();
    var source = scene.program("cvt-plugin-rest", "new");
    var faults =
        Faults.of(
            call -> {
              if (call.operation().equals(operation) && call.path().toString().matches(suffix)) {
                throw failure.of("/p/x");
              }
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    var installer = new Installer(new Scene(base).layout(), InstantSource.fixed(Scene.NOW));
    var request = InstallRequest.of(base.getFileSystem().getPath(source.toString()), "rest");
    assertThatThrownBy(() -> installer.install(request))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.reason()).isEqualTo(Reason.IO))
        .hasMessage(message);
    assertThat(scene.files()).isEqualTo(before);
  }

  static Stream<Arguments> fault_duringAnInstall_isNamed_andChangesNothing() {
    Failure full = path -> new IOException("No space left on device");
    Failure quota = path -> new IOException("Disk quota exceeded");
    Failure readOnly = path -> new FileSystemException(path, null, "Read-only file system");
    Failure denied = AccessDeniedException::new;
    Failure across =
        path -> new AtomicMoveNotSupportedException(path, path, "Invalid cross-device link");
    Failure broken = path -> new IOException("Input/output error");
    var staged = ".*/\\.staged-.*";
    var stateTemp = ".*/state-.*\\.json\\.tmp";
    var intent = ".*/state\\.json\\.intent.*";
    var binary = ".*/plugins/cvt-plugin-rest";
    var space = "no space left on device; nothing was changed; free some space and try again";
    return Stream.of(
        arguments("write", staged, full, NOT_INSTALLED + space),
        arguments("force", staged, full, NOT_INSTALLED + space),
        arguments("write", intent, full, NOT_INSTALLED + space),
        arguments("write", stateTemp, full, NOT_INSTALLED + space),
        arguments("force", stateTemp, full, NOT_INSTALLED + space),
        arguments(
            "write",
            stateTemp,
            quota,
            NOT_INSTALLED
                + "disk quota exceeded; nothing was changed; free some of your quota and try"
                + " again"),
        arguments(
            "create",
            staged,
            readOnly,
            NOT_INSTALLED
                + "read-only file system (/p/x); nothing was changed; remount it writable and try"
                + " again"),
        arguments(
            "create",
            stateTemp,
            denied,
            NOT_INSTALLED
                + "permission denied (/p/x); nothing was changed; see whose it is with ls -ld, make"
                + " it yours and try again"),
        arguments(
            "move",
            binary,
            across,
            NOT_INSTALLED
                + "cannot be renamed across file systems (/p/x); nothing was changed; keep the"
                + " plugin root on one file system, without mounts inside it"),
        arguments(
            "move",
            ".*/state\\.json",
            denied,
            NOT_INSTALLED
                + "permission denied (/p/x); nothing was changed; see whose it is with ls -ld, make"
                + " it yours and try again"),
        arguments(
            "transfer",
            ".*/src/cvt-plugin-rest",
            broken,
            NOT_INSTALLED
                + "input/output error; nothing was changed; put that right and try again"));
  }

  @Test
  void fault_thatStaysThere_isToldWithWhatIsNowTrue_andHealsLater() throws Exception {
    var scene = Scene.onJimfs();
    scene.install("rest", "cvt-plugin-rest", "old");
    var source = scene.program("cvt-plugin-rest", "new");
    var gone = new boolean[1];
    var faults =
        Faults.of(
            call -> {
              gone[0] |= call.operation().equals("create") && call.path().endsWith(tempOf(call));
              if (gone[0]) {
                throw new IOException("Input/output error");
              }
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    var installer = new Installer(new Scene(base).layout(), InstantSource.fixed(Scene.NOW));
    var request = InstallRequest.of(base.getFileSystem().getPath(source.toString()), "rest");
    assertThatThrownBy(() -> installer.install(request))
        .hasMessage(
            NOT_INSTALLED
                + "input/output error; undoing it failed as well, so the binary and its entry may"
                + " not match until the next command that installs or removes something has"
                + " finished or undone it; put that right and try again");
    scene.install("next", "cvt-plugin-next", "next");
    var entry = scene.file().read().plugins().get("rest");
    assertThat(entry.sha256()).isEqualTo(Scene.sha256("new"));
    assertThat(scene.file().verify(entry)).isEqualTo(entry);
    assertThat(scene.leftovers()).isEmpty();
  }

  private static java.nio.file.Path tempOf(Faults.Call call) {
    var name = call.path().getFileName();
    return name.toString().startsWith("state-") ? name : name.resolve("none");
  }

  @Test
  void slowFileSystem_isWaitedFor() throws Exception {
    var scene = Scene.onJimfs();
    var source = scene.program("cvt-plugin-rest", "new");
    var faults =
        Faults.of(
            call -> {
              if (call.operation().equals("force")) {
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
              }
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    var installer = new Installer(new Scene(base).layout(), InstantSource.fixed(Scene.NOW));
    var request = InstallRequest.of(base.getFileSystem().getPath(source.toString()), "rest");
    assertThat(installer.install(request).entry().sha256()).isEqualTo(Scene.sha256("new"));
    assertThat(faults.calls().stream().filter(call -> call.operation().equals("force")))
        .as("binary, intent, state")
        .hasSize(3);
  }

  @Test
  void interrupt_whileTheStateIsCommitted_waitsForItsEnd() throws Exception {
    var scene = Scene.onJimfs();
    var source = scene.program("cvt-plugin-rest", "new");
    var caller = Thread.currentThread();
    var faults =
        Faults.of(
            call -> {
              if (call.operation().equals("move")) {
                caller.interrupt();
              }
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    var installer = new Installer(new Scene(base).layout(), InstantSource.fixed(Scene.NOW));
    var request = InstallRequest.of(base.getFileSystem().getPath(source.toString()), "rest");
    var installed = installer.install(request);
    assertThat(Thread.interrupted()).as("kept for later").isTrue();
    assertThat(scene.file().verify(installed.entry())).isEqualTo(installed.entry());
    assertThat(scene.leftovers()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void interrupt_whileCopyingOrHashing_changesNothing(String operation, String path)
      throws Exception {
    var scene = Scene.onJimfs();
    scene.install("rest", "cvt-plugin-rest", "old");
    var before = scene.files();
    var source = scene.program("cvt-plugin-rest", "new");
    var caller = Thread.currentThread();
    var faults =
        Faults.of(
            call -> {
              if (call.operation().equals(operation) && call.path().toString().matches(path)) {
                caller.interrupt();
              }
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    var installer = new Installer(new Scene(base).layout(), InstantSource.fixed(Scene.NOW));
    var request = InstallRequest.of(base.getFileSystem().getPath(source.toString()), "rest");
    assertThatThrownBy(() -> installer.install(request)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(scene.files()).isEqualTo(before);
  }

  @Test
  void interrupt_ofARollbackThatMustCopy_changesNothing() throws Exception {
    var scene = Scene.onJimfs();
    scene.install("rest", "cvt-plugin-rest", "old");
    scene.install("rest", "cvt-plugin-rest", "new");
    var before = scene.files();
    var caller = Thread.currentThread();
    var faults =
        Faults.of(
            call -> {
              if (call.operation().equals("link")) {
                throw new FileSystemException("no links here");
              }
              if (call.operation().equals("transfer")) {
                caller.interrupt();
              }
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    var installer = new Installer(new Scene(base).layout(), InstantSource.fixed(Scene.NOW));
    assertThatThrownBy(() -> installer.rollback("rest")).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(scene.files()).isEqualTo(before);
  }

  static Stream<Arguments> interrupt_whileCopyingOrHashing_changesNothing() {
    return Stream.of(
        arguments("transfer", ".*/src/.*"),
        arguments("write", ".*/\\.staged-.*"),
        arguments("read", ".*/\\.staged-.*"));
  }
}
