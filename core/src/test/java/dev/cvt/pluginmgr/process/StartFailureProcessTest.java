package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of each way in which a plugin does not start, and that nothing is left of it. */
@Timeout(120)
class StartFailureProcessTest {
  @TempDir Path folder;
  private TestHome home;
  private final MetricsTable metrics = new MetricsTable();

  @BeforeEach
  void prepare() {
    home = new TestHome(folder);
  }

  @AfterEach
  void nothingLeft() throws Exception {
    home.assertNothingLeft();
    assertThat(metrics.read("cvt_plugin_up", "cvt_plugin_info")).isEmpty();
  }

  private Manager.StartFailed start(Consumer<Config.PluginBuilder> settings, String... plugins)
      throws InterruptedException {
    return start(home.config(settings, plugins));
  }

  private Manager.StartFailed start(Config config) throws InterruptedException {
    try (var manager =
        Manager.builder(config, home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(metrics)
            .build()) {
      var failed = catchThrowableOfType(Manager.StartFailed.class, manager::start);
      assertThat(manager.status()).isEmpty();
      return failed;
    }
  }

  /** How long it takes to come to that phase is no test's business: the timeout grows. */
  private Manager.StartFailed outOfTime(Manager.Phase phase, Duration timeout)
      throws InterruptedException {
    var failed = start(p -> p.startTimeout(timeout), "bad");
    return failed.phase() == phase ? failed : outOfTime(phase, timeout.multipliedBy(2));
  }

  /** With what differs from run to run put in words. */
  private String text(Throwable failed) {
    return String.valueOf(failed.getMessage())
        .replace(home.home().toString(), "HOME")
        .replaceAll("\\b\\d+ ms", "N ms")
        .replaceAll("\\.run/[^/]+/bad/\\d+", ".run/RUN")
        .replaceAll("HOME/\\.cvt/plugins", "ROOT")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME");
  }

  private static final List<Manager.Phase> PHASES =
      List.of(
          Manager.Phase.VERIFY,
          Manager.Phase.PREFLIGHT,
          Manager.Phase.EXEC,
          Manager.Phase.FIRST_BYTE,
          Manager.Phase.LINE,
          Manager.Phase.CONNECT,
          Manager.Phase.INFO,
          Manager.Phase.CONFIG);

  private static String said(String what, Manager.Phase phase) {
    return said(what, phase, "", "");
  }

  /** All that is said: the fact and the remedy, the phase, the end, the time of each phase. */
  private static String said(String what, Manager.Phase phase, String exit, String stderr) {
    String times =
        PHASES.stream()
            .filter(one -> one.compareTo(phase) <= 0)
            .map(one -> one.title() + " N ms")
            .collect(Collectors.joining(", "));
    return "plugin bad did not start: "
        + what
        + "\n  phase "
        + phase.title()
        + (exit.isEmpty() ? "" : "; the process " + exit)
        + "; after N ms ("
        + times
        + ")"
        + (stderr.isEmpty() ? "" : "\n  its last words on stderr:\n    " + stderr);
  }

  @Test
  void plugin_notInstalled() throws Exception {
    Files.createDirectories(home.root());

    var failed = start(p -> {}, "bad");

    assertThat(text(failed))
        .isEqualTo(
            said(
                "plugin \"bad\" is not installed; run: cvt-plugins install PATH --name bad",
                Manager.Phase.VERIFY));
  }

  @Test
  void plugin_installedElsewhere() throws Exception {
    home.installScript("bad", "exit 0");
    Config config =
        Config.builder()
            .home(home.home())
            .plugin("bad", p -> p.binary(home.root().resolve("other")))
            .build();

    assertThat(text(start(config)))
        .isEqualTo(
            said(
                "the config says that the binary of plugin \"bad\" is ROOT/other, but "
                    + "installed is ROOT/cvt-plugin-bad; set binary: ROOT/cvt-plugin-bad in "
                    + "config.yaml",
                Manager.Phase.VERIFY));
  }

  @Test
  void binary_missing() throws Exception {
    Files.delete(home.installScript("bad", "exit 0"));

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "the binary of plugin \"bad\" is gone: ROOT/cvt-plugin-bad; install it "
                    + "again: cvt-plugins install PATH --name bad",
                Manager.Phase.VERIFY));
  }

  @Test
  void binary_changedSinceItsInstall() throws Exception {
    Files.writeString(home.installScript("bad", "exit 0"), "#!/bin/sh\nexit 1\n");

    var failed = start(p -> {}, "bad");

    assertThat(text(failed))
        .isEqualTo(
            said(
                "ROOT/cvt-plugin-bad is not the file that was installed: expected "
                    + "306c6ca74075, found 275239824e00, modified TIME, installed TIME; if you "
                    + "changed it yourself, run: cvt-plugins install ROOT/cvt-plugin-bad "
                    + "--name bad",
                Manager.Phase.VERIFY));
    assertThat(failed.phase()).isEqualTo(Manager.Phase.VERIFY);
    assertThat(failed.failure().diagnosis()).isEqualTo("MISMATCH");
  }

  @Test
  void binary_changedSinceItsInstall_isNotExecuted() throws Exception {
    Path script = home.installScript("bad", "exit 0");
    Path ran = script.resolveSibling("ran");
    // Its process is made while it is hashed, and a small file is soon hashed, a large one late.
    for (int size : new int[] {0, 1 << 24}) {
      Files.writeString(script, "#!/bin/sh\n: >" + ran + "\nexit 1\n" + "#".repeat(size));
      assertThat(start(p -> {}, "bad").failure().diagnosis()).isEqualTo("MISMATCH");
      assertThat(ran).doesNotExist();
    }
  }

  /** A link is seen at the file that it leads to, whose inode it changes; a copy is not. */
  @Test
  void binary_withASecretInItsEnvironment_isExecutedFromACopy() throws Exception {
    var source = Files.copy(Path.of("/bin/true"), home.home().resolve("cvt-plugin-bad"));
    home.state().install(source, "bad");
    var installed = Files.getAttribute(home.binary("bad"), "unix:ctime");

    start(p -> p.secretEnv("TOKEN", "hushhush-token-42"), "bad");
    assertThat(Files.getAttribute(home.binary("bad"), "unix:ctime")).isEqualTo(installed);

    start(p -> {}, "bad");
    assertThat(Files.getAttribute(home.binary("bad"), "unix:ctime")).isNotEqualTo(installed);
  }

  @Test
  void binary_thatIsAFolder() throws Exception {
    Path binary = home.installScript("bad", "exit 0");
    Files.delete(binary);
    Files.createDirectory(binary);

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "the binary of plugin \"bad\" is not a regular file: ROOT/cvt-plugin-bad; install"
                    + " it again: cvt-plugins install PATH --name bad",
                Manager.Phase.VERIFY));
  }

  @Test
  void binary_thatIsALink() throws Exception {
    Path binary = home.installScript("bad", "exit 0");
    Files.move(binary, home.root().resolve("elsewhere"));
    Files.createSymbolicLink(binary, home.root().resolve("elsewhere"));

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "the binary of plugin \"bad\" is not a regular file: ROOT/cvt-plugin-bad; install"
                    + " it again: cvt-plugins install PATH --name bad",
                Manager.Phase.VERIFY));
  }

  @Test
  void binary_thatIsNotExecutable() throws Exception {
    Path binary = home.installScript("bad", "exit 0");
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rw-------"));

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "the binary of plugin \"bad\" is not executable: ROOT/cvt-plugin-bad; run: chmod"
                    + " u+x ROOT/cvt-plugin-bad",
                Manager.Phase.VERIFY));
  }

  @Test
  void stateFile_empty() throws Exception {
    home.installScript("bad", "exit 0");
    Files.writeString(home.state().path(), "");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "ROOT/state.json is empty; restore it from a backup, or delete it and install the"
                    + " plugins again",
                Manager.Phase.VERIFY));
  }

  @Test
  void stateFile_ofAnotherVersion() throws Exception {
    home.installScript("bad", "exit 0");
    Files.writeString(home.state().path(), "{\"version\": 2, \"plugins\": {}}\n");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "ROOT/state.json has version 2, and this program reads version 1; use the program"
                    + " that wrote it, or a newer version of this one",
                Manager.Phase.VERIFY));
  }

  @Test
  void stateFile_thatNamesAForeignPath() throws Exception {
    home.installScript("bad", "exit 0");
    var state = home.state();
    var entry = state.read().plugins().get("bad");
    state.write(
        StateFile.Snapshot.of(
            Map.of("bad", new StateFile.Entry("/bin/sh", entry.sha256(), entry.installedAt()))));

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "the state file names \"/bin/sh\" as the binary of plugin \"bad\", which is not a"
                    + " file under ROOT; run: cvt-plugins reset bad, then install it again",
                Manager.Phase.VERIFY));
  }

  @Test
  void stateFile_truncated() throws Exception {
    home.installScript("bad", "exit 0");
    Files.writeString(home.state().path(), "{\"version\": 1, \"plug");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "ROOT/state.json:1:21 cannot be read: it ends in the middle; restore it "
                    + "from a backup, or delete it and install the plugins again",
                Manager.Phase.VERIFY));
  }

  @Test
  void stateFile_withAShortHash() throws Exception {
    home.installScript("bad", "exit 0");
    var state = home.state();
    var entry = state.read().plugins().get("bad");
    state.write(
        StateFile.Snapshot.of(
            Map.of("bad", new StateFile.Entry(entry.binaryPath(), "abc", entry.installedAt()))));

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "the state file has no SHA-256 of plugin \"bad\": expected 64 hex digits, "
                    + "found \"abc\"; run: cvt-plugins install ROOT/cvt-plugin-bad --name bad",
                Manager.Phase.VERIFY));
  }

  @Test
  void program_thatExits() throws Exception {
    home.installScript("bad", "echo 'no licence' >&2; exit 3");

    var failed = start(p -> {}, "bad");

    assertThat(text(failed))
        .isEqualTo(
            said(
                "exited with code 3 before its handshake line; look at its last words",
                Manager.Phase.FIRST_BYTE,
                "exited with code 3",
                "no licence"));
    assertThat(failed.failure().exitCode()).hasValue(3);
    assertThat(failed.failure().stderr()).contains("no licence");
  }

  @Test
  void program_thatPrintsGarbage() throws Exception {
    home.installScript("bad", "echo hello; echo world");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "it does not speak like a plugin: it printed \"hello\" and exited with "
                    + "code 0; make sure that this is the plugin's program, and not some other",
                Manager.Phase.LINE,
                "exited with code 0",
                ""));
  }

  @Test
  void program_thatPrintsNothing() throws Exception {
    home.installScript("bad", "exec sleep 600");

    assertThat(text(outOfTime(Manager.Phase.FIRST_BYTE, Duration.ofMillis(200))))
        .isEqualTo(
            said(
                "it printed nothing within N ms; find out what it waits for, or raise "
                    + "start_timeout of plugin bad in pluginmgr.yaml",
                Manager.Phase.FIRST_BYTE));
  }

  @Test
  void program_ofAnotherProtocol() throws Exception {
    home.installScript("bad", "echo '1|2|unix|/tmp/none|grpc|'; exec sleep 600");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "it speaks protocol version 2, and this host 1; upgrade the host, or "
                    + "install an older version of the plugin",
                Manager.Phase.LINE));
  }

  @Test
  void program_thatSpeaksNetRpc() throws Exception {
    home.installScript("bad", "echo '1|1|unix|/tmp/none'; exec sleep 600");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "it speaks version 1 over net/rpc, the old protocol of go-plugin, and "
                    + "this host speaks only gRPC; install a version of the plugin that serves "
                    + "gRPC",
                Manager.Phase.LINE));
  }

  @Test
  void plugin_ofAnotherVersionOfCvtsProtocol() throws Exception {
    home.installJava("bad", "protocol-2");

    var failed = start(p -> {}, "bad");

    assertThat(text(failed))
        .isEqualTo(
            said(
                "it speaks version 2 of CVT's plugin protocol, this manager speaks "
                    + "version 1; install a build of the plugin for version 1",
                Manager.Phase.INFO));
    assertThat(failed.phase()).isEqualTo(Manager.Phase.INFO);
  }

  @Test
  void plugin_thatIsNotCvts() throws Exception {
    home.installJava("bad", "stranger");

    assertThat(text(start(p -> {}, "bad")))
        .isEqualTo(
            said(
                "it is a go-plugin plugin, but does not offer CVT's handshake service; "
                    + "check that ROOT/cvt-plugin-bad is a plugin for CVT",
                Manager.Phase.INFO));
  }

  @Test
  void plugin_thatDiesInInfo() throws Exception {
    home.installJava("bad", "dies-in-info");

    assertThat(text(start(p -> p.secret("token", "hushhush-token-42"), "bad")))
        .isEqualTo(
            said(
                "it ended during Info: the process exited with code 7; see its log and "
                    + "its last words on stderr",
                Manager.Phase.INFO,
                "exited with code 7",
                "going down with ****"));
  }

  @Test
  void plugin_thatRefusesItsConfig() throws Exception {
    home.installJava("bad", "refuses-config");

    var failed = start(p -> p.secret("token", "hushhush-token-42"), "bad");

    assertThat(text(failed))
        .isEqualTo(
            said(
                "SetConfig of key token failed: InvalidArgument (no good: ****); correct "
                    + "plugins.bad.config in config.yaml",
                Manager.Phase.CONFIG));
    assertThat(failed.phase()).isEqualTo(Manager.Phase.CONFIG);
    assertThat(failed.failure().timings())
        .containsKeys(Manager.Phase.VERIFY, Manager.Phase.LINE, Manager.Phase.INFO);
  }

  @Test
  void plugin_thatHangsOverItsConfig() throws Exception {
    home.installJava("bad", "hangs-in-config");

    assertThat(text(start(p -> p.config("a", "1").timeout(Duration.ofMillis(100)), "bad")))
        .isEqualTo(
            said(
                "it did not answer SetConfig of key a within 100ms; raise timeout of "
                    + "plugin bad in config.yaml if it needs longer",
                Manager.Phase.CONFIG));
  }

  @Test
  void plugin_thatDiesOverItsConfig() throws Exception {
    home.installJava("bad", "dies-in-config");

    assertThat(text(start(p -> p.secret("token", "hushhush-token-42"), "bad")))
        .isEqualTo(
            said(
                "it ended during SetConfig of key token: the process exited with code 8; "
                    + "see its log and its last words on stderr",
                Manager.Phase.CONFIG,
                "exited with code 8",
                "going down with ****"));
  }

  @Test
  void secretFile_thatIsGone() throws Exception {
    home.installScript("bad", "exit 0");
    Path secret = Files.writeString(home.home().resolve("secret"), "hushhush-22");
    Config config = home.config(p -> p.secretFile("token", secret), "bad");
    Files.delete(secret);

    assertThat(text(start(config)))
        .isEqualTo(
            said(
                "the secret file \"HOME/secret\" does not exist; name a file that this "
                    + "user can read",
                Manager.Phase.VERIFY));
  }

  @Test
  void plugin_thatHangsInInfo() throws Exception {
    home.installJava("bad", "hangs-in-info");

    assertThat(
            text(outOfTime(Manager.Phase.INFO, Duration.ofSeconds(2)))
                .replaceAll("within the \\d+s", "within the Ns"))
        .isEqualTo(
            said(
                "it did not answer Info within the Ns from its launch; raise start_timeout of"
                    + " plugin bad in pluginmgr.yaml if it needs longer, else see what it waits"
                    + " for",
                Manager.Phase.INFO));
  }

  @Test
  void binary_writtenToWhileItIsStarted() throws Exception {
    home.installScript("bad", "echo >> \"$0\"\n" + java("echo"));

    var failed = start(p -> p.secret("token", "hushhush-token-42"), "bad");

    assertThat(failed.failure().diagnosis()).isEqualTo("EXCHANGED");
    assertThat(failed.phase()).isEqualTo(Manager.Phase.INFO);
  }

  private String java(String mode) throws Exception {
    Path script = home.installJava("java", mode);
    return Files.readString(script).lines().skip(1).findFirst().orElseThrow();
  }

  @Test
  void services_unknownToTheHost_areIgnored() throws Exception {
    home.installJava("good", "unknown-services");
    try (var log = new LogCapture("dev.cvt.pluginmgr");
        var manager =
            Manager.builder(home.config(p -> {}, "good"), home.state())
                .discovery(false)
                .audit(AuditSink.none())
                .build()) {
      manager.start();

      assertThat(manager.handle("good").orElseThrow().services()).containsExactly("weather.v3");
      assertThat(manager.registry("good")).isEmpty();
      assertThat(manager.events("good")).isEmpty();
      var request = FetchSchemaRequest.newBuilder().setRequestId("r-1").build();
      assertThatThrownBy(() -> manager.hooks().fetchSchema(request))
          .isInstanceOf(Manager.CallFailed.class)
          .hasMessage(
              "plugin good, registry.v1/FetchSchema, request r-1: it does not offer registry.v1;"
                  + " bind fetch_schema to a plugin that does; this one declares weather.v3");
      assertThat(log.lines())
          .contains(
              "WARNING dev.cvt.pluginmgr: hook fetch_schema is bound to plugin good: it does not"
                  + " offer registry.v1; bind fetch_schema to a plugin that does; this one declares"
                  + " weather.v3",
              "WARNING dev.cvt.pluginmgr: hook on_validation_failed is bound to plugin good: it"
                  + " does not offer events.v1; bind on_validation_failed to a plugin that does;"
                  + " this one declares weather.v3");
    }
  }

  @Test
  void oneOfSeveral_endsTheOthersAndIsNamed() throws Exception {
    home.installJava("good", "echo");
    home.installScript("bad", "exit 3");

    var failed = start(p -> {}, "good", "bad");

    assertThat(failed.plugin()).isEqualTo("bad");
  }

  @Test
  void start_afterOneThatFailed_isPossible() throws Exception {
    home.installScript("bad", "exit 3");
    try (var manager =
        Manager.builder(home.config(p -> {}, "bad"), home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(metrics)
            .build()) {
      assertThat(catchThrowableOfType(Manager.StartFailed.class, manager::start)).isNotNull();
      home.installJava("bad", "echo");
      manager.start();

      assertThat(manager.handle("bad")).isPresent();
    }
    assertThat(metrics.read("cvt_plugin_up", "cvt_plugin_info").values()).containsExactly(0.0);
    metrics.clear();
  }

  @Test
  void withoutPlugins_startDoesNothing() throws Exception {
    try (var manager =
        Manager.builder(Config.builder().home(home.home()).build(), home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(metrics)
            .build()) {
      manager.start();

      assertThat(home.root()).doesNotExist();
      assertThat(metrics.read()).isEmpty();
    }
  }
}
