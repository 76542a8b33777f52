package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugins.CommandHome.Said;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code doctor --binary}: what it says of a plugin of whatever program, and what it refuses. */
@Timeout(120)
class DoctorTest {
  private static final String PROGRAMS = "../goplugin/src/test/misbehaving/";

  @TempDir private Path folder;
  private CommandHome home;
  private final List<ServedPlugin> servers = new ArrayList<>();

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(Files.createDirectory(folder.resolve("home")));
  }

  @AfterEach
  void stopServers() {
    servers.forEach(ServedPlugin::close);
  }

  private ServedPlugin server(boolean healthy, BindableService... services) throws IOException {
    var server = new ServedPlugin(Files.createTempDirectory(folder, "s"), healthy, services);
    servers.add(server);
    return server;
  }

  private Said doctor(String program, ServedPlugin server, String... more) {
    var words = new ArrayList<String>(List.of("doctor", "--binary", PROGRAMS + program));
    words.addAll(List.of("--cookie", "TEST_COOKIE=test", "--protocol", "1,4"));
    words.addAll(List.of("--env", "SOCKET=" + server.socket(), "--env", "STOP=" + server.stop()));
    words.addAll(Arrays.asList(more));
    return home.run(words.toArray(String[]::new));
  }

  /** Figures and places that differ from run to run, in words; columns stay columns. */
  private String shown(String text) {
    return text.replace(Path.of(PROGRAMS).toAbsolutePath().normalize() + "/", "PROGRAMS/")
        .replaceAll("/tmp/\\S+/plugin\\w+", "SOCKET")
        .replaceAll(" +\\d+(\\.\\d)? m?s\\b", " TIME")
        .replaceAll("\\d+\\.\\d MiB", "SIZE")
        .replaceAll("in \\d+ processes", "in N processes")
        .replaceAll("\"micros\":\\d+", "\"micros\":N")
        .replaceAll("\"(resident|unshared|processes)\":\\d+", "\"$1\":N");
  }

  @Test
  void pluginThatIsWell_isShownWithAllItsFacts() throws IOException {
    var said = doctor("serves", server(true));
    assertThat(said.err()).isEmpty();
    assertThat(shown(said.out()).replaceAll(", in N processes", ""))
        .isEqualTo(
            """
            serves: ok
              program     PROGRAMS/serves
              phases      preflight TIME
                          exec TIME
                          first byte TIME
                          line TIME
                          connect TIME
                          in all TIME
              handshake   1|1|unix|SOCKET|grpc|
              version     1 (offered: 1, 4)
              TLS         none: AutoMTLS was not asked for
              health      SERVING, after TIME
              memory      SIZE resident, SIZE of it its own
              stop        by the Shutdown call, in TIME; it exited with code 0; nothing is left
            """);
    assertThat(said.code()).isZero();
  }

  @Test
  void pluginThatIsWell_asJson() throws IOException {
    var said = doctor("serves", server(true), "--json");
    assertThat(said.err()).isEmpty();
    assertThat(shown(said.out()))
        .isEqualTo(
            "{\"ok\":true,\"problems\":[],\"plugins\":[{\"name\":\"serves\",\"program\":\"PROGRAMS/serves\",\"ok\":true,\"failures\":[],\"notes\":[],\"checks\":[],\"phases\":[{\"phase\":\"preflight\",\"micros\":N},{\"phase\":\"exec\",\"micros\":N},{\"phase\":\"first"
                + " byte\",\"micros\":N},{\"phase\":\"line\",\"micros\":N},{\"phase\":\"connect\",\"micros\":N}],\"handshake\":{\"line\":\"1|1|unix|SOCKET|grpc|\",\"version\":1,\"offered\":[1,4]},\"tls\":null,\"info\":null,\"health\":{\"answer\":\"SERVING\",\"micros\":N},\"memory\":{\"processes\":N,\"resident\":N,\"unshared\":N},\"output\":[],\"output_omitted\":0,\"stop\":{\"by\":\"SHUTDOWN\",\"micros\":N,\"exit_code\":0,\"signal\":null,\"descendants\":0,\"survivors\":[]}}]}\n");
    assertThat(said.code()).isZero();
  }

  @Test
  void pluginThatFails_isShownWithCauseRemedyAndLastWordsFirst() throws IOException {
    var said = doctor("says-why-and-exits", server(true));
    assertThat(said.err()).isEmpty();
    assertThat(shown(said.out()))
        .isEqualTo(
            """
            says-why-and-exits: FAILED
              cause       exited with code 1 before its handshake line
                          EXITED, in phase first byte
              remedy      look at its last words
              process     it exited with code 1
              last words  | the database is gone
              program     PROGRAMS/says-why-and-exits
              phases      preflight TIME
                          exec TIME
                          first byte TIME
                          in all TIME
              output      log    DEBUG the database is gone
            """);
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void pluginThatFails_asJson() throws IOException {
    var said = doctor("says-why-and-exits", server(true), "--json");
    assertThat(shown(said.out()))
        .isEqualTo(
            "{\"ok\":false,\"problems\":[],\"plugins\":[{\"name\":\"says-why-and-exits\",\"program\":\"PROGRAMS/says-why-and-exits\",\"ok\":false,\"failures\":[{\"diagnosis\":\"EXITED\",\"fact\":\"exited"
                + " with code 1 before its handshake line\",\"remedy\":\"look at its last"
                + " words\",\"phase\":\"first byte\",\"process\":\"exited with code"
                + " 1\",\"stderr\":\"the database is gone\\n"
                + "\"}],\"notes\":[],\"checks\":[],\"phases\":[{\"phase\":\"preflight\",\"micros\":N},{\"phase\":\"exec\",\"micros\":N},{\"phase\":\"first"
                + " byte\",\"micros\":N}],\"handshake\":null,\"tls\":null,\"info\":null,\"health\":null,\"memory\":null,\"output\":[{\"from\":\"log\",\"level\":\"DEBUG\",\"text\":\"the"
                + " database is gone\"}],\"output_omitted\":0,\"stop\":null}]}\n");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void pluginThatSaysItDoesNotServe_fails() throws IOException {
    var said = doctor("serves", server(false));
    assertThat(said.out())
        .startsWith(
            """
            serves: FAILED
              cause       its health service says NOT_SERVING
                          NOT_SERVING, in phase health
              remedy      see its log for what it lacks: it can be reached, and says itself that it cannot work
            """)
        .contains("\n  health      NOT_SERVING, after ");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void pluginThatDiesOnceItRuns_isDiagnosed() throws IOException {
    var server = server(true);
    server.end(); // as soon as it has printed its line
    var said = doctor("serves", server);
    // Which of the two it is depends on how fast it dies.
    assertThat(said.out())
        .containsAnyOf(
            "  cause       exited with code 0 soon after its start\n"
                + "              EXITED, in phase running\n",
            "  cause       exited with code 0 right after its handshake line\n"
                + "              EXITED, in phase connect\n");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void notes_areShownAndFailNothing() throws IOException {
    var said = doctor("serves-after-noise", server(true));
    assertThat(said.out())
        .startsWith(
            """
            serves-after-noise: ok
              note        it printed 3 lines before its handshake line, at which go-plugin's own hosts give up
              advice      have its author print nothing on standard output before it
            """)
        .contains(
            "  output      stray  loading…\n                stray\n                stray  a|b|c|d\n"
                .replace("                ", "              "));
    assertThat(said.code()).isZero();
  }

  @Test
  void longLines_areCutForAPersonOnly() throws IOException {
    var said = doctor("logs-one-long-line", server(true));
    assertThat(said.out()).containsPattern("x{300}… and \\d+ more characters\n");
    assertThat(said.out().length()).isLessThan(5000);
  }

  @Test
  void whatIsMeantForTheTerminal_isShownAndNotObeyed() throws IOException {
    var program =
        home.program(
            "rings", "printf 'a\\033[2Jb\\007\\n' >&2; printf 'c\\033]0;x\\007\\n'; exit 3");
    var said = home.run("doctor", "--binary", program.toString(), "--cookie", "C=v");
    assertThat(said.out())
        .contains(
            "| a\uFFFD[2Jb\uFFFD\n", "DEBUG a\uFFFD[2Jb\uFFFD\n", "printed \"c\uFFFD]0;x\uFFFD\"")
        .doesNotContain("\u001b", "\u0007");
  }

  @Test
  void environment_isTheUsualAndWhatIsNamed() throws IOException {
    var program = home.program("env", "env >&2; exit 3");
    home.with("TOKEN", null).with("LANG", "C.UTF-8").with("PASSED", "on").with("OTHER", "not");
    var said =
        home.run(
            "doctor",
            "--binary",
            program.toString(),
            "--cookie",
            "C=v",
            "--env",
            "PASSED",
            "--env",
            "A=b=c",
            "--json");
    assertThat(lastWords(said))
        .contains("LANG=C.UTF-8", "PASSED=on", "A=b=c", "C=v", "PLUGIN_PROTOCOL_VERSIONS=1")
        .noneMatch(line -> line.startsWith("OTHER") || line.startsWith("TOKEN"));

    var inherited =
        home.run(
            "doctor", "--binary", program.toString(), "--cookie", "C=v", "--inherit-env", "--json");
    assertThat(lastWords(inherited)).contains("OTHER=not", "PASSED=on");
  }

  @SuppressWarnings("unchecked")
  private static List<String> lastWords(Said said) throws IOException {
    var plugin =
        ((List<Map<String, Object>>) JSON.std.mapFrom(said.out()).get("plugins")).getFirst();
    var failure = ((List<Map<String, Object>>) plugin.get("failures")).getFirst();
    return failure.get("stderr").toString().lines().toList();
  }

  @Test
  void arguments_areHandedOver() throws IOException {
    var program = home.program("args", "echo \"$# $2\" >&2; exit 3");
    var said =
        home.run(
            "doctor",
            "--binary",
            program.toString(),
            "--cookie",
            "C=v",
            "--arg",
            "one",
            "--arg",
            "two words",
            "--json");
    assertThat(lastWords(said)).containsExactly("2 two words");
  }

  @Test
  void secretOfTheEnvironment_isMaskedInWhateverSpelling() throws IOException {
    var program =
        home.program(
            "leaks",
            "echo \"plain $S\" >&2; printf %s \"$S\" | base64 >&2; echo \"stdout $S\"; exit 3");
    home.with("S", "hushhush-4711");
    for (var form : List.of("--json", "--no-color")) {
      var said =
          home.run(
              "doctor",
              "--binary",
              program.toString(),
              "--cookie",
              "C=v",
              "--secret-env",
              "S",
              form);
      assertThat(said.out() + said.err())
          .contains("plain ****", "printed ")
          .doesNotContain("hushhush-4711", "aHVzaGh1c2gtNDcxMQ");
    }
  }

  @Test
  void programThatIsNotThere_isDiagnosedToo() {
    var said = home.run("doctor", "--binary", "/none/such", "--cookie", "C=v");
    assertThat(said.out())
        .startsWith(
            """
            such: FAILED
              cause       there is no file /none/such
                          NO_SUCH_FILE, in phase preflight
              remedy      install it, or correct the path
            """);
    assertThat(said.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          --binary /bin/true ! --binary needs --cookie KEY=VALUE, the magic cookie without which a plugin refuses to run; look in the source of its host for MagicCookieKey and MagicCookieValue
          --binary /bin/true --cookie x ! --binary needs --cookie KEY=VALUE, the magic cookie without which a plugin refuses to run; look in the source of its host for MagicCookieKey and MagicCookieValue
          --binary /bin/true --cookie C=v rest ! NAME and --binary exclude each other; give one of them
          --binary /bin/true --cookie C=v --protocol -1 ! protocol versions must be one or more numbers from 0 up, not [-1]; correct --cookie or --protocol
          --binary /bin/true --cookie C=v --timeout 5 ! --timeout 5 is no time; write a number above 0 and ms, s or m, such as 5s, a day at most
          --binary /bin/true --cookie C=v --timeout 999999999m ! --timeout 999999999m is no time; write a number above 0 and ms, s or m, such as 5s, a day at most
          --binary /bin/true --cookie C=v --stop-grace 0s ! --stop-grace 0s is no time; write a number above 0 and ms, s or m, such as 5s, a day at most
          --binary /bin/true --cookie C=v --env NONE ! --env NONE: there is no such variable here; write NONE=VALUE
          --cookie C=v ! --cookie goes with --binary; add it, or leave --cookie out
          rest --auto-mtls ! --auto-mtls goes with --binary; add it, or leave --auto-mtls out
          """)
  void wrongUse_isToldWithExitCode2(String words, String message) {
    var line = new ArrayList<String>(List.of("doctor"));
    line.addAll(List.of(words.split(" ")));
    assertThat(home.run(line.toArray(String[]::new)))
        .isEqualTo(new Said(2, "", "cvt-plugins: " + message + "\n"));
  }
}
