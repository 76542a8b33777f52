package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.faults.Child;
import dev.cvt.pluginmgr.faults.InstallingMany;
import dev.cvt.pluginmgr.faults.KillInstalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several real processes on one home. */
class ProcessesTest {

  @TempDir Path temp;

  @Test
  @Timeout(120)
  void installingProcess_killedAtAnyInstant_leavesWhatHeals() throws Exception {
    long seed = System.nanoTime();
    assertThat(KillInstalls.run(temp, 20, seed))
        .as("seed " + seed)
        .isEqualTo(new KillInstalls.Result(20, 0, 0, 0));
  }

  @Test
  @Timeout(120)
  void processes_installingAtOnce_loseNothing() throws Exception {
    int processes = 4;
    int each = 5;
    var scene = Scene.in(temp);
    var children = new ArrayList<Child>();
    try {
      for (int p = 0; p < processes; p++) {
        for (int i = 0; i < each; i++) {
          var _ = scene.program("cvt-plugin-p" + p + "-" + i, "#!/bin/sh\necho " + p + i + "\n");
        }
        children.add(
            Child.start(
                InstallingMany.class,
                scene.root().toString(),
                temp.resolve("src").toString(),
                "p" + p,
                Integer.toString(each)));
      }
      for (var child : children) {
        child.await("ready");
      }
      for (var child : children) {
        child.process().getOutputStream().close();
      }
      int reads = 0;
      while (children.stream().anyMatch(child -> child.process().isAlive())) {
        for (var entry : scene.file().read().plugins().values()) {
          assertThat(scene.file().verify(entry)).isEqualTo(entry); // a reader sees no broken file
        }
        reads++;
      }
      assertThat(reads).isPositive();
      for (var child : children) {
        assertThat(child.exit()).isZero();
      }
    } finally {
      children.forEach(Child::close);
    }
    var plugins = scene.file().read().plugins();
    assertThat(plugins).hasSize(processes * each);
    for (int p = 0; p < processes; p++) {
      for (int i = 0; i < each; i++) {
        assertThat(Objects.requireNonNull(plugins.get("p" + p + "-" + i)).sha256())
            .isEqualTo(Scene.sha256("#!/bin/sh\necho " + p + i + "\n"));
      }
    }
    assertThat(scene.leftovers()).isEmpty();
  }

  @Test
  @Timeout(60)
  void binary_replacedWhileItRuns_isNotDisturbed() throws Exception {
    var scene = Scene.in(temp);
    var sleep = Path.of("/bin/sleep").toRealPath();
    var first = scene.program("cvt-plugin-sleep", "");
    Files.write(first, Files.readAllBytes(sleep));
    var entry = scene.file().install(first, "sleep");
    var running = new ProcessBuilder(entry.binaryPath(), "60").start();
    try {
      for (int i = 0; i < 10; i++) {
        var next = new ProcessBuilder(entry.binaryPath(), "60").start(); // never "text file busy"
        Files.write(first, Files.readAllBytes(sleep));
        Files.writeString(first, "#" + i, java.nio.file.StandardOpenOption.APPEND);
        entry = scene.file().install(first, "sleep");
        assertThat(next.isAlive()).isTrue();
        next.destroyForcibly();
        assertThat(next.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(running.isAlive()).isTrue();
      assertThat(scene.file().verify(entry)).isEqualTo(entry);
    } finally {
      running.destroyForcibly();
      assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(running.exitValue()).as("ended by us and by nothing else").isEqualTo(128 + 9);
  }
}
