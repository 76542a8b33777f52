package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command can do to a manager that runs in another process, and see of it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RunningManagerIT {
  private static final Path COMMAND = EchoHome.ROOT.resolve("cli/target/image/bin/cvt-plugins");
  private static final Path PLUGIN =
      EchoHome.ROOT.resolve("examples/echo-plugin-java/target/cvt-plugin-echo-java");

  @TempDir private Path folder;
  private EchoHome home;
  private Process manager;
  private Path log;

  @BeforeEach
  void startOne() throws IOException {
    home = EchoHome.in(folder.resolve("home"));
    home.install(COMMAND);
    log = folder.resolve("log");
    var run =
        // Under nohup, or in the background of a script, it would not hear SIGHUP.
        Program.of(
                Path.of("/usr/bin/env"), "--default-signal=HUP", COMMAND, "run", "--listen", "none")
            .with("HOME", home.folder())
            .with("ECHO_TOKEN", EchoHome.SECRET);
    var builder = new ProcessBuilder(run.command()).redirectError(log.toFile());
    builder.environment().putAll(run.environment());
    manager = builder.start();
    var out =
        new BufferedReader(new InputStreamReader(manager.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).startsWith("ready: 1 plugin, pid ");
  }

  @AfterEach
  void endIt() throws Exception {
    signal("CONT");
    manager.destroy();
    assertThat(manager.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(manager.exitValue()).as(Files.readString(log)).isZero();
    assertThat(command("ps").ok().out())
        .isEqualTo("No manager runs plugins of " + home.folder() + ".\n");
  }

  private Program.Run command(Object... arguments) {
    return home.run(Program.of(COMMAND, arguments));
  }

  private void signal(String name) {
    Program.of(Path.of("/bin/sh"), "-c", "kill -" + name + " " + manager.pid()).run().ok();
  }

  private void awaitLogged(String what) throws IOException, InterruptedException {
    while (!Files.readString(log).contains(what)) {
      Thread.sleep(10); // the log of another process; the timeout of the class ends it
    }
  }

  @Test
  void manager_isSeenReloadedAndGivenNewVersions() throws Exception {
    var ps = command("ps").ok().out();
    assertThat(ps)
        .matches(
            "(?s)MANAGER +PLUGIN +STATE +FOR +PID +RESTARTS +VERSION +SHA256 +LAST FAILURE\n"
                + manager.pid()
                + " +echo-java +READY +[0-9]+s +[0-9]+ +0 +\\S+/\\S+ +[0-9a-f]{12} +-\n");
    assertThat(command("ps", "--json").ok().out())
        .contains(
            "\"answers\":true",
            "\"state\":\"READY\"",
            "\"services\":[\"registry.v1\"",
            "\"pid\":" + manager.pid());
    assertThat(command("inspect", "echo-java").ok().out()).contains("  READY for ");
    assertThat(command("reload").ok().out())
        .isEqualTo("process " + manager.pid() + ": kept echo-java\n");
    assertThat(command("install", PLUGIN, "--reload").ok().out())
        .endsWith("process " + manager.pid() + ": kept echo-java\n");
    assertThat(command("reset", "echo-java", "--restarts").ok().out())
        .isEqualTo("process " + manager.pid() + ": echo-java may try again\n");

    var config = home.folder().resolve(".cvt/config.yaml");
    var good = Files.readString(config);
    Files.writeString(config, good.replace("timeout: 20s", "timeout: 20"));
    var refused = command("reload");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .startsWith("not reloaded, all goes on as before: the manager in process ")
        .contains("config.yaml:4:14: plugins.echo-java.timeout: ");
    Files.writeString(config, good.replace("timeout: 20s", "timeout: 21s"));
    assertThat(command("reload", "--pid", manager.pid()).ok().out())
        .isEqualTo("process " + manager.pid() + ": replaced echo-java\n");
    assertThat(command("reload", "--pid", 1).exit()).isEqualTo(1);

    // What cannot change while it runs must not end it.
    home.settings("audit: {on_error: fail_open}\n");
    signal("HUP");
    awaitLogged("audit.on_error cannot change while the manager runs");
    assertThat(manager.isAlive()).isTrue();
  }

  @Test
  void managerThatDoesNotAnswer_isToldApart() {
    signal("STOP");

    var json = CompletableFuture.supplyAsync(() -> command("ps", "--json"));
    var ps = command("ps");

    assertThat(ps.exit()).isEqualTo(1);
    assertThat(ps.out()).containsPattern("\n" + manager.pid() + " +echo-java +no answer +-");
    assertThat(ps.err())
        .isEqualTo(
            "the manager in process "
                + manager.pid()
                + " has not answered for 5 s; see the log of that process, and whether it is"
                + " stopped or overloaded\n");
    assertThat(json.join().out())
        .contains("\"answers\":false", "\"plugins\":[{\"name\":\"echo-java\"}]");
  }
}
