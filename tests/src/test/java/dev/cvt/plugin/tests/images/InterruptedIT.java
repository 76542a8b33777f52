package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that start a plugin to look at it, ended by a signal while it keeps them waiting:
 * the exit code is what a shell expects, and nothing is left.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class InterruptedIT {
  private static final Path COMMAND = EchoHome.ROOT.resolve("cli/target/image/bin/cvt-plugins");
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;

  /** All at once, since they wait more than they work. */
  @Test
  void commandThatIsEndedBySignal_leavesNothing() throws Exception {
    var examinations = new ArrayList<Examination>();
    try {
      for (var command :
          List.of(
              List.of("doctor", "--cookie", "A=b", "--timeout", "120s", "--binary"),
              List.of("conformance", "--timeout", "120"),
              List.of("demo", "--plugin"))) {
        examinations.add(begin(command, "INT", 130));
        examinations.add(begin(command, "TERM", 143));
        if (!command.contains("demo")) { // which then cannot take its home away
          examinations.add(begin(command, "KILL", 137));
        }
      }
      for (var examination : examinations) {
        examination.end();
      }
      for (var examination : examinations) {
        examination.hasEndedAndLeftNothing();
      }
    } finally {
      examinations.forEach(examination -> examination.run().destroyForcibly());
    }
  }

  /** Begins one, on a plugin that is silent and does not end when asked. */
  private Examination begin(List<String> command, String signal, int code) throws IOException {
    var own = Files.createDirectory(folder.resolve(command.getFirst() + "-" + signal));
    var seen = own.resolve("seen");
    var plugin =
        Files.writeString(
            own.resolve("cvt-plugin-stays"),
            """
            #!/bin/sh
            trap '' TERM INT
            sleep 300 &
            printf '%%s\\n' "$$" "$!" "$TMPDIR" "$HOME" >'%1$s.new' && mv '%1$s.new' '%1$s'
            wait
            """
                .formatted(seen));
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    // Where the build runs in the background of a shell, SIGINT is ignored, and stays so.
    var words = new ArrayList<Object>(List.of("--default-signal=INT", COMMAND));
    words.addAll(command);
    words.add(plugin);
    var run = Program.of(Path.of("/usr/bin/env"), words.toArray()).with("HOME", own).start();
    return new Examination(
        command.getFirst() + " after SIG" + signal, own, run, seen, signal, code);
  }

  /** A command that looks at a plugin. */
  private record Examination(
      String name, Path own, Process run, Path seen, String signal, int code) {
    void end() throws Exception {
      await(name + " has started the plugin", () -> Files.exists(seen) || !run.isAlive());
      assertThat(run.isAlive()).as(name).isTrue();
      var kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(run.pid())).start();
      assertThat(kill.waitFor()).as(name).isZero();
    }

    void hasEndedAndLeftNothing() throws Exception {
      assertThat(run.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(name).isTrue();
      assertThat(run.exitValue()).as(name).isEqualTo(code);
      var words = Files.readAllLines(seen);
      for (var process : words.subList(0, 2)) {
        await(name + " has ended process " + process, () -> isGone(Long.parseLong(process)));
      }
      var sockets = Path.of(words.get(2)).getParent();
      await(name + " has removed " + sockets, () -> Files.notExists(sockets));
      var home = Path.of(words.get(3)); // of its own, in the demo
      await(name + " has removed " + home, () -> home.equals(own) || Files.notExists(home));
    }
  }

  private static boolean isGone(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as(what).isNegative();
      Thread.sleep(20); // nothing tells of the end of somebody else's process or folder
    }
  }
}
