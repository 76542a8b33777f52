package dev.cvt.plugins;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugins.CommandHome.Said;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code call}: real plugins, and an exit code for each way in which a call can end. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CallTest {
  private static final String SLOW_START = "    timeout: 60s\n";

  @TempDir private Path folder;
  private CommandHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(folder);
  }

  @Test
  void answer_isPrintedAsProtobufJson_andTheSecretReachesThePluginOnly() throws IOException {
    home.installEcho("echo");
    home.configure(
        "echo",
        SLOW_START + "    secrets: [token]\n    config: {token: '${TOKEN}'}\n",
        "fetch_schema");

    var said = home.run("call", "fetch_schema", "{\"schemaId\":\"pets\",\"request_id\":\"r-1\"}");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out())
        .matches("\\{\"spec\":\"[A-Za-z0-9+/=]+\",\"resolvedVersion\":\"latest\"}\n");
    var spec = said.out().replaceAll("(?s).*\"spec\":\"([^\"]+)\".*", "$1");
    assertThat(Base64.getDecoder().decode(spec))
        .asString()
        .startsWith(
            "{\"schema_id\":\"pets\",\"version\":\"\",\"request_id\":\"r-1\",\"config\":{\"token_sha256\":\"");
    assertThat(said.toString()).doesNotContain(CommandHome.SECRET);
  }

  @Test
  void request_comesFromStandardInput_forAMinus() throws IOException {
    home.installEcho("echo");
    home.configure("echo", SLOW_START, "on_validation_failed");

    assertThat(home.runGiven("{\"schemaId\":\"nack\"}", "call", "on_validation_failed", "-"))
        .isEqualTo(new Said(0, "{}\n", ""));
  }

  @Test
  void answerThatIsAnError_exitsWith3() throws IOException {
    home.installEcho("echo");
    home.configure("echo", SLOW_START, "fetch_schema");

    var said = home.run("call", "fetch_schema", "{\"schemaId\":\"missing\",\"requestId\":\"r-2\"}");

    assertThat(said)
        .isEqualTo(
            new Said(
                3,
                "",
                "cvt-plugins: plugin echo, registry.v1/FetchSchema, request r-2: NotFound: schema"
                    + " \"missing\" does not exist; this is the plugin's own answer; see its"
                    + " log\n"));
  }

  @Test
  void answerThatTakesTooLong_exitsWith4() throws IOException {
    home.installEcho("echo");
    home.configure("echo", "    timeout: 200ms\n", "fetch_schema");

    var said =
        home.run("call", "fetch_schema", "{\"schemaId\":\"sleep:60s\",\"requestId\":\"r-3\"}");

    assertThat(said)
        .isEqualTo(
            new Said(
                4,
                "",
                "cvt-plugins: plugin echo, registry.v1/FetchSchema, request r-3: no answer within"
                    + " 200ms; raise plugins.echo.timeout in config.yaml if it needs longer\n"));
  }

  @Test
  void pluginThatDoesNotStart_exitsWith1_andSaysWhyAndWhatToDo() throws IOException {
    home.install("rest", "echo no database >&2; exit 3");
    home.configure("rest", "", "fetch_schema");

    var said = home.run("call", "fetch_schema");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err().replaceAll("after \\d+ ms \\([^)]*\\)", "after TIME"))
        .isEqualTo(
            """
            cvt-plugins: plugin rest did not start: exited with code 3 before its handshake line; look at its last words
              phase first byte; the process exited with code 3; after TIME
              its last words on stderr:
                no database
            """);
  }

  @Test
  void hookWithoutAPlugin_isAnsweredAsAHostWouldDo() {
    assertThat(home.run("call", "fetch_schema"))
        .isEqualTo(
            new Said(0, "null\n", "No plugin is bound to fetch_schema: a host does without.\n"));
    assertThat(home.run("call", "register_consumer_usage").out())
        .isEqualTo("{\"acknowledged\":true}\n");
  }

  @Test
  void unknownHook_exitsWith2_andNamesThoseThatThereAre() {
    assertThat(home.run("call", "fetch"))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: there is no hook fetch; the hooks are: fetch_schema,"
                    + " register_consumer_usage, on_breaking_change_detected,"
                    + " on_validation_failed\n"));
  }

  @Test
  void requestThatIsNoJson_exitsWith2() {
    var said = home.run("call", "fetch_schema", "{schemaId");

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .isEqualTo(
            "cvt-plugins: the request is no JSON object: Unexpected character ('s' (code 115)): was"
                + " expecting double-quote to start field name; write it as in"
                + " '{\"schemaId\":\"pets\"}'\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          null ! null
          {"schemaId":"a"}{"schemaId":"b"} ! more than one JSON object
          {"schemaId":"a"}} ! no JSON object: Unexpected close marker '}': no open Object to close
          """)
  void requestThatIsNotOneObject_exitsWith2(String request, String what) {
    assertThat(home.run("call", "fetch_schema", request))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: the request is "
                    + what
                    + "; write it as in '{\"schemaId\":\"pets\"}'\n"));
  }

  @Test
  void requestWithNull_leavesTheFieldOut() {
    assertThat(home.run("call", "fetch_schema", "{\"schemaId\":null}").code()).isZero();
  }

  @Test
  void requestOnStandardInput_thatIsNoUtf8_isNotSentWithOtherLetters() {
    assertThat(
            home.runGiven("{\"schemaId\":\"gr\u00fcn\"}", ISO_8859_1, "call", "fetch_schema", "-"))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: the request on standard input is not in UTF-8; convert it, as by"
                    + " iconv -f LATIN1\n"));
  }

  @Test
  void requestOnStandardInput_withoutAnEnd_isRefused() {
    var main = new Main();
    var err = new StringWriter();
    main.context()
        .environment(Map.of("HOME", folder.toString()))
        .input(
            new InputStream() {
              @Override
              public int read() {
                return ' ';
              }

              @Override
              public int read(byte[] into, int from, int count) {
                return count; // zeros do as well
              }
            })
        .output(new PrintWriter(new StringWriter()), new PrintWriter(err, true));

    assertThat(PlainLine.of(main, "call", "fetch_schema", "-").map(PlainLine::execute)).contains(2);
    assertThat(err)
        .hasToString(
            "cvt-plugins: the request on standard input has over 64 MiB; give a shorter one\n");
  }

  @Test
  void requestWithAnotherField_exitsWith2_andNamesThoseThatThereAre() {
    assertThat(home.run("call", "fetch_schema", "{\"schema\":\"pets\"}"))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: the request has no field schema;"
                    + " cvt.plugin.registry.v1.FetchSchemaRequest has: schemaId, version,"
                    + " requestId\n"));
  }

  @Test
  void requestWithAValueOfAnotherKind_exitsWith2() {
    assertThat(
            home.run(
                "call", "on_validation_failed", "{\"errors\":[{\"kind\":\"a\"},{\"kind\":[1]}]}"))
        .isEqualTo(new Said(2, "", "cvt-plugins: the field errors[1].kind is [1]; write a text\n"));
  }

  @Test
  void requestWithHalfASurrogatePair_exitsWith2() {
    assertThat(home.run("call", "fetch_schema", "{\"schemaId\":\"\\ud800\"}"))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: the field schemaId holds half a surrogate pair, which no plugin can"
                    + " be given; write both halves\n"));
  }

  @Test
  void configWithSeveralProblems_isToldWhole() throws IOException {
    home.write("config.yaml", "plugins: {a: {binary: x}, B: {binary: ~/.cvt/plugins/b}}\n");

    var said = home.run("call", "fetch_schema");

    assertThat(said.code()).isEqualTo(1);
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            cvt-plugins: the configuration has 2 problems:
            HOME/.cvt/config.yaml:1:23: plugins.a.binary: "x" is not absolute; write it as ~/.cvt/plugins/… or from the top of the file system
            HOME/.cvt/config.yaml:1:27: plugins.B: "B" cannot be the name of a plugin; use 1 to 32 lower-case letters, digits and hyphens, a letter first
            """);
  }
}
