package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugins.CommandHome.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every subcommand: help, options, what no subcommand understands. */
class CommandLineTest {
  private static final Pattern FIRST_WORDS = Pattern.compile("`([a-z-]+)");

  @TempDir private Path folder;
  private CommandHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(folder);
  }

  @AfterEach
  void beQuietAgain() {
    // One for the process, as the logs are.
    CommandLogs.verbose(false);
  }

  private static Said usage(String text) {
    return new Said(2, "", "cvt-plugins: " + text + "\n");
  }

  static List<String> subcommands() {
    return Main.commandLine(new Main()).getSubcommands().keySet().stream().sorted().toList();
  }

  @Test
  void subcommands_areThoseThatAreDocumented() throws IOException {
    var page = Files.readString(Path.of("..", "docs", "command.md"));
    var table = page.substring(page.indexOf("| subcommand |"), page.indexOf("## Options"));
    var rows =
        table
            .lines()
            .skip(2)
            .filter(line -> line.startsWith("| "))
            .flatMap(line -> FIRST_WORDS.matcher(line.split("\\|")[1]).results())
            .map(word -> word.group(1))
            .distinct();

    assertThat(rows.sorted()).isEqualTo(subcommands());
  }

  @Test
  void exitCodes_areThoseThatAreDocumented() throws IOException {
    var page = Files.readString(Path.of("..", "docs", "command.md"));
    for (int code :
        List.of(
            ExitCode.OK,
            ExitCode.FAILED,
            ExitCode.USAGE,
            ExitCode.CALL_FAILED,
            ExitCode.CALL_TIMED_OUT)) {
      assertThat(page).contains("\n| " + code + " | ");
    }
    assertThat(home.run("--help").out().replaceAll("\\s+", " "))
        .contains(
            "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 a call failed, 4 a call timed"
                + " out.");
  }

  @Test
  void help_listsEverySubcommand_withExamples() {
    var said = home.run("--help");

    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out())
        .startsWith("Usage: cvt-plugins ")
        .contains("\nExamples:\n", "  cvt-plugins install ./cvt-plugin-rest ")
        .contains(subcommands().stream().map(name -> "\n  " + name + " ").toList());
    // Of a description in several lines the list has the first alone.
    assertThat(said.out().split("Commands:\n", 2)[1].split("\n\n", 2)[0])
        .doesNotContainPattern("[^.]\\n  \\w")
        .endsWith(".");
  }

  @ParameterizedTest
  @MethodSource("subcommands")
  void help_ofEachSubcommand_isAResult_withAnExampleAndTheGlobalOptions(String name) {
    var said = home.run(name, "--help");

    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).contains("Usage: cvt-plugins " + name);
    if (!List.of("generate-completion", "help").contains(name)) { // which are not ours
      assertThat(said.out()).contains("--home=FOLDER", "--config=FILE", "--verbose", "--no-color");
      assertThat(said.out()).containsPattern("Examples?:|The plugins are");
    }
  }

  @ParameterizedTest
  @MethodSource("subcommands")
  void footerOfTheHelp_fitsIntoATerminal(String name) {
    var help = Main.commandLine(new Main()).getSubcommands().get(name).getCommandSpec();

    assertThat(help.usageMessage().footer())
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
  }

  @Test
  void help_asASubcommand_isTheSame() {
    assertThat(home.run("help").out()).isEqualTo(home.run("--help").out());
    assertThat(home.run("help", "install").out()).isEqualTo(home.run("install", "--help").out());
    assertThat(home.run("help", "install").code()).isZero();
  }

  @Test
  void noSubcommand_isAnsweredWithTheHelp_onStandardError() {
    var said = home.run();

    assertThat(said.code()).isZero();
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).startsWith("Usage: cvt-plugins ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void version_isThatOfTheCommandAndOfItsJava(String word) {
    assertThat(home.run(word))
        .isEqualTo(
            new Said(
                0,
                "cvt-plugins %s\njava %s\n"
                    .formatted(System.getProperty("project.version"), Runtime.version()),
                ""));
  }

  @Test
  void completion_isAScriptThatKnowsTheSubcommandsAndTheHooks() {
    var said = home.run("generate-completion");

    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out())
        .startsWith("#!/usr/bin/env bash")
        .contains(subcommands())
        .contains("fetch_schema", "on_validation_failed");
  }

  @Test
  void unknownSubcommand_isToldTheNearest() {
    assertThat(home.run("instal", "x"))
        .isEqualTo(
            usage(
                "there is no subcommand instal; did you mean install? Otherwise see cvt-plugins"
                    + " --help"));
    assertThat(home.run("zzz"))
        .isEqualTo(usage("there is no subcommand zzz; see cvt-plugins --help"));
  }

  @Test
  void unknownOption_isToldTheNearest() {
    assertThat(home.run("list", "--jsn"))
        .isEqualTo(
            usage(
                "there is no option --jsn; did you mean --json? Otherwise see cvt-plugins list"
                    + " --help"));
  }

  @Test
  void missingParameter_isNamed() {
    assertThat(home.run("remove"))
        .isEqualTo(usage("Missing required parameter: 'NAME'; see cvt-plugins remove --help"));
  }

  @Test
  void wordThatCouldNameAFileOfWords_isAWord() throws IOException {
    var file = Files.writeString(folder.resolve("words"), "list more");

    assertThat(home.run("remove", "@" + file).err())
        .startsWith("cvt-plugins: not a plugin name: \"@" + file + "\"; ");
  }

  @Test
  void oneParameterTooMany_isRefused() {
    assertThat(home.run("remove", "a", "b"))
        .isEqualTo(usage("b is one word too many; see cvt-plugins remove --help"));
  }

  @Test
  void homeOption_winsOverTheVariable() throws IOException {
    var other = new CommandHome(Files.createDirectories(folder.resolve("a home of another")));
    other.install("rest", "exit 1");

    var said = home.run("list", "--home", other.folder().toString());

    assertThat(said.out()).contains(other.binary("rest").toString());
    assertThat(home.run("--home", other.folder().toString(), "list")).isEqualTo(said);
  }

  @Test
  void withoutHome_saysWhatToDo() {
    assertThat(home.with("HOME", null).run("list"))
        .isEqualTo(
            new Said(
                1,
                "",
                "cvt-plugins: HOME is not set, so there is no ~/.cvt; set it, or give --home\n"));
  }

  @Test
  void homeThatIsEmptyOrRelative_isRefused_andNotTakenForTheFolderOfTheCaller() {
    assertThat(home.run("list", "--home", ""))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: --home is empty; give a folder, or leave it out to use HOME\n"));
    assertThat(home.with("HOME", "some/where").run("list"))
        .isEqualTo(
            new Said(
                1,
                "",
                "cvt-plugins: HOME is some/where, which is not absolute; set it to an absolute"
                    + " path, or give --home\n"));
  }

  @Test
  void configOption_isReadInPlaceOfTheOneInTheHome() throws IOException {
    home.write("config.yaml", "plugins: [\n");
    var other = Files.writeString(folder.resolve("other.yaml"), "plugins: {}\n");

    assertThat(home.run("check", "--config", other.toString()))
        .isEqualTo(new Said(0, "No plugin is configured in " + other + ": none would run.\n", ""));
  }

  @Test
  void configOption_thatNamesNoFile_isRefused_andNotTakenForAnEmptyOne() {
    assertThat(home.run("check", "--config", "nowhere.yaml"))
        .isEqualTo(
            new Said(
                1,
                "",
                "cvt-plugins: there is no nowhere.yaml; give the path of a configuration, or leave"
                    + " --config out to use %s\n".formatted(home.config())));
    assertThat(home.with("CVT_DISABLE_PLUGINS", "1").run("check", "--config", "nowhere.yaml"))
        .isEqualTo(new Said(0, "Safe mode (CVT_DISABLE_PLUGINS=1): no plugin would run.\n", ""));
  }

  @Test
  void verbose_showsWhereAnErrorComesFrom() {
    var said = home.run("remove", "rest", "--verbose");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .startsWith("cvt-plugins: plugin \"rest\" is not installed; ")
        .contains("\n\tat dev.cvt.pluginmgr");
  }

  @Test
  void noColor_isUnderstoodEverywhere() {
    assertThat(home.run("--no-color", "list")).isEqualTo(home.run("list", "--no-color"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "version",
        "check",
        "ps",
        "verify",
        "verify nobody",
        "call fetch_schema",
        "call fetch_schema {\"schema\":1}",
        "call fetch_schema -",
        "call fetch_schema @file",
        "call nothing {}"
      })
  void plainLine_saysWhatTheParserHasItSay(String line) {
    var words = line.split(" ");

    assertThat(home.runPlainly(words)).contains(home.run(words));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --json",
        "list more",
        "--home x list",
        "version -h",
        "verify one two",
        "call",
        "call one two three",
        "install something",
        "generate-completion",
        "nonsense",
        "run --listen 127.0.0.1:0",
        ""
      })
  void lineWithMoreThanPlainWords_isForTheParser(String line) {
    assertThat(home.runPlainly(line.split(" "))).isEmpty();
    assertThat(home.runPlainly()).isEmpty();
  }
}
