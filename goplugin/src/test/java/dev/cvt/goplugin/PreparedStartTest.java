package dev.cvt.goplugin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.FakeServer.Services;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that waits for its word: nothing runs before, and what runs then is no different. */
class PreparedStartTest extends HostTest {

  /** A program that says that it runs, and what the system says of it, before it serves. */
  private Path tells() throws IOException {
    return script(
        """
        #!/bin/sh
        {
          echo "$#:$*"
          /bin/readlink /proc/$$/cwd /proc/$$/fd/0
          /bin/ls /proc/$$/fd
          /bin/grep -E '^(SigBlk|SigIgn|Uid|Gid|Groups|Umask|NoNewPrivs|Seccomp:)' /proc/self/status
          set -- $(/bin/cat /proc/$$/stat)
          echo "parent is the host: $(($4 == HOST)), group: $(($5 == $$)), session: $(($6 == $$)), tty: $7"
          /usr/bin/env | /bin/grep -v -e GOPLUGIN_MARK -e TMPDIR -e SOCKET_DIR | /usr/bin/sort
        } >"$STOP.ran"
        echo "1|1|unix|$SOCKET|grpc|"
        until [ -e "$STOP" ]; do sleep 0.02; done
        """);
  }

  private Path script(String text) throws IOException {
    var file = folder.resolve("program");
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Path ran() {
    return Path.of(stop + ".ran");
  }

  private Launch.Builder telling() throws IOException {
    var more =
        Map.of("HOST", "" + ProcessHandle.current().pid(), "PWD", "mine", "odd_one", "a b\n$c");
    return launch(tells()).environment(environment(more)).arguments(List.of("one", "two three"));
  }

  /** Waits until there is a process, where there is one before the word. */
  private void awaitProcess() throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (alive().isEmpty() && System.nanoTime() - until < 0) {
      Thread.sleep(5); // a condition of another process: there is nothing to wait on
    }
  }

  @Test
  void program_isNotExecutedBeforeTheWord_andIsThenAsWithoutPreparation() throws Exception {
    try (var _ = serve(new Services())) {
      var launch = telling().build();
      host.start(launch).close();
      var told = Files.readString(ran());
      Files.delete(ran());
      Files.delete(stop);
      try (var prepared = host.prepare(launch)) {
        awaitProcess();
        Thread.sleep(100); // long enough for any program to begin
        assertThat(ran()).doesNotExist();
        try (var plugin = prepared.start()) {
          assertThat(plugin.stop().by()).isEqualTo(Stopped.By.SHUTDOWN);
        }
      }
      assertThat(ran()).hasContent(told.strip());
    }
  }

  @Test
  void programThatIsReplacedWhileItWaits_isExecutedAsItIsThen() throws Exception {
    try (var _ = serve(new Services())) {
      var program = script("#!/bin/sh\nexit 9\n");
      try (var prepared = host.prepare(launch(program).build())) {
        awaitProcess();
        Files.copy(program("serves"), folder.resolve("new"));
        Files.move(
            folder.resolve("new"), program, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        prepared.start().close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 20, 100})
  void close_withoutAStart_leavesNothing(int millis) throws Exception {
    var prepared = host.prepare(telling().build());
    Thread.sleep(millis); // any instant will do: they are spread over the preparation
    prepared.close();
    prepared.close();
    assertThat(alive()).isEmpty();
    assertThat(ran()).doesNotExist();
    assertThatThrownBy(prepared::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("plugin program was started or closed before");
  }

  @Test
  void hostThatCloses_endsWhatIsPrepared() throws Exception {
    var prepared = host.prepare(telling().build());
    awaitProcess();
    host.close();
    assertThat(alive()).isEmpty();
    assertThat(ran()).doesNotExist();
    assertThat(catchThrowableOfType(StartFailure.class, prepared::start).diagnosis())
        .isEqualTo(Diagnosis.HOST_CLOSED);
    assertThatThrownBy(() -> host.prepare(telling().build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("plugin host test is closed");
  }

  @Test
  void processThatIsKilledWhileItWaits_failsTheStart() throws Exception {
    try (var prepared = host.prepare(telling().build())) {
      awaitProcess();
      for (long pid : alive()) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      var failure = catchThrowableOfType(StartFailure.class, prepared::start);
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.KILLED);
      assertThat(ran()).doesNotExist();
    }
  }

  @Test
  void whatCannotBePrepared_isToldByTheStart() {
    try (var prepared = host.prepare(launch(folder.resolve("nowhere")).build())) {
      var failure = catchThrowableOfType(StartFailure.class, prepared::start);
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NO_SUCH_FILE);
      assertThat(failure.phase()).isEqualTo(Phase.PREFLIGHT);
    }
  }

  @Test
  void programThatIsGoneAtTheWord_isNotExecuted() throws Exception {
    var program = tells();
    try (var prepared = host.prepare(launch(program).build())) {
      awaitProcess();
      Files.delete(program);
      var failure = catchThrowableOfType(StartFailure.class, prepared::start);
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.EXEC_REFUSED);
      assertThat(failure.fact()).startsWith("the system refused to execute it: " + program);
    }
  }

  @Test
  void environmentThatNoShellHandsOn_isStartedAllTheSame() throws Exception {
    try (var _ = serve(new Services())) {
      var odd = environment(Map.of("dotted.name", "2"));
      try (var prepared = host.prepare(launch("serves").environment(odd).build());
          var plugin = prepared.start()) {
        assertThat(plugin.stop().by()).isEqualTo(Stopped.By.SHUTDOWN);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 20, 60})
  void interrupt_duringTheStart_leavesNothing(int millis) throws Exception {
    try (var _ = serve(new Services());
        var prepared = host.prepare(launch("serves-late").build())) {
      interrupt(prepared::start, millis);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hostKilledWhileAProcessWaits_leavesNothing_andNothingRan(boolean guarded) throws Exception {
    var other =
        OrphanTest.hostInAnotherJvm(
            tells(), sockets, environment(Map.of()), guarded ? "holds" : "holds-unguarded");
    assertThat(other.inputReader().readLine()).isEqualTo("holds");
    awaitProcess();
    other.destroyForcibly().waitFor(); // SIGKILL
    long until = System.nanoTime() + SECONDS.toNanos(10);
    while (!alive().isEmpty()) {
      assertThat(System.nanoTime() - until).as("waiting for the end of everything").isNegative();
      Thread.sleep(10); // a condition of other processes: there is nothing to wait on
    }
    assertThat(ran()).doesNotExist();
    while (guarded && !entries(sockets).isEmpty()) {
      assertThat(System.nanoTime() - until).as("waiting for the end of the folder").isNegative();
      Thread.sleep(10); // likewise
    }
    for (var left : entries(sockets)) {
      dev.cvt.goplugin.launch.SocketFolder.remove(left);
    }
  }
}
