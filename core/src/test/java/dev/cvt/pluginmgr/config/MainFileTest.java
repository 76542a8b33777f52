package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code config.yaml}: what is taken, and the exact words for what is not. */
class MainFileTest {
  private static final String PLUGIN = "plugins:\n  a:\n    binary: ~/.cvt/plugins/x\n";

  @Test
  void theExample_isReadAsAWhole() {
    var config =
        new TestHome()
            .main(
                """
                config_version: 1
                plugins:
                  registry:
                    binary: ~/.cvt/plugins/cvt-plugin-rest
                    timeout: 1m30s
                    on_error: fail_open
                    secrets: [token]
                    config:
                      base_url: ${CVT_REGISTRY_URL:-https://registry.example.com/api/v1}
                      token: ${TOKEN}
                  slack:
                    binary: /home/u/.cvt/plugins/../plugins/sub//slack
                hooks:
                  fetch_schema: registry
                  register_consumer_usage: registry
                  on_validation_failed: ""
                """)
            .read();

    assertThat(config.plugins().keySet()).containsExactly("registry", "slack");
    var registry = TestHome.plugin(config, "registry");
    assertThat(registry.binary()).hasToString("/home/u/.cvt/plugins/cvt-plugin-rest");
    assertThat(registry.timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(registry.onError()).isEqualTo(OnError.FAIL_OPEN);
    assertThat(registry.config())
        .containsExactly(
            Map.entry("base_url", Value.plain("https://registry.example.com/api/v1")),
            Map.entry("token", Value.secret(TestHome.TOKEN)));
    assertThat(registry.secretVariables()).containsExactly("TOKEN");
    var slack = TestHome.plugin(config, "slack");
    assertThat(slack.binary()).hasToString("/home/u/.cvt/plugins/sub/slack");
    assertThat(slack.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(slack.onError()).isEqualTo(OnError.FAIL_CLOSED);
    assertThat(slack.config()).isEmpty();
    assertThat(config.hooks())
        .isEqualTo(Map.of(Hook.FETCH_SCHEMA, "registry", Hook.REGISTER_CONSUMER_USAGE, "registry"));
    assertThat(config.home()).hasToString("/home/u");
    assertThat(config.pluginRoot()).hasToString("/home/u/.cvt/plugins");
    assertThat(config.statePath()).hasToString("/home/u/.cvt/plugins/state.json");
    assertThat(config.source().orElseThrow()).hasToString("/home/u/.cvt/config.yaml");
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void missingFile_isAnEmptyConfig() {
    var config = new TestHome().read();

    assertThat(config.plugins()).isEmpty();
    assertThat(config.hooks()).isEmpty();
    assertThat(config.audit()).isEmpty();
    assertThat(config.auditOnError()).isEqualTo(OnError.FAIL_CLOSED);
    assertThat(config.metrics()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing yet\n",
        "---\n",
        "---\n...\n",
        "~\n",
        "{}\n",
        "plugins:\nhooks:\nconfig_version:\n",
        "plugins: {}\n",
        "config_version: 0\n",
        "config_version: 1\n",
        "%YAML 1.1\n---\nplugins: {}\n",
        "%YAML 1.2\n---\nplugins: {}\n",
        "\ufeffplugins: {}\r\nhooks: {}\r\n",
        "plugins: {}\rhooks: {}\r",
        "!!map {plugins: {}}\n",
      })
  void fileThatAsksForNothing_isTaken(String yaml) {
    var home = new TestHome().main(yaml);

    assertThat(home.problems()).isEmpty();
    assertThat(home.read().plugins()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
  void fileWithAByteOrderMark_isDecodedByIt(String charset) {
    var home = new TestHome();
    home.write(
        home.configYaml,
        ("\ufeff" + PLUGIN + "    config: {k: é😀}\n")
            .getBytes(java.nio.charset.Charset.forName(charset)));

    assertThat(home.plugin("a").config()).containsEntry("k", Value.plain("é😀"));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("60", "60"),
        Arguments.of("1.0", "1.0"),
        Arguments.of("yes", "yes"),
        Arguments.of("0x10", "0x10"),
        Arguments.of("1_000", "1_000"),
        Arguments.of("2026-04-17", "2026-04-17"),
        Arguments.of("!!str 5", "5"),
        Arguments.of("!!str ~", "~"),
        Arguments.of("! 5", "5"),
        Arguments.of("", ""),
        Arguments.of("~", ""),
        Arguments.of("null", ""),
        Arguments.of("NULL", ""),
        Arguments.of("'~'", "~"),
        Arguments.of("nULL", "nULL"),
        Arguments.of("' x '", " x "),
        Arguments.of("\"\\t\\u00e9\\0\"", "\té\0"),
        Arguments.of("\"\\ud83d\\ude00\"", "😀"),
        Arguments.of("|\n        two\n        lines", "two\nlines\n"),
        Arguments.of("a: b", null),
        Arguments.of("${REGION}-1", "eu-central-1"),
        Arguments.of("'${REGION}'", "eu-central"));
  }

  @ParameterizedTest
  @MethodSource
  void values(String written, String text) {
    var home = new TestHome().main(PLUGIN + "    config:\n      k: " + written + "\n");

    if (text == null) {
      assertThat(home.problems()).isNotEmpty();
    } else {
      assertThat(home.plugin("a").config().get("k")).isEqualTo(Value.plain(text));
    }
  }

  @Test
  void keysOfConfig_areTextsAsWrittenInTheOrderOfTheirBytes() {
    var home =
        new TestHome()
            .main(PLUGIN + "    config: {b: 1, 60: 2, true: 3, '': 4, \uff5e: 5, 😀: 6, B: 7}\n");

    assertThat(home.plugin("a").config().keySet())
        .containsExactly("", "60", "B", "b", "true", "\uff5e", "😀");
  }

  @Test
  void aliasesAndMerges_areResolvedAsGoResolvesThem() {
    var config =
        new TestHome()
            .main(
                """
                plugins:
                  a: &a
                    binary: ~/.cvt/plugins/x
                    timeout: 1s
                    config: &c {k: v, l: w}
                  b:
                    <<: *a
                    timeout: 2s
                  c:
                    <<: [{timeout: 3s}, *a]
                    config: {<<: *c, l: own}
                """)
            .read();

    assertThat(TestHome.plugin(config, "b").binary()).hasToString("/home/u/.cvt/plugins/x");
    assertThat(TestHome.plugin(config, "b").timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(TestHome.plugin(config, "c").timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(TestHome.plugin(config, "c").config())
        .containsExactly(Map.entry("k", Value.plain("v")), Map.entry("l", Value.plain("own")));
  }

  static Stream<Arguments> refused() {
    var name = "use 1 to 32 lower-case letters, digits and hyphens, a letter first";
    var write = "write one text or number, with special characters in quotes";
    return Stream.of(
        // The file as a whole.
        row(
            "- a\n",
            "config.yaml:1:1: the file must be a map, and this is a list; begin it with"
                + " config_version: 1"),
        row(
            "text\n",
            "config.yaml:1:1: the file must be a map, and this is a single value; begin it with"
                + " config_version: 1"),
        row(
            "config_version: 2\n",
            "config.yaml:1:17: config_version: version 2 is newer than this program, which knows"
                + " version 1; upgrade pluginmgr, or write config_version: 1"),
        row(
            "config_version: one\n",
            "config.yaml:1:17: config_version: \"one\" is not a version; write config_version: 1,"
                + " without quotes"),
        row(
            "config_version: '1'\n",
            "config.yaml:1:17: config_version: \"1\" is not a version; write config_version: 1,"
                + " without quotes"),
        row(
            "config_version: 1.0\n",
            "config.yaml:1:17: config_version: \"1.0\" is not a version; write config_version: 1,"
                + " without quotes"),
        row(
            "config_version: -1\n",
            "config.yaml:1:17: config_version: \"-1\" is not a version; write config_version: 1,"
                + " without quotes"),
        row(
            "config_version: [1]\n",
            "config.yaml:1:17: config_version: a single value is needed here, and this is a list; "
                + write),
        row(
            "plugin: {}\n",
            "config.yaml:1:1: plugin: there is no such key; did you mean \"plugins\"? Otherwise"
                + " take it out"),
        row("whatever: {}\n", "config.yaml:1:1: whatever: there is no such key; take it out"),
        row(
            "audit: {}\n",
            "config.yaml:1:1: audit: there is no such key; move it to pluginmgr.yaml, in the same"
                + " folder"),
        row(
            "plugins: {}\n---\nplugins: {}\n",
            "config.yaml:2:1: a second document begins here; keep one document: take out the ---"
                + " and what does not belong to it"),
        row(
            "plugins: {}\nhooks: {}\nplugins: {}\n",
            "config.yaml:3:1: plugins: the key is here a second time, after line 1; keep one of"
                + " them"),
        row(
            "plugins: []\n",
            "config.yaml:1:10: plugins: a map is needed here, and this is a list; indent its keys"
                + " under this one"),
        // Plugins.
        row(
            "plugins:\n  A_b: {binary: ~/.cvt/plugins/x}\n",
            "config.yaml:2:3: plugins.A_b: \"A_b\" cannot be the name of a plugin; " + name),
        row(
            "plugins:\n  \"a\\n\": {binary: ~/.cvt/plugins/x}\n",
            "config.yaml:2:3: plugins.\"a\\n\": \"a\\n\" cannot be the name of a plugin; " + name),
        row(
            "plugins:\n  a23456789012345678901234567890123: {binary: ~/.cvt/plugins/x}\n",
            "config.yaml:2:3: plugins.a23456789012345678901234567890123:"
                + " \"a23456789012345678901234567890123\" cannot be the name of a plugin; "
                + name),
        row(
            "plugins:\n  ~: {binary: ~/.cvt/plugins/x}\n",
            "config.yaml:2:3: plugins: a key is missing before the colon; write the key"),
        row(
            "plugins:\n  a:\n",
            "config.yaml:2:3: plugins.a.binary: the plugin has no binary; add binary: with a file"
                + " under \"/home/u/.cvt/plugins\""),
        row(
            "plugins:\n  a: text\n",
            "config.yaml:2:6: plugins.a: a map is needed here, and this is a single value; write"
                + " the plugin's keys under it, binary: first"),
        row(
            "plugins:\n  a: {binary: ''}\n",
            "config.yaml:2:3: plugins.a.binary: the plugin has no binary; add binary: with a file"
                + " under \"/home/u/.cvt/plugins\""),
        row(
            binary("[x]"),
            "config.yaml:3:13: plugins.a.binary: a single value is needed here, and this is a list;"
                + " "
                + write),
        row(
            binary("plugins/x"),
            "config.yaml:3:13: plugins.a.binary: \"plugins/x\" is not absolute; write it as"
                + " ~/.cvt/plugins/… or from the top of the file system"),
        row(
            binary("~root/x"),
            "config.yaml:3:13: plugins.a.binary: \"~root/x\" is not absolute; write it as"
                + " ~/.cvt/plugins/… or from the top of the file system"),
        row(
            binary("/bin/sh"),
            "config.yaml:3:13: plugins.a.binary: \"/bin/sh\" is not under \"/home/u/.cvt/plugins\";"
                + " install the plugin, which puts it there, and name the installed file"),
        row(
            binary("~/.cvt/plugins/../x"),
            "config.yaml:3:13: plugins.a.binary: \"/home/u/.cvt/plugins/../x\" is not under"
                + " \"/home/u/.cvt/plugins\"; install the plugin, which puts it there, and name the"
                + " installed file"),
        row(
            binary("~/.cvt/plugins-x/x"),
            "config.yaml:3:13: plugins.a.binary: \"/home/u/.cvt/plugins-x/x\" is not under"
                + " \"/home/u/.cvt/plugins\"; install the plugin, which puts it there, and name the"
                + " installed file"),
        row(
            binary("\"~\""),
            "config.yaml:3:13: plugins.a.binary: \"/home/u\" is not under \"/home/u/.cvt/plugins\";"
                + " install the plugin, which puts it there, and name the installed file"),
        row(
            binary("~/.cvt/plugins/."),
            "config.yaml:3:13: plugins.a.binary: \"/home/u/.cvt/plugins/.\" is the folder of all"
                + " plugins, not a file in it; add the name of the plugin's file"),
        row(
            binary("\"~/.cvt/plugins/\\0\""),
            "config.yaml:3:13: plugins.a.binary: \"~/.cvt/plugins/\\u0000\" cannot be a path; use"
                + " another name"),
        row(
            PLUGIN + "    timeout: -5s\n",
            "config.yaml:4:14: plugins.a.timeout: the timeout is negative; write a positive one"
                + " like 5s, or leave it out for 5s"),
        row(
            PLUGIN + "    timeout: 5\n",
            "config.yaml:4:14: plugins.a.timeout: \"5\" is a number without a unit; say which: 5s,"
                + " 5ms or 5m"),
        row(
            PLUGIN + "    timeout: 1d\n",
            "config.yaml:4:14: plugins.a.timeout: \"1d\" has the unknown unit \"d\"; use h, m, s,"
                + " ms, us or ns"),
        row(
            PLUGIN + "    timeout: ''\n",
            "config.yaml:4:14: plugins.a.timeout: \"\" is not a duration; write it like 250ms, 5s,"
                + " 1m30s or 1.5h"),
        row(
            PLUGIN + "    timeout: {s: 5}\n",
            "config.yaml:4:14: plugins.a.timeout: a single value is needed here, and this is a map;"
                + " "
                + write),
        row(
            PLUGIN + "    on_error: open\n",
            "config.yaml:4:15: plugins.a.on_error: \"open\" is not fail_closed or fail_open; write"
                + " fail_closed or fail_open"),
        row(
            PLUGIN + "    on_error: fail-open\n",
            "config.yaml:4:15: plugins.a.on_error: \"fail-open\" is not fail_closed or fail_open;"
                + " did you mean \"fail_open\"? Otherwise write fail_closed or fail_open"),
        row(
            PLUGIN + "    binray: x\n",
            "config.yaml:4:5: plugins.a.binray: there is no such key; did you mean \"binary\"?"
                + " Otherwise take it out"),
        row(
            PLUGIN + "    start_timeout: 9s\n",
            "config.yaml:4:5: plugins.a.start_timeout: there is no such key; move it to"
                + " pluginmgr.yaml, in the same folder"),
        row(
            PLUGIN + "    binary: ~/.cvt/plugins/y\n",
            "config.yaml:4:5: plugins.a.binary: the key is here a second time, after line 3; keep"
                + " one of them"),
        // Values and secrets.
        row(
            PLUGIN + "    config: text\n",
            "config.yaml:4:13: plugins.a.config: a map is needed here, and this is a single value;"
                + " indent its keys under this one"),
        row(
            PLUGIN + "    config: {k: [v]}\n",
            "config.yaml:4:17: plugins.a.config.k: a single value is needed here, and this is a"
                + " list; "
                + write),
        row(
            PLUGIN + "    config: {k: {l: v}}\n",
            "config.yaml:4:17: plugins.a.config.k: a single value is needed here, and this is a"
                + " map; "
                + write),
        row(
            PLUGIN + "    config: {~: v}\n",
            "config.yaml:4:14: plugins.a.config: a key is missing before the colon; write the key"),
        row(
            PLUGIN + "    config: {<<: v}\n",
            "config.yaml:4:18: plugins.a.config.\"<<\": << is followed by a single value, and"
                + " merges maps only; repeat a map there, as in <<: *name"),
        row(
            PLUGIN + "    config: {k: \"\\ud83d\"}\n",
            "config.yaml:4:17: plugins.a.config.k: the value holds half a surrogate pair, which no"
                + " plugin can be sent; take it out"),
        row(
            PLUGIN + "    config:\n      k: ${NOPE}\n",
            "config.yaml:5:10: plugins.a.config.k: the environment variable NOPE is not set, or"
                + " empty, and has no default; set it, or write ${NOPE:-default}"),
        row(
            PLUGIN + "    config:\n      k: ${EMPTY}\n",
            "config.yaml:5:10: plugins.a.config.k: the environment variable EMPTY is not set, or"
                + " empty, and has no default; set it, or write ${EMPTY:-default}"),
        row(
            PLUGIN + "    config:\n      k: ${\n",
            "config.yaml:5:10: plugins.a.config.k: a ${ in the value has no }; close it, as in"
                + " ${NAME}; text with a ${ of its own can come from a variable"),
        row(
            PLUGIN + "    config:\n      k: ${}\n",
            "config.yaml:5:10: plugins.a.config.k: a ${} in the value names no variable; write"
                + " ${NAME} or ${NAME:-default}"),
        row(
            PLUGIN + "    config: {k: 'a\u2028b'}\n",
            "config.yaml:4:19: here is the character U+2028, which only some programs take for a"
                + " line break; break the line in the usual way, or write it as an escape in double"
                + " quotes"),
        row(
            "plugins: {}\u0085hooks: {}\n",
            "config.yaml:1:12: here is the character U+0085, which only some programs take for a"
                + " line break; break the line in the usual way, or write it as an escape in double"
                + " quotes"),
        row(
            PLUGIN + "    secrets: token\n",
            "config.yaml:4:14: plugins.a.secrets: a list is needed here, and this is a single"
                + " value; write [a, b], or each item on a line of its own after a dash"),
        row(
            PLUGIN + "    secrets: [token, ~]\n    config: {token: hushhush-x}\n",
            "config.yaml:4:22: plugins.a.secrets[1]: a single value is needed here, and this is"
                + " nothing; "
                + write),
        row(
            PLUGIN + "    secrets: [[], tokn]\n    config: {token: hushhush-x}\n",
            "config.yaml:4:15: plugins.a.secrets[0]: a single value is needed here, and this is a"
                + " list; write one text or number, with special characters in quotes\n"
                + "config.yaml:4:19: plugins.a.secrets[1]: this is not a key of config:; did you"
                + " mean \"token\"? Otherwise add it to config: or take it out of secrets:"),
        row(
            PLUGIN + "    secrets: [token]\n    config: {token: [hushhush-x]}\n",
            "config.yaml:5:21: plugins.a.config.token: a single value is needed here, and this is a"
                + " list; write one text or number, with special characters in quotes"),
        row(
            PLUGIN + "    secrets: [tokn]\n    config: {token: hushhush-x}\n",
            "config.yaml:4:15: plugins.a.secrets[0]: this is not a key of config:; did you mean"
                + " \"token\"? Otherwise add it to config: or take it out of secrets:"),
        row(
            PLUGIN + "    secrets: [token]\n",
            "config.yaml:4:15: plugins.a.secrets[0]: this is not a key of config:; add it to"
                + " config: or take it out of secrets:"),
        row(
            PLUGIN + "    secrets: [token]\n    config:\n      token:\n",
            "config.yaml:6:13: plugins.a.config.token: the secret comes out empty; give it a value,"
                + " or take its key out of secrets:"),
        row(
            PLUGIN + "    secrets: [token]\n    config:\n      token: ${NOPE:-}\n",
            "config.yaml:6:14: plugins.a.config.token: the secret comes out empty; give it a value,"
                + " or take its key out of secrets:"),
        // Hooks.
        row(
            PLUGIN + "hooks: {fetch_schema: b}\n",
            "config.yaml:4:23: hooks.fetch_schema: plugin \"b\" is not declared; declare it under"
                + " plugins: or take the hook out"),
        row(
            "plugins: {registry: {binary: ~/.cvt/plugins/x}}\nhooks: {fetch_schema: regsitry}\n",
            "config.yaml:2:23: hooks.fetch_schema: plugin \"regsitry\" is not declared; did you"
                + " mean \"registry\"? Otherwise declare it under plugins: or take the hook out"),
        row(
            "hooks: {fetch_shema: b}\n",
            "config.yaml:1:9: hooks.fetch_shema: there is no such key; did you mean"
                + " \"fetch_schema\"? Otherwise take it out"),
        row(
            "hooks: {fetch_schema: [a]}\n",
            "config.yaml:1:23: hooks.fetch_schema: a single value is needed here, and this is a"
                + " list; "
                + write));
  }

  private static Arguments row(String yaml, String problem) {
    return Arguments.of(yaml, problem);
  }

  private static String binary(String written) {
    return "plugins:\n  a:\n    binary: " + written + "\n";
  }

  @ParameterizedTest
  @MethodSource
  void refused(String yaml, String problem) {
    assertThat(new TestHome().main(yaml).problems()).isEqualTo(problem);
  }

  static Stream<Arguments> notYaml() {
    var quotes = "put the value in quotes";
    var indent = "put a text that holds a colon and a space in quotes, or mend the indentation";
    return Stream.of(
        row(
            "a:\n\t- b\n",
            "config.yaml:2:1: a tab stands where only spaces are allowed; indent with spaces"),
        row(
            "\ta: b\n",
            "config.yaml:1:1: a tab stands where only spaces are allowed; indent with spaces"),
        row(
            "a: %b\n",
            "config.yaml:1:4: no unquoted value can begin with this character; " + quotes),
        row(
            "a: @b\n",
            "config.yaml:1:4: no unquoted value can begin with this character; " + quotes),
        row(
            "a: `b\n",
            "config.yaml:1:4: no unquoted value can begin with this character; " + quotes),
        row(
            "a: \"b\nc: d\n",
            "config.yaml:1:4: a quoted text does not end; close it with the quote that it begins"
                + " with"),
        row(
            "a: 'b\n",
            "config.yaml:1:4: a quoted text does not end; close it with the quote that it begins"
                + " with"),
        row(
            "a: [b\n",
            "config.yaml:2:1: the list in brackets from line 1 is neither continued nor closed"
                + " here; put a comma between its items and ] at its end"),
        row(
            "a: {b: c\nd: e\n",
            "config.yaml:2:2: the map in braces from line 1 is neither continued nor closed here;"
                + " put a comma between its entries and } at its end"),
        row("a: b: c\n", "config.yaml:1:5: a colon stands where no key can end; " + indent),
        row("a\nb: c\n", "config.yaml:2:2: a colon stands where no key can end; " + indent),
        row("a: b\n c: d\n", "config.yaml:2:3: a colon stands where no key can end; " + indent),
        row(
            "a: - b\n",
            "config.yaml:1:4: a dash stands where no item of a list can begin; begin the list on a"
                + " line of its own, under its key"),
        row(
            "a:\n  b: c\n d: e\n",
            "config.yaml:3:2: the indentation does not fit the lines above; indent all keys of one"
                + " map alike, and put text after a quoted value into its quotes"),
        row(
            "a: 'b' c\n",
            "config.yaml:1:8: the indentation does not fit the lines above; indent all keys of one"
                + " map alike, and put text after a quoted value into its quotes"),
        row(
            "a: \"\\q\"\n",
            "config.yaml:1:6: a text in double quotes holds an escape that does not exist; use"
                + " single quotes, or write \\\\ for a backslash"),
        row(
            "a: \"\\u12\"\n",
            "config.yaml:1:7: a text in double quotes holds an escape that is cut short; use single"
                + " quotes, or write \\\\ for a backslash"),
        row(
            "a: \"\\u\nb\"\n",
            "config.yaml:1:7: a text in double quotes holds an escape that is cut short; use single"
                + " quotes, or write \\\\ for a backslash"),
        row(
            "a: \"\\x",
            "config.yaml:1:7: a text in double quotes holds an escape that is cut short; use single"
                + " quotes, or write \\\\ for a backslash"),
        row(
            "a: *b\n",
            "config.yaml:1:4: an unquoted * repeats what an & has marked before, and nothing is"
                + " marked so; put a text that begins with * in quotes"),
        row(
            "a: &b [*b]\n",
            "config.yaml:1:8: an unquoted * repeats what an & has marked before, and nothing is"
                + " marked so; put a text that begins with * in quotes"),
        row(
            "a: & b\n",
            "config.yaml:1:5: an unquoted & or * has a meaning of its own here; put a text that"
                + " begins with & or * in quotes"),
        row(
            "a: !b c\n",
            "config.yaml:1:4: an unquoted ! begins a tag, and a config has no use for this one;"
                + " take the tag out, or put a text that begins with ! in quotes"),
        row(
            "a: !!int 5\n",
            "config.yaml:1:4: an unquoted ! begins a tag, and a config has no use for this one;"
                + " take the tag out, or put a text that begins with ! in quotes"),
        row(
            "? [a]\n: b\n",
            "config.yaml:1:3: a map or list stands where a key is needed; use a text as key"),
        row(
            "%YAML 3.0\n---\na: b\n",
            "config.yaml:1:1: %YAML names a version that is not 1.1 or 1.2; take the line out"),
        row(
            "a: | b\n",
            "config.yaml:1:6: a text after | or > begins on the line below it; break the line, or"
                + " put a text that begins with | or > in quotes"),
        row("a: b\u0000\n", "config.yaml:1:5: here is a NUL byte; save it as UTF-8 text"),
        row(
            "a: b\n\u0007",
            "config.yaml:2:1: here is the character U+0007, which YAML does not allow; take it out,"
                + " or write it as an escape in double quotes"),
        row(
            "a: é😀\ufeff\n",
            "config.yaml:1:6: here is the character U+FEFF, which YAML does not allow; take it out,"
                + " or write it as an escape in double quotes"),
        row(
            "a: \u007f\n",
            "config.yaml:1:4: here is the character U+007F, which YAML does not allow; take it out,"
                + " or write it as an escape in double quotes"),
        row(
            "[".repeat(40),
            "config.yaml:1:34: maps and lists are nested more than 32 deep; take out what is no"
                + " config"));
  }

  @ParameterizedTest
  @MethodSource
  void notYaml(String yaml, String problem) {
    assertThat(new TestHome().main(yaml).problems()).isEqualTo(problem);
  }

  @Test
  void bytesThatAreNotUtf8_areToldWithTheirPlace() {
    var home = new TestHome();
    home.write(home.configYaml, new byte[] {'a', ':', '\n', ' ', (byte) 0xC3, (byte) 0x28});

    assertThat(home.problems())
        .isEqualTo("config.yaml:2:2: here the text is not UTF-8; save it as UTF-8 text");

    home.write(home.configYaml, "a: b\n".getBytes(StandardCharsets.UTF_16LE));

    assertThat(home.problems())
        .isEqualTo("config.yaml:1:2: here is a NUL byte; save it as UTF-8 text");
  }

  @Test
  void folderInPlaceOfTheFile_isRefused() throws Exception {
    var home = new TestHome();
    Files.createDirectories(home.configYaml);

    assertThat(home.problems())
        .isEqualTo("config.yaml:1:1: this is no regular file; name the config file");
  }

  @Test
  void everythingWrong_isToldAtOnceAndInTheFilesOrder() {
    var home =
        new TestHome()
            .main(
                """
                config_version: 7
                hooks: {fetch_schema: ghost}
                plugins:
                  b:
                    timeout: 5
                    config:
                      z: ${NOPE}
                      a: ${
                  a:
                    binary: x
                    secrets: [t]
                    config: {t: ''}
                """);

    assertThat(home.problems().lines().map(line -> line.replaceFirst(": .*", "")))
        .containsExactly(
            "config.yaml:1:17",
            "config.yaml:2:23",
            "config.yaml:4:3",
            "config.yaml:5:14",
            "config.yaml:7:10",
            "config.yaml:8:10",
            "config.yaml:10:13",
            "config.yaml:12:17");
  }

  @Test
  void moreProblemsThanAnybodyReads_areCounted() {
    var home = new TestHome().main(keys(500));

    assertThat(home.problems().lines()).hasSize(201);
    assertThat(home.problems())
        .endsWith("\n300 more problems are not listed; mend these first and load again");
  }

  private static String keys(int count) {
    var out = new StringBuilder();
    for (var i = 0; i < count; i++) {
      out.append("unknown").append(i).append(": 1\n");
    }
    return out.toString();
  }

  @Test
  void safeMode_readsNeitherFile() {
    var home = new TestHome().main("not: [yaml").own("not: [yaml");
    var off = Config.reader().home(home.home).env(Map.of("CVT_DISABLE_PLUGINS", "1"));
    var notQuite = Config.reader().home(home.home).env(Map.of("CVT_DISABLE_PLUGINS", "true"));

    assertThat(off.read(home.configYaml).plugins()).isEmpty();
    assertThatThrownBy(() -> notQuite.read(home.configYaml)).isInstanceOf(Config.Invalid.class);
  }

  @Test
  void home_isTakenFromTheVariablesAndTheFileSystemOfTheFile() {
    var home = new TestHome().main(PLUGIN);
    var env = Map.of("HOME", "/home/u");

    var config = Config.reader().env(env).read(home.configYaml);

    assertThat(config.home()).isEqualTo(home.home);
    assertThat(TestHome.plugin(config, "a").binary())
        .isEqualTo(home.home.resolve(".cvt/plugins/x"));
  }

  static Stream<Arguments> homes() {
    var unset =
        "the environment variable HOME is not set, or empty, so ~/.cvt cannot be found;"
            + " set HOME to the absolute path of your home folder";
    return Stream.of(
        Arguments.of(Map.of(), unset),
        Arguments.of(Map.of("HOME", ""), unset),
        Arguments.of(
            Map.of("HOME", "u"),
            "HOME is \"u\", which is no absolute path; set it to the absolute path of your home"
                + " folder"));
  }

  @ParameterizedTest
  @MethodSource
  void homes(Map<String, String> env, String problem) {
    var home = new TestHome().main(PLUGIN);

    assertThatThrownBy(() -> Config.reader().env(env).read(home.configYaml))
        .isInstanceOf(Config.Invalid.class)
        .hasMessage(problem);
    assertThat(
            Config.reader().env(Map.of("CVT_DISABLE_PLUGINS", "1")).read(home.configYaml).plugins())
        .isEmpty();
  }
}
