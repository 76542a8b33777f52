package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugins.CommandHome.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check}: what would run, or all that is wrong. */
class CheckTest {
  /** Names a sink and a backend that there are not, and one more sink. */
  static final String WRONG_OUTPUTS =
      "audit: {sinks: [{use: zapjson}, {use: kafka}]}\nmetrics: {use: promethius}\n";

  /** What is said of it. */
  static final String OUTPUTS =
      """
      pluginmgr.yaml: audit.sinks[0].use: no audit sink on the module path is called zapjson; did you mean "zap-json"? Otherwise use one of those that are there (zap-json), or put its jar on the module path
      pluginmgr.yaml: audit.sinks[1].use: no audit sink on the module path is called kafka; use one of those that are there (zap-json), or put its jar on the module path
      pluginmgr.yaml: metrics.use: no metrics backend on the module path is called promethius; did you mean "prometheus"? Otherwise use one of those that are there (prometheus), or put its jar on the module path
      """;

  @TempDir private Path folder;
  private CommandHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(folder);
  }

  private String hash() {
    return home.run("list", "--json")
        .out()
        .replaceAll("(?s).*\"sha256\": \"([0-9a-f]{12}).*", "$1");
  }

  @Test
  void withoutAnyConfig_nothingWouldRun() {
    assertThat(home.run("check"))
        .isEqualTo(
            new Said(0, "No plugin is configured in " + home.config() + ": none would run.\n", ""));
  }

  @Test
  void inSafeMode_nothingWouldRun() throws IOException {
    home.write("config.yaml", "plugins: [\n");

    assertThat(home.with("CVT_DISABLE_PLUGINS", "1").run("check"))
        .isEqualTo(new Said(0, "Safe mode (CVT_DISABLE_PLUGINS=1): no plugin would run.\n", ""));
  }

  @Test
  void stateThatCannotBeRead_isAProblemLikeOthers_inEitherForm() throws IOException {
    home.write("plugins/state.json", "{");
    home.write("pluginmgr.yaml", "metrics: {use: kafka}\n");

    var said = home.run("check");

    assertThat(said.err())
        .startsWith("2 problems:\n" + home.root() + "/state.json:1:2 cannot be read: ")
        .contains("\npluginmgr.yaml: metrics.use: ");
    assertThat(home.run("check", "--json").out())
        .startsWith(
            "{\"ok\":false,\"problems\":[{\"where\":\"\",\"key\":\"\",\"what\":\""
                + home.root()
                + "/state.json:1:2 cannot be read: ");
  }

  @Test
  void allIsWell_isATableOfWhatWouldRun() throws IOException {
    home.install("rest", "exit 1");
    home.configure("rest", "    timeout: 1500ms\n", "fetch_schema", "register_consumer_usage");

    assertThat(home.run("check"))
        .isEqualTo(
            new Said(
                0,
                """
                PLUGIN  SHA256        TIMEOUT  ON ERROR     HOOKS
                rest    %s  1500ms   fail_closed  fetch_schema, register_consumer_usage
                """
                    .formatted(hash()),
                ""));
  }

  @Test
  void allIsWell_asJson() throws IOException {
    home.install("rest", "exit 1");
    home.configure(
        "rest", "    secrets: [token]\n    config: {token: '${TOKEN}', url: x}\n", "fetch_schema");

    assertThat(home.run("check", "--json"))
        .isEqualTo(
            new Said(
                0,
                "{\"ok\":true,\"plugins\":[{\"name\":\"rest\",\"binary\":\"%s\",\"timeout\":\"5s\",\"on_error\":\"fail_closed\",\"config\":[\"token\",\"url\"]}],\"hooks\":{\"fetch_schema\":\"rest\"}}\n"
                    .formatted(home.binary("rest")),
                ""));
  }

  @Test
  void everythingThatIsWrong_isToldAtOnce_onStandardError() throws IOException {
    home.write("config.yaml", "plugins:\n  rest:\n    binary: rest\n    timout: 5s\n");

    var said = home.run("check");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            2 problems:
            HOME/.cvt/config.yaml:3:13: plugins.rest.binary: "rest" is not absolute; write it as ~/.cvt/plugins/… or from the top of the file system
            HOME/.cvt/config.yaml:4:5: plugins.rest.timout: there is no such key; did you mean "timeout"? Otherwise take it out
            """);
  }

  @Test
  void everythingThatIsWrong_asJson_isAResult() throws IOException {
    home.write("config.yaml", "plugin: {}\n");

    var said = home.run("check", "--json");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).isEmpty();
    assertThat(home.shown(said.out()))
        .isEqualTo(
            """
            {"ok":false,"problems":[{"where":"HOME/.cvt/config.yaml:1:1","key":"plugin","what":"there is no such key","remedy":"did you mean \\"plugins\\"? Otherwise take it out"}]}
            """);
  }

  @Test
  void aPluginThatIsNotInstalled_isAProblemWithItsRemedy() throws IOException {
    home.configure("rest", "");

    var said = home.run("check");

    assertThat(said.code()).isEqualTo(1);
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            1 problem:
            plugins.rest.binary: rest is not installed; install it: cvt-plugins install PATH/cvt-plugin-rest --name rest
            """);
  }

  @Test
  void aPluginWhoseFileLiesThereUninstalled_isInstalledFromThere() throws IOException {
    home.configure("rest", "");
    Files.createDirectories(home.binary("rest").getParent());
    Files.createFile(home.binary("rest"));

    assertThat(home.shown(home.run("check").err()))
        .endsWith(
            "install it: cvt-plugins install HOME/.cvt/plugins/cvt-plugin-rest --name rest\n");
  }

  @Test
  void sinksAndBackendThatAreNotThere_areToldWithAllElseThatIsWrong() throws IOException {
    home.configure("rest", "");
    home.write("pluginmgr.yaml", WRONG_OUTPUTS);

    var said = home.run("check");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            4 problems:
            plugins.rest.binary: rest is not installed; install it: cvt-plugins install PATH/cvt-plugin-rest --name rest
            """
                + OUTPUTS);
  }

  @Test
  void aSettingThatASinkDoesNotKnow_isAProblem_andNothingIsOpened() throws IOException {
    home.write(
        "pluginmgr.yaml", "audit: {sinks: [{use: zap-json, pth: '%s'}]}\n".formatted(folder));

    var said = home.run("check");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .startsWith("1 problem:\npluginmgr.yaml: audit.sinks[0].pth: zap-json does not know");
  }

  @Test
  void sinksAndBackendThatAreThere_areLookedForAndNotOpened() throws IOException {
    var trail = folder.resolve("audit.log");
    home.write(
        "pluginmgr.yaml",
        "audit: {sinks: [{use: zap-json, path: '%s'}]}\nmetrics: {use: prometheus, listen: '127.0.0.1:1'}\n"
            .formatted(trail));

    assertThat(home.run("check").code()).isZero();
    assertThat(trail).doesNotExist();
  }

  @Test
  void aPluginOfAnotherPath_isAProblem() throws IOException {
    home.install("rest", "exit 1");
    home.write("config.yaml", "plugins: {rest: {binary: ~/.cvt/plugins/other}}\n");

    assertThat(home.shown(home.run("check").err()))
        .isEqualTo(
            """
            1 problem:
            plugins.rest.binary: HOME/.cvt/plugins/other is configured, but HOME/.cvt/plugins/cvt-plugin-rest is installed; write the installed one, or install the configured one: cvt-plugins install PATH/other --name rest
            """);
  }

  @Test
  void aBinaryThatIsGone_isAProblem() throws IOException {
    home.install("rest", "exit 1");
    home.configure("rest", "");
    Files.delete(home.binary("rest"));

    var said = home.run("check");

    assertThat(said.code()).isEqualTo(1);
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            1 problem:
            plugins.rest.binary: the binary of plugin "rest" is gone: HOME/.cvt/plugins/cvt-plugin-rest; install it again: cvt-plugins install PATH --name rest
            """);
  }

  @Test
  void aStateFileThatCannotBeRead_isRefused() throws IOException {
    home.configure("rest", "");
    home.write("plugins/state.json", "");

    var said = home.run("check");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            1 problem:
            HOME/.cvt/plugins/state.json is empty; restore it from a backup, or delete it and install the plugins again
            """);
  }

  @Test
  void aSecretThatOthersCanRead_isAWarning_andNeverShown() throws IOException {
    home.install("rest", "exit 1");
    home.configure(
        "rest", "    secrets: [token]\n    config: {token: %s}\n".formatted(CommandHome.SECRET));
    Files.setPosixFilePermissions(home.config(), PosixFilePermissions.fromString("rw-r--r--"));

    var said = home.run("check");

    assertThat(said.code()).isZero();
    assertThat(said.out()).startsWith("PLUGIN  SHA256");
    assertThat(home.shown(said.err()))
        .isEqualTo(
            """
            warning: HOME/.cvt/config.yaml:5:21: plugins.rest.config.token: the secret stands in the file itself, which others can read (mode 0644); chmod 600 HOME/.cvt/config.yaml, or put the secret into a variable
            """);
  }
}
