package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.plugins.CommandHome.Said;
import dev.cvt.plugins.CvtServices.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code doctor} of configured plugins: what a manager would do, and what it would say. */
@Timeout(120)
class DoctorConfiguredTest {
  private static final String SECRET = "hushhush-token-42";

  @TempDir private Path folder;
  private CommandHome home;
  private final List<ServedPlugin> servers = new ArrayList<>();
  private CvtServices services;

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(Files.createDirectory(folder.resolve("home")));
    home.with("TOKEN", SECRET);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    servers.forEach(ServedPlugin::close);
    var run = home.root().resolve(".run");
    if (Files.exists(run)) {
      try (Stream<Path> left = Files.list(run)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private void install(String name, Way way) throws IOException {
    services = new CvtServices(way);
    var server = new ServedPlugin(Files.createTempDirectory(folder, "s"), true, services);
    services.end = server::end;
    servers.add(server);
    home.install(
        name,
        "echo \"1|1|unix|%s|grpc|\"; until [ -e '%s' ]; do sleep 0.02; done; exit 7"
            .formatted(server.socket(), server.stop())
            .replace("exit 7", way.name().endsWith("_ENDS") ? "exit 7" : "exit 0"));
  }

  private void configure(String name) throws IOException {
    configure(name, "20s", "20s");
  }

  private void configure(String name, String timeout, String startTimeout) throws IOException {
    home.configure(
        name,
        "    timeout: "
            + timeout
            + "\n    secrets: [token]\n"
            + "    config: {url: 'http://x', token: '${TOKEN}'}\n");
    home.write("pluginmgr.yaml", "defaults: {start_timeout: " + startTimeout + "}\n");
    // The secret stands in a variable; all the same nobody else has business there.
    for (var file : List.of("config.yaml", "pluginmgr.yaml")) {
      Files.setPosixFilePermissions(
          home.cvt().resolve(file), PosixFilePermissions.fromString("rw-------"));
    }
  }

  private String shown(String text) {
    return home.shown(text)
        .replace(folder.toString(), "FOLDER")
        .replaceAll("FOLDER/s\\d+/plugin\\w+", "SOCKET")
        .replaceAll(" +\\d+(\\.\\d)? m?s\\b", " TIME")
        .replaceAll("\\d+\\.\\d MiB", "SIZE")
        .replaceAll(", in \\d+ processes", "")
        .replaceAll("sha256 [0-9a-f]{64}", "sha256 HASH")
        .replaceAll("sha256 [0-9a-f]{12}\\b", "sha256 SHORT")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z", "DATE")
        .replaceAll("(?m)((?:rw|r-|--)[x-]{1}[rwx-]{6}) \\S+", "$1 USER");
  }

  @Test
  void pluginThatIsWell_isShownWithAllThatWasChecked() throws IOException {
    install("rest", Way.WELL);
    configure("rest");

    var said = home.run("doctor");

    assertThat(said.err()).isEmpty();
    assertThat(shown(said.out()))
        .isEqualTo(
            """
            rest: ok
              program     HOME/.cvt/plugins/cvt-plugin-rest
              checked     ok  configuration   HOME/.cvt/config.yaml  rw------- USER
                          ok  plugin root     HOME/.cvt/plugins  rwx------ USER
                          ok  state file      HOME/.cvt/plugins/state.json  rw------- USER
                          ok  binary          HOME/.cvt/plugins/cvt-plugin-rest  rwx------ USER  SIZE
                          ok  state entry     installed DATE, sha256 SHORT
                          ok  hash            sha256 HASH
              phases      verify TIME
                          preflight TIME
                          exec TIME
                          first byte TIME
                          line TIME
                          connect TIME
                          Info TIME
                          SetConfig TIME
                          in all TIME
              handshake   1|1|unix|SOCKET|grpc|
              version     1 (offered: 1)
              TLS         none: AutoMTLS was not asked for
              says it is  rest/1.4.0, CVT protocol 1, services: registry.v1
              configured  keys taken: token, url
              health      SERVING, after TIME
              memory      SIZE resident, SIZE of it its own
              stop        by the Shutdown call, in TIME; it exited with code 0; nothing is left
            """);
    assertThat(said.code()).isZero();
    assertThat(services.given).containsExactly("token=" + SECRET, "url=http://x");
  }

  /** The one thing that must never come apart: what the doctor says and what the manager says. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
  void failure_isToldInTheManagersOwnWords(Way way) throws Exception {
    String title = way.name().startsWith("CONFIG") ? "SetConfig" : "Info";
    var timeout = Duration.ofMillis(500);
    Manager.StartFailed managers;
    Said doctors;
    do {
      // How long the way to that phase takes is not this test's business.
      timeout = timeout.multipliedBy(2);
      configure(
          "rest",
          way == Way.CONFIG_HANGS ? "300ms" : "20s",
          way == Way.INFO_HANGS ? timeout.toSeconds() + "s" : "20s");
      install("rest", way);
      managers = start();
      install("rest", way); // the first one's server has stopped with it
      doctors = home.run("doctor", "rest", "--json");
    } while (way == Way.INFO_HANGS
        && timeout.toSeconds() < 16
        && !(managers.phase().title() + failure(doctors).get("phase")).equals(title + title));

    assertThat(doctors.code()).isEqualTo(1);
    assertThat(failure(doctors))
        .containsEntry("phase", title)
        .containsEntry("diagnosis", managers.failure().diagnosis())
        .containsEntry("fact", managers.failure().what())
        .containsEntry("remedy", managers.remedy());
    assertThat(managers.phase().title()).isEqualTo(title);
    assertThat(doctors.out() + doctors.err()).doesNotContain(SECRET);
  }

  private Manager.StartFailed start() {
    var config =
        Config.reader()
            .home(home.folder())
            .env(Map.of("HOME", home.folder().toString(), "TOKEN", SECRET))
            .read(home.config());
    try (var manager =
        Manager.builder(config, StateFile.of(config))
            .discovery(false)
            .audit(AuditSink.none())
            .build()) {
      return catchThrowableOfType(Manager.StartFailed.class, manager::start);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> failure(Said said) throws IOException {
    var plugin =
        ((List<Map<String, Object>>) JSON.std.mapFrom(said.out()).get("plugins")).getFirst();
    return ((List<Map<String, Object>>) plugin.get("failures")).getFirst();
  }

  @Test
  void pluginThatIsNotCvts_isToldInTheManagersOwnWords() throws IOException {
    var server = new ServedPlugin(Files.createTempDirectory(folder, "s"), true);
    servers.add(server);
    home.install(
        "rest",
        "echo \"1|1|unix|%s|grpc|\"; until [ -e '%s' ]; do sleep 0.02; done"
            .formatted(server.socket(), server.stop()));
    configure("rest");

    assertThat(shown(home.run("doctor").out()))
        .startsWith(
            """
            rest: FAILED
              cause       it is a go-plugin plugin, but does not offer CVT's handshake service
                          NOT_A_CVT_PLUGIN, in phase Info
              remedy      check that HOME/.cvt/plugins/cvt-plugin-rest is a plugin for CVT
            """);
  }

  @Test
  void pluginThatIsNotInstalled_isShownWithWhatElseWasChecked() throws IOException {
    configure("rest");

    var said = home.run("doctor", "rest");

    assertThat(said.code()).isEqualTo(1);
    assertThat(shown(said.out()))
        .isEqualTo(
            """
            rest: FAILED
              cause       plugin "rest" is not installed
                          NOT_INSTALLED, in phase verify
              remedy      run: cvt-plugins install PATH --name rest
              program     HOME/.cvt/plugins/cvt-plugin-rest
              checked     ok  configuration   HOME/.cvt/config.yaml  rw------- USER
                          ok  plugin root     HOME/.cvt/plugins  rwx------ USER
                          ok  state file      HOME/.cvt/plugins/state.json  is not there
                          bad state entry     plugin "rest" is not installed
              phases      verify TIME
                          in all TIME
            """);
  }

  @Test
  void binaryThatWasChanged_isNotRun() throws IOException {
    install("rest", Way.WELL);
    configure("rest");
    Files.writeString(home.binary("rest"), "#!/bin/sh\ntouch '" + folder.resolve("ran") + "'\n");

    var said = home.run("doctor");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .contains(" is not the file that was installed: expected ")
        .contains("MISMATCH, in phase verify");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void rootThatOthersMayWriteTo_isRefusedWithTheChmod() throws IOException {
    install("rest", Way.WELL);
    configure("rest");
    Files.setPosixFilePermissions(home.root(), PosixFilePermissions.fromString("rwxrwxrwx"));

    var said = home.run("doctor");

    assertThat(said.code()).isEqualTo(1);
    assertThat(shown(said.out()))
        .contains(
            "  cause       HOME/.cvt/plugins can be written to by everybody\n"
                + "              UNSAFE, in phase verify\n"
                + "  remedy      to cure it: chmod go-w HOME/.cvt/plugins\n",
            "  bad plugin root     HOME/.cvt/plugins can be written to by everybody\n");
  }

  @Test
  void binaryThatIsGone_isTheBinarysRow() throws IOException {
    install("rest", Way.WELL);
    configure("rest");
    Files.delete(home.binary("rest"));

    assertThat(shown(home.run("doctor").out()))
        .contains(
            "MISSING, in phase verify\n",
            " ok  plugin root     HOME/.cvt/plugins  rwx------ USER\n",
            " bad binary          the binary of plugin \"rest\" is gone:"
                + " HOME/.cvt/plugins/cvt-plugin-rest\n",
            " ok  state entry     installed DATE, sha256 SHORT\n");
  }

  @Test
  void several_areExaminedOneAfterAnotherAndCounted() throws IOException {
    install("rest", Way.WELL);
    home.install("worse", "echo 'no licence' >&2; exit 3");
    home.write(
        "config.yaml",
        """
        plugins:
          rest: {binary: ~/.cvt/plugins/cvt-plugin-rest}
          worse: {binary: ~/.cvt/plugins/cvt-plugin-worse}
        """);

    var said = home.run("doctor");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .startsWith("rest: ok\n")
        .contains("\n\nworse: FAILED\n", "  last words  | no licence\n")
        .endsWith("\n\n2 plugins: 1 ok, 1 failed\n");
  }

  @Test
  void withoutPlugins_saysSo() {
    assertThat(home.run("doctor"))
        .isEqualTo(new Said(0, "No plugin is configured in " + home.config() + ".\n", ""));
    assertThat(home.run("doctor", "--json"))
        .isEqualTo(new Said(0, "{\"ok\":true,\"problems\":[],\"plugins\":[]}\n", ""));
  }

  @Test
  void unknownName_isToldTheKnownOnes() throws IOException {
    configure("rest");
    assertThat(home.run("doctor", "rets"))
        .isEqualTo(
            new Said(
                1,
                "",
                "cvt-plugins: no plugin called rets is configured in "
                    + home.config()
                    + "; configured are: rest\n"));
  }

  @Test
  void inSafeMode_saysWhyNoneIsExamined() throws IOException {
    configure("rest");

    assertThat(home.with("CVT_DISABLE_PLUGINS", "1").run("doctor", "rest"))
        .isEqualTo(
            new Said(
                1,
                "",
                "cvt-plugins: in safe mode (CVT_DISABLE_PLUGINS=1) no plugin would run; unset it to"
                    + " examine rest\n"));
  }

  @Test
  void configurationThatCannotBeRead_isToldInEitherForm() throws IOException {
    home.write("config.yaml", "plugin: {}\n");

    assertThat(home.run("doctor").code()).isEqualTo(1);
    assertThat(home.run("doctor").err()).contains("did you mean \"plugins\"?");
    assertThat(home.shown(home.run("doctor", "--json").out()))
        .isEqualTo(
            """
            {"ok":false,"problems":[{"where":"HOME/.cvt/config.yaml:1:1","key":"plugin","what":"there is no such key","remedy":"did you mean \\"plugins\\"? Otherwise take it out"}],"plugins":[]}
            """);
  }

  /** The plugin prints what it is given, in many ways, and fails of it in the end. */
  @ParameterizedTest
  @EnumSource(names = {"WELL", "CONFIG_REFUSED", "CONFIG_ENDS", "INFO_FAILS"})
  void secrets_areNowhere(Way way) throws IOException {
    for (var form : List.of("--json", "--no-color")) {
      install("rest", way);
      var server = servers.getLast();
      home.install(
          "rest",
          """
          echo "early $LEAK"
          echo "plain $LEAK" >&2
          printf '%%s' "$LEAK" | base64 >&2
          printf '{"@level":"warn","@message":"json","value":"%%s"}\\n' "$LEAK" >&2
          echo "1|1|unix|%s|grpc|"
          until [ -e '%s' ]; do sleep 0.02; done
          echo "panic: $LEAK" >&2
          exit 9
          """
              .formatted(server.socket(), server.stop()));
      configure("rest");
      home.write(
          "pluginmgr.yaml",
          "defaults: {start_timeout: 20s}\nplugins: {rest: {env: {LEAK: %s}}}\n".formatted(SECRET));

      var said = home.run("doctor", form);

      assertThat(said.out()).contains("plain ****", "early ****", "panic: ****");
      assertThat(said.out() + said.err()).doesNotContain(SECRET, "aHVzaGh1c2gtdG9rZW4tNDI");
    }
  }

  @Test
  void realPlugin_isWell() throws IOException {
    home.installEcho("echo");
    home.configure("echo", "    secrets: [token]\n    config: {token: '${TOKEN}'}\n");
    home.write("pluginmgr.yaml", "defaults: {start_timeout: 60s, auto_mtls: true}\n");

    var said = home.run("doctor", "echo");

    assertThat(said.out())
        .startsWith("echo: ok\n")
        .contains("\n  TLS         TLSv1.3, TLS_", "\n              EC P-256, signed with ")
        .contains("services: registry.v1, events.v1\n", "keys taken: token\n")
        .doesNotContain(SECRET);
    assertThat(said.code()).isZero();
  }
}
