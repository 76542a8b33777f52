package dev.cvt.plugin.tests.echo;

import static dev.cvt.plugin.tests.echo.EchoWords.fetch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.tests.echo.EchoHost.Outcome;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What our manager does on a real Go plugin where Go's does nothing. */
final class OurManagerOnEchoTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private OurHost start() throws Exception {
    var home = new Home(folder);
    StateFile.at(home.stateJson(), home.plugins()).install(Peers.goEcho(), "echo");
    var binary = home.plugins().resolve(Peers.goEcho().getFileName());
    return OurHost.start(home.configured(EchoWords.config(binary)));
  }

  @Test
  void requestWithoutId_getsOneAndTheAuditHasTheSame() throws Exception {
    try (var host = start()) {
      var spec = spec(host, FetchSchemaRequest.newBuilder().setSchemaId("pets").build());
      var audited = host.audit().getLast().requestId();
      assertThat(audited).isNotBlank();
      assertThat(spec).contains("\"request_id\":\"" + audited + "\"");
    }
  }

  @Test
  void childrenOfAPlugin_areGoneAfterStop() throws Exception {
    long child;
    long holder;
    try (var host = start()) {
      child = Long.parseLong(spec(host, fetch("spawn")));
      holder = Long.parseLong(spec(host, fetch("spawn:pipes")));
      assertThat(runs(child)).isTrue();
      assertThat(runs(holder)).isTrue();
    }
    assertThat(runs(child)).isFalse();
    assertThat(runs(holder)).isFalse();
  }

  @Test
  void environmentOfAPlugin_isNotTheHosts() throws Exception {
    try (var host = start()) {
      assertThat(spec(host, fetch("env")).lines())
          .contains("PATH", "TMPDIR", "PLUGIN_UNIX_SOCKET_DIR")
          .doesNotContain("ECHO_TOKEN", "MAVEN_OPTS", "MAVEN_CMD_LINE_ARGS", "PWD", "OLDPWD");
    }
  }

  /** Go's manager keeps the handle of the dead, and every later call fails. */
  @Test
  void pluginThatDied_isBackByItself() throws Exception {
    try (var host = start()) {
      long first = host.running().pid();
      assertThat(host.call(fetch("crash"))).isInstanceOf(Outcome.Failed.class);
      var end = System.nanoTime() + LIMIT.toNanos();
      while (!(host.call(fetch("pid")) instanceof Outcome.Answer)) {
        assertThat(System.nanoTime()).as("back in time").isLessThan(end);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      assertThat(host.running().pid()).isNotEqualTo(first);
      assertThat(spec(host, fetch("order"))).startsWith("base_url\ndb_secret\n");
    }
  }

  /** Not so if it only waits for a lazy init to take note of its end. */
  private static boolean runs(long pid) throws IOException {
    if (ProcessHandle.of(pid).isEmpty()) {
      return false;
    }
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (NoSuchFileException e) {
      return Files.notExists(
          Path.of("/proc/self")); // no /proc at all: the handle has the last word
    }
  }

  private static String spec(OurHost host, FetchSchemaRequest request) {
    if (!(host.call(request) instanceof Outcome.Answer(FetchSchemaResponse response))) {
      throw new AssertionError("no answer to " + request);
    }
    return response.getSpec().toStringUtf8();
  }
}
