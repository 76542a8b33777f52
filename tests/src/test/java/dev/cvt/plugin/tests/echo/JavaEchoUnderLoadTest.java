package dev.cvt.plugin.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.pluginmgr.StateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin on our kit, and CVT's own manager with many callers at once. */
final class JavaEchoUnderLoadTest {

  private static final int CALLS = 2_000;
  private static final int CALLERS = 64;

  @TempDir Path folder;

  @Test
  void goManager_manyCallers_getsAnAnswerToEachCall() throws Exception {
    var home = new Home(Files.createDirectory(folder.resolve("home")));
    var script = JavaEcho.script(folder);
    StateFile.at(home.stateJson(), home.plugins()).install(script, "echo");
    home.configured(EchoWords.config(home.plugins().resolve(script.getFileName())));
    var run =
        home.goManager("start-call", "-n", CALLS, "-c", CALLERS)
            // Where a Go host has the plugin make its socket.
            .with("TMPDIR", folder)
            .run()
            .ok();
    var report = JSON.std.mapFrom(run.out());
    assertThat(report.get("hooks")).asInstanceOf(LIST).hasSize(4);
    for (var hook : (List<?>) report.get("hooks")) {
      var calls = (Map<?, ?>) hook;
      assertThat(calls.get("ok")).as("answers of " + calls).isEqualTo(CALLS);
      assertThat(calls.get("failed")).isEqualTo(0);
    }
    assertThat((List<?>) report.get("audit")).hasSize(4 * CALLS);
    try (var left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("plugin"));
    }
  }
}
