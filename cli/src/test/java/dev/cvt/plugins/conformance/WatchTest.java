package dev.cvt.plugins.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
  private static final long PATIENCE_SECONDS = 30;

  @TempDir private Path folder;
  private Path root;
  private Process guest;
  private Process other;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(folder.resolve("run 1"));
    guest = sleeper(Files.createDirectory(root.resolve("7")));
    other = sleeper(folder.resolve("run 10/7"));
  }

  private static Process sleeper(Path mark) throws IOException {
    // The shell and its child: both carry the mark, and neither ends by itself.
    var builder =
        new ProcessBuilder("/bin/sh", "-c", "trap '' TERM; sleep 300; :")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.PIPE);
    builder.environment().put(Strays.MARK, mark.toString());
    return builder.start();
  }

  @AfterEach
  void end() {
    for (var process : new Process[] {guest, other}) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void endOfTheProgram_endsAllOfItsRunAndTakesItsFolder() throws Exception {
    var shell = Watch.command(root).start();

    shell.getOutputStream().close(); // as the kernel does, however a program ends

    assertThat(shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(guest.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    // The pipe ends when the last of those that have it has ended.
    assertThat(guest.getInputStream().readAllBytes()).isEmpty();
    assertThat(root).doesNotExist();
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void close_sendsItAway() throws Exception {
    var watch = new Watch(root);
    var shell =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().commandLine().orElse("").contains(root.toString()))
            .findFirst()
            .orElseThrow();

    watch.close();

    shell.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(guest.isAlive()).isTrue();
    assertThat(root).exists();
  }
}
