package dev.cvt.plugin.tests.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.GoConfigs;
import dev.cvt.plugin.tests.peers.GoConfigs.Candidate;
import dev.cvt.plugin.tests.peers.GoConfigs.Verdict;
import dev.cvt.pluginmgr.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each config is read by CVT's own reader and by ours. They take the same and read the same in it;
 * where they part, {@code docs/from-go.md} says so, and why that is right.
 */
final class ConfigAgainstGoTest {

  private static final Path HOME = Path.of("/home/u");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("SET", "value", "EMPTY", "", "ODD", "a: ${SET} # b", "lower", "l");

  @TempDir Path folder;
  private static Map<String, Verdict> verdicts = Map.of();

  /** Configs on which both agree, in taking or in refusing. */
  static final List<String> ALIKE =
      List.of(
          // The whole.
          "{}",
          "plugins:\n",
          "plugins: {}\nhooks: {}\n",
          "hooks:\n",
          "config_version: 1\n",
          "config_version: 0\n",
          "config_version:\n",
          "config_version: 2\n",
          "config_version: -1\n",
          "config_version: one\n",
          "config_version: [1]\n",
          "---\nplugins: {}\n",
          "plugins: []\n",
          "plugins: text\n",
          "- plugins\n",
          "text\n",
          "plugin: {}\n",
          "Plugins: {}\n",
          "plugins: {\n",
          "plugins:\n\t- tab\n",
          "plugins: {}\nplugins: {}\n",
          // Plugins.
          plugin(""),
          plugin("timeout: 250ms"),
          plugin("timeout: 1m30s"),
          plugin("timeout: 1.5h"),
          plugin("timeout: 2us"),
          plugin("timeout: 2\u00b5s"),
          plugin("timeout: 0s"),
          plugin("timeout: '0'"),
          plugin("timeout:"),
          plugin("timeout: ~"),
          plugin("on_error:"),
          plugin("secrets:"),
          plugin("config:"),
          plugin("config: {k: }"),
          plugin("config: {k: ~}"),
          plugin("config: {k: null}"),
          plugin("config: {k: Null}"),
          plugin("config: {60: v}"),
          plugin("config: {true: v}"),
          plugin("config: {a b: v, '': w}"),
          plugin("config: {[a]: v}"),
          plugin("config: {<<: {k: v}}"),
          "plugins:\n  a:\n",
          "plugins:\n  60: {binary: ~/.cvt/plugins/x}\n",
          "%YAML 1.1\n---\nplugins: {}\n",
          "plugins: {}\n...\n",
          "\ufeffplugins: {}\n",
          "plugins: {}\r\nhooks: {}\r\n",
          "---\n",
          "null\n",
          "~\n",
          "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: '${}'}}}\n",
          "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: '${A B:-d}'}}}\n",
          "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: 'a${UNSET:-}${SET}'}}}\n",
          "!!map {plugins: {}}\n",
          "plugins: {a: {binary: !!str ~/.cvt/plugins/x}}\n",
          plugin("timeout: 5"),
          plugin("timeout: 5 s"),
          plugin("timeout: 5m s"),
          plugin("timeout: five"),
          plugin("timeout: 1d"),
          plugin("timeout: ''"),
          plugin("timeout: [5s]"),
          plugin("timeout: +5s"),
          plugin("timeout: .5s"),
          plugin("timeout: 99999999h"),
          plugin("timeout: 5S"),
          plugin("on_error: fail_open"),
          plugin("on_error: fail_closed"),
          plugin("on_error: ''"),
          plugin("on_error: FAIL_OPEN"),
          plugin("on_error: ignore"),
          plugin("on_error: [fail_open]"),
          plugin("unknown: 1"),
          plugin("restart: always"),
          plugin("secrets: []"),
          plugin("secrets: [token]"),
          plugin("secrets: [k]\n    config: {k: v}"),
          plugin("secrets: [k, k]\n    config: {k: v}"),
          plugin("secrets: {k: v}"),
          plugin("config: []"),
          plugin("config: text"),
          named("a-0", ""),
          named("abcdefghijklmnopqrstuvwxyz-01234", ""),
          named("abcdefghijklmnopqrstuvwxyz-012345", ""),
          named("A", ""),
          named("0a", ""),
          named("-a", ""),
          named("a_b", ""),
          named("\u00e9", ""),
          named("\"a\\n\"", ""),
          named("\"\"", ""),
          // Binaries.
          binary("''"),
          binary("cvt-plugin-x"),
          binary("./cvt-plugin-x"),
          binary("/bin/sh"),
          binary("~/.cvt/plugins"),
          binary("~/.cvt/plugins/"),
          binary("~/.cvt/plugins/."),
          binary("~/.cvt/plugins/../x"),
          binary("~/.cvt/plugins/../plugins/x"),
          binary("~/.cvt/plugins/sub/x"),
          binary("~/.cvt/plugins//x"),
          binary("~/.cvt/plugins-not/x"),
          binary("~root/.cvt/plugins/x"),
          binary("~"),
          binary("'$HOME/.cvt/plugins/x'"),
          binary("[x]"),
          "plugins:\n  a:\n    timeout: 5s\n",
          // Values.
          value("v"),
          value("60"),
          value("1.0"),
          value("yes"),
          value("true"),
          value("0x10"),
          value("0o7"),
          value("1e3"),
          value("2026-04-17"),
          value("''"),
          value("' spaces '"),
          value("\"tab\\tnewline\\n\\u00e9\""),
          value("|\n        two\n        lines\n"),
          value(">-\n        folded\n        lines\n"),
          value("[a]"),
          value("{a: b}"),
          value("${SET}"),
          value("'${SET}'"),
          value("a${SET}b${lower}c"),
          value("${UNSET}"),
          value("${EMPTY}"),
          value("${UNSET:-}"),
          value("${EMPTY:-d}"),
          value("${SET:-d}"),
          value("${UNSET:-a:-b}"),
          value("${UNSET:-$SET}"),
          value("\"${UNSET:-${SET}}\""),
          value("${ODD}"),
          value("$SET"),
          value("$${SET}"),
          value("\"${\""),
          value("\"a${SET\""),
          value("\"}${SET}}\""),
          value("\"${:-d}\""),
          value("\"${UNSET-d}\""),
          value("!!str 5"),
          value("! 5"),
          value("! ~"),
          value("\"\\u2028\\u0085\""),
          plugin("config: {! <<: {k: v}}"),
          // Hooks.
          hook("fetch_schema: a"),
          hook("fetch_schema: ''"),
          hook("fetch_schema:"),
          hook("fetch_schema: b"),
          hook("fetch_schema: [a]"),
          hook("fetch: a"),
          hook("FETCH_SCHEMA: a"),
          hook("{register_consumer_usage: a, on_validation_failed: a}"),
          // YAML.
          "plugins: &p\n  a:\n    binary: ~/.cvt/plugins/x\n",
          "plugins:\n  a: &a\n    binary: ~/.cvt/plugins/x\n  b: *a\n",
          "plugins:\n  a: *nowhere\n",
          "plugins:\n  a:\n    binary: ~/.cvt/plugins/x\n    binary: ~/.cvt/plugins/y\n",
          "# comment\nplugins: # comment\n  a: {binary: ~/.cvt/plugins/x} # comment\n",
          "plugins:\n  a:\n    binary: \"~/.cvt/plugins/x\\0\"\n\u0000",
          "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: @v}}}\n",
          "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: `v}}}\n");

  /** Configs that CVT takes and ours refuses, each under its name in the page. */
  static Stream<Arguments> refusedByOursOnly() {
    var negative = "a negative `timeout`";
    var second = "a second YAML document";
    var secret = "a secret that comes out empty";
    var tag = "a YAML tag";
    var none = "a key that is null";
    var large = "a file beyond the limits";
    var odd = "a line break from beyond ASCII";
    return Stream.of(
        Arguments.of(plugin("timeout: -5s"), negative),
        Arguments.of(plugin("timeout: -1ns"), negative),
        Arguments.of("plugins: {}\n---\nplugins: {}\n", second),
        Arguments.of("plugins: {}\n---\n", second),
        Arguments.of("---\n---\n", second),
        Arguments.of(plugin("secrets: [k]\n    config: {k: ''}"), secret),
        Arguments.of(plugin("secrets: [k]\n    config: {k: '${UNSET:-}'}"), secret),
        Arguments.of(plugin("config: {~: v}"), none),
        Arguments.of("!x {plugins: {}}\n", tag),
        Arguments.of(value("!!int 5"), tag),
        Arguments.of(value("!!binary aGk="), tag),
        Arguments.of(value("!mine v"), tag),
        Arguments.of(value("\"a\u0085b\""), odd),
        Arguments.of(value("\"a\u2028b\""), odd),
        Arguments.of("plugins: {} # \u2029\n", odd),
        Arguments.of("plugins: {} # " + "x".repeat(1 << 20) + "\n", large));
  }

  /** Configs that CVT refuses and ours takes, each under its name in the page. */
  static Stream<Arguments> refusedByGoOnly() {
    var dormant = "a file that says nothing";
    return Stream.of(
        Arguments.of("", dormant),
        Arguments.of(" \n\n", dormant),
        Arguments.of("# only a comment\n", dormant),
        Arguments.of(plugin("timeout: 0"), "a `timeout` of 0 without a unit"),
        Arguments.of("%YAML 1.2\n---\nplugins: {}\n", "a `%YAML 1.2` header"));
  }

  /** All in one run: that is what takes the time. */
  @BeforeAll
  static void askGo() {
    var answers = GoConfigs.judge(ALIKE.stream().map(ConfigAgainstGoTest::candidate).toList());
    var byText = new HashMap<String, Verdict>();
    for (int i = 0; i < ALIKE.size(); i++) {
      byText.put(ALIKE.get(i), answers.get(i));
    }
    verdicts = byText;
  }

  @ParameterizedTest
  @FieldSource("ALIKE")
  void yaml_isTakenOrRefusedAlike(String yaml) throws IOException {
    switch (verdicts.get(yaml)) {
      case null -> throw new AssertionError("not judged: " + yaml);
      case Verdict.Taken(var config) -> assertThat(ours(yaml)).as(yaml).isEqualTo(shown(config));
      case Verdict.Refused(String error) ->
          assertThat(ours(yaml)).as("%s%nGo: %s", yaml, error).startsWith("refused: ");
    }
  }

  @ParameterizedTest
  @MethodSource
  void refusedByOursOnly(String yaml, String name) throws IOException {
    assertThat(go(yaml)).as(name).isInstanceOf(Verdict.Taken.class);
    assertThat(ours(yaml)).as(name).startsWith("refused: ");
  }

  @ParameterizedTest
  @MethodSource
  void refusedByGoOnly(String yaml, String name) throws IOException {
    assertThat(go(yaml)).as(name).isInstanceOf(Verdict.Refused.class);
    assertThat(ours(yaml)).as(name).doesNotStartWith("refused: ");
  }

  /** The page says each of these differences, with its reason, and no other. */
  @Test
  void everyDifference_standsInThePage() throws IOException {
    var page = Files.readString(Path.of("..", "docs", "from-go.md"));
    var rows =
        page.substring(page.indexOf("\n## Config\n"))
            .lines()
            .filter(line -> line.startsWith("| a "))
            .map(line -> line.split(" \\| ", 4))
            .toList();
    assertThat(rows).allMatch(row -> row.length == 4 && row[3].length() > 20);
    assertThat(rows.stream().map(row -> row[0].substring(2) + ", " + row[1] + ", " + row[2]))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    refusedByOursOnly().map(each -> each.get()[1] + ", taken, refused"),
                    refusedByGoOnly().map(each -> each.get()[1] + ", refused, taken"))
                .distinct()
                .toList());
  }

  private static Verdict go(String yaml) {
    return GoConfigs.judge(List.of(candidate(yaml))).getFirst();
  }

  private static Candidate candidate(String yaml) {
    return new Candidate(HOME.toString(), yaml, ENVIRONMENT);
  }

  /** What ours reads, one thing a line, or why it refuses. */
  private String ours(String yaml) throws IOException {
    var file = Files.writeString(folder.resolve("config.yaml"), yaml);
    try {
      return shown(Config.reader().home(HOME).env(ENVIRONMENT).read(file));
    } catch (Config.Invalid e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String shown(Config config) {
    var lines = new ArrayList<String>();
    config
        .plugins()
        .forEach(
            (name, plugin) -> {
              var values = new TreeMap<String, String>();
              plugin.config().forEach((key, value) -> values.put(key, value.reveal()));
              lines.add(
                  "%s: %s %d %s %s"
                      .formatted(
                          name,
                          plugin.binary(),
                          plugin.timeout().toNanos(),
                          plugin.onError().text(),
                          values));
            });
    for (var hook : Config.Hook.values()) {
      lines.add(hook.key() + ": " + config.hooks().getOrDefault(hook, ""));
    }
    return String.join("\n", lines);
  }

  /** The same from Go's fields. */
  private static String shown(Map<String, Object> config) {
    var lines = new ArrayList<String>();
    new TreeMap<>(map(config.get("Plugins")))
        .forEach(
            (name, each) -> {
              var plugin = map(each);
              lines.add(
                  "%s: %s %s %s %s"
                      .formatted(
                          name,
                          plugin.get("Binary"),
                          plugin.get("Timeout"),
                          plugin.get("OnError"),
                          new TreeMap<>(map(plugin.get("Config")))));
            });
    var hooks = map(config.get("Hooks"));
    lines.add("fetch_schema: " + hooks.get("FetchSchema"));
    lines.add("register_consumer_usage: " + hooks.get("RegisterConsumerUsage"));
    lines.add("on_breaking_change_detected: " + hooks.get("OnBreakingChangeDetected"));
    lines.add("on_validation_failed: " + hooks.get("OnValidationFailed"));
    return String.join("\n", lines);
  }

  private static Map<String, Object> map(@Nullable Object value) {
    var copy = new TreeMap<String, Object>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> copy.put(String.valueOf(key), each));
    }
    return copy;
  }

  private static String plugin(String line) {
    return named("a", line);
  }

  private static String named(String name, String line) {
    return "plugins:\n  " + name + ":\n    binary: ~/.cvt/plugins/x\n    " + line + "\n";
  }

  private static String binary(String path) {
    return "plugins:\n  a:\n    binary: " + path + "\n";
  }

  private static String value(String yaml) {
    return plugin("config:\n      k: " + yaml);
  }

  private static String hook(String line) {
    var block = line.startsWith("{") ? " " + line : "\n  " + line;
    return plugin("") + "hooks:" + block + "\n";
  }
}
