package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cvt.plugins.CommandHome.Said;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run}: its one ready line, its signals, and why it may not start. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RunTest {
  private static final Pattern READY =
      Pattern.compile(
          "ready: 1 plugin, metrics at (http://127\\.0\\.0\\.1:\\d+/metrics), pid (\\d+)\n");

  @TempDir private Path folder;
  private CommandHome home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(folder);
  }

  /** Waits for a text that is bound to come, unless the command ends without it. */
  private static void await(StringWriter writer, String text, Future<Said> running)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!writer.toString().contains(text)) {
      if (running.isDone() || System.nanoTime() > end) {
        throw new AssertionError("\"" + text + "\" never came: " + running + writer);
      }
      Thread.sleep(5);
    }
  }

  private static void signal(String name) throws IOException, InterruptedException {
    var kill =
        new ProcessBuilder("kill", "-" + name, "" + ProcessHandle.current().pid())
            .inheritIO()
            .start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Under nohup, or in the background of a script, some signals never arrive. */
  private static void assumeHeard(String name, int number) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      long ignored =
          lines
              .filter(line -> line.startsWith("SigIgn:"))
              .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .sum();
      assumeTrue((ignored >> (number - 1) & 1) == 0, "SIG" + name + " is ignored in this build");
    }
  }

  @Test
  void untilSigterm_servesMetricsAtTheAddressOfItsReadyLine_andReloadsOnSighup() throws Exception {
    assumeHeard("HUP", 1);
    home.installEcho("echo");
    home.configure("echo", "", "fetch_schema");
    var running =
        CompletableFuture.supplyAsync(
            () -> home.runInto(out, err, new byte[0], "run", "--listen", "127.0.0.1:0"),
            command -> Thread.ofPlatform().name("the-command").start(command));
    await(out, "\n", running);

    var ready = READY.matcher(out.toString());
    assertThat(ready.matches()).as(out.toString()).isTrue();
    assertThat(ready.group(2)).isEqualTo("" + ProcessHandle.current().pid());
    try (var page = URI.create(ready.group(1)).toURL().openStream()) {
      assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8))
          .contains("cvt_plugin_up{plugin=\"echo\",} 1.0");
    }

    home.configure("echo", "    on_error: fail_open\n", "fetch_schema");
    signal("HUP");
    await(err, "reloaded: replaced echo\n", running);
    home.write("config.yaml", "plugins: [\n");
    signal("HUP");
    await(err, "not reloaded, all goes on as before: ", running);
    assertThat(running).isNotDone();

    signal("TERM");
    var said = ended(running);
    assertThat(said.code()).isZero();
    assertThat(said.out()).matches(READY);
    assertThat(said.err())
        .matches(
            "reloaded: replaced echo\n"
                + "not reloaded, all goes on as before: \\Q"
                + home.config()
                + "\\E:[^\n]+\nstopping 1 plugin\nstopped\n");
  }

  private static Said ended(Future<Said> running)
      throws InterruptedException, ExecutionException, TimeoutException {
    return running.get(2, TimeUnit.MINUTES);
  }

  @Test
  void withoutMetrics_theReadyLineNamesNone() throws Exception {
    assumeHeard("INT", 2);
    var running =
        CompletableFuture.supplyAsync(
            () -> home.runInto(out, err, new byte[0], "run", "--listen", "none"),
            command -> Thread.ofPlatform().name("the-command").start(command));
    await(out, "\n", running);
    signal("INT");

    assertThat(ended(running))
        .isEqualTo(
            new Said(
                0,
                "ready: 0 plugins, pid %d\n".formatted(ProcessHandle.current().pid()),
                "stopping 0 plugins\nstopped\n"));
  }

  @Test
  void sigterm_whilePluginsStart_endsTheStart() throws Exception {
    assumeHeard("TERM", 15);
    var hangs = folder.resolve("hangs");
    home.install("rest", "echo >'" + hangs + "'; sleep 600 & wait");
    home.configure("rest", "", "fetch_schema");
    home.write("pluginmgr.yaml", "defaults: {start_timeout: 10m}\n");
    var running =
        CompletableFuture.supplyAsync(
            () -> home.runInto(out, err, new byte[0], "run", "--listen", "none"),
            command -> Thread.ofPlatform().name("the-command").start(command));
    while (!Files.exists(hangs) && !running.isDone()) {
      Thread.sleep(5);
    }
    signal("TERM");

    assertThat(ended(running)).isEqualTo(new Said(0, "", "stopping 1 plugin\nstopped\n"));
  }

  @Test
  void portInUse_isSaidWithTheWaysOut() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var said = home.with("CVT_METRICS_PORT", "" + taken.getLocalPort()).run("run");

      assertThat(withoutJar(said))
          .isEqualTo(
              new Said(
                  1,
                  "",
                  """
                  cvt-plugins: the manager did not start:
                  the metrics backend prometheus (JAR) could not be made: metrics cannot be served at 127.0.0.1:%d: address already in use; stop what listens there, or set another listen in pluginmgr.yaml (port 0 takes a free one); mend what it says, or choose another metrics backend in pluginmgr.yaml
                  """
                      .formatted(taken.getLocalPort())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9551", "localhost", "127.0.0.1:65536", "a b:1", "::1:9551", ""})
  void addressThatIsNone_isRefusedBeforeAnythingElse(String address) throws IOException {
    home.write("config.yaml", "plugins: [\n");

    assertThat(home.run("run", "--listen=" + address))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: --listen \"%s\" is not HOST:PORT with a port from 0 to 65535; write it as in 127.0.0.1:9551, or none; see cvt-plugins run --help\n"
                    .formatted(address)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "65536", "-1", "999999999999"})
  void portOfTheVariableThatIsNone_isSaidWithItsName(String port) {
    assertThat(home.with("CVT_METRICS_PORT", port).run("run"))
        .isEqualTo(
            new Said(
                1,
                "",
                "cvt-plugins: CVT_METRICS_PORT is \"%s\", which is no port from 0 to 65535; correct it, or unset it for 9551\n"
                    .formatted(port)));
  }

  @Test
  void addressOfTheSettingsThatIsNone_isSaidWithItsKey() throws IOException {
    home.write("pluginmgr.yaml", "metrics: {use: prometheus, listen: '127.0.0.1:metrics'}\n");

    assertThat(withoutJar(home.run("run")))
        .isEqualTo(
            new Said(
                1,
                "",
                """
                cvt-plugins: the manager did not start:
                the metrics backend prometheus (JAR) could not be made: listen: 127.0.0.1:metrics is not host:port with a port from 0 to 65535; write it as in 127.0.0.1:9551; mend what it says, or choose another metrics backend in pluginmgr.yaml
                """));
  }

  @Test
  void sinksAndBackendThatAreNotThere_areToldAtOnce() throws IOException {
    home.write("pluginmgr.yaml", CheckTest.WRONG_OUTPUTS);

    assertThat(home.run("run"))
        .isEqualTo(
            new Said(1, "", "cvt-plugins: the manager did not start:\n" + CheckTest.OUTPUTS));
  }

  /** Where it was built is nothing to compare. */
  private static Said withoutJar(Said said) {
    return new Said(
        said.code(),
        said.out(),
        said.err().replaceFirst("prometheus \\([^)]+\\)", "prometheus (JAR)"));
  }

  @Test
  void pluginThatDoesNotStart_endsIt_andNothingIsReady() throws IOException {
    home.install("rest", "exit 3");
    home.configure("rest", "", "fetch_schema");

    var said = home.run("run", "--listen", "none");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .startsWith(
            "cvt-plugins: plugin rest did not start: exited with code 3 before its handshake"
                + " line;");
  }

  @Test
  void pluginThatIsNotInstalled_isSaidWithTheCommandThatInstallsIt() throws IOException {
    home.configure("rest", "", "fetch_schema");

    var said = home.run("run", "--listen", "none");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .startsWith(
            "cvt-plugins: plugin rest did not start: plugin \"rest\" is not installed; run:"
                + " cvt-plugins install PATH --name rest\n");
  }
}
