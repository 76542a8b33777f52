package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config.Breaker;
import dev.cvt.pluginmgr.Config.Health;
import dev.cvt.pluginmgr.Config.Limits;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.OnStartFailure;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Config.Restart;
import dev.cvt.pluginmgr.Config.Value;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pluginmgr.yaml}: what is taken, and the exact words for what is not. */
class OwnFileTest {
  private static final String MAIN =
      """
      plugins:
        a: {binary: ~/.cvt/plugins/x, secrets: [token], config: {token: "${TOKEN}", other: ""}}
        b: {binary: ~/.cvt/plugins/y}
      """;

  private static TestHome home(String own) {
    return new TestHome().main(MAIN).own(own);
  }

  @Test
  void withoutTheFile_everySettingHasItsDefault() {
    var plugin = new TestHome().main(MAIN).plugin("a");

    assertThat(plugin.startTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(plugin.stopGrace()).isEqualTo(Duration.ofSeconds(2));
    assertThat(plugin.onStartFailure()).isEqualTo(OnStartFailure.FAIL);
    assertThat(plugin.restart())
        .isEqualTo(Restart.standard())
        .isEqualTo(
            new Restart(
                true,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                5,
                Duration.ofMinutes(5)));
    assertThat(plugin.health())
        .isEqualTo(Health.standard())
        .isEqualTo(new Health(Duration.ofSeconds(10), Duration.ofSeconds(2), 3, false));
    assertThat(plugin.limits()).isEqualTo(Limits.standard()).isEqualTo(new Limits(0, 0));
    assertThat(plugin.breaker())
        .isEqualTo(Breaker.standard())
        .isEqualTo(new Breaker(0, Duration.ofSeconds(10), 1));
    assertThat(plugin.waitForRestart()).isFalse();
    assertThat(plugin.autoMtls()).isFalse();
    assertThat(plugin.maxMessageBytes()).isEqualTo(64L << 20);
    assertThat(plugin.strictLine()).isFalse();
    assertThat(plugin.env()).isEmpty();
    assertThat(plugin.passEnv()).isEmpty();
    assertThat(plugin.secretFiles()).isEmpty();
  }

  @Test
  void everySetting_canBeSaidForAllAndForOne() {
    var home =
        home("""
        settings_version: 1
        defaults:
          start_timeout: 10s
          stop_grace: 0s
          on_start_failure: supervise
          restart: {enabled: false, first_backoff: 2s, max_backoff: 20s, stable_after: 0s, limit: 7, window: 1h}
          health: {period: 0s, timeout: 1s, failures: 1, cvt: true}
          limits: {concurrent: 8, queued: 16}
          breaker: {failures: 4, open_for: 1m, probes: 2}
          wait_for_restart: true
          auto_mtls: true
          max_message: 1MiB
          strict_line: true
          env: {REGION: "${REGION}", KEY: "${TOKEN}", LEVEL: all}
          secret_env: [KEY]
          pass_env: [JAVA_*]
        plugins:
          b:
            start_timeout: 1m
            restart: {limit: 1}
            limits: {queued: 0}
            env: {LEVEL: own}
            pass_env: [SSH_AUTH_SOCK, JAVA_*]
        audit:
          on_error: fail_open
          sinks: [{use: zap-json, path: audit.log}, {use: zap-json, rotate: ~, path: 2}]
        metrics: {use: prometheus, listen: "127.0.0.1:9551"}
        """)
            .read();
    var a = TestHome.plugin(home, "a");
    var b = TestHome.plugin(home, "b");

    assertThat(a.startTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(a.stopGrace()).isZero();
    assertThat(a.onStartFailure()).isEqualTo(OnStartFailure.SUPERVISE);
    assertThat(a.restart())
        .isEqualTo(
            new Restart(
                false,
                Duration.ofSeconds(2),
                Duration.ofSeconds(20),
                Duration.ZERO,
                7,
                Duration.ofHours(1)));
    assertThat(a.health()).isEqualTo(new Health(Duration.ZERO, Duration.ofSeconds(1), 1, true));
    assertThat(a.limits()).isEqualTo(new Limits(8, 16));
    assertThat(a.breaker()).isEqualTo(new Breaker(4, Duration.ofMinutes(1), 2));
    assertThat(a.waitForRestart()).isTrue();
    assertThat(a.autoMtls()).isTrue();
    assertThat(a.maxMessageBytes()).isEqualTo(1L << 20);
    assertThat(a.strictLine()).isTrue();
    assertThat(a.env())
        .containsExactly(
            Map.entry("KEY", Value.secret(TestHome.TOKEN)),
            Map.entry("LEVEL", Value.plain("all")),
            Map.entry("REGION", Value.plain("eu-central")));
    assertThat(a.passEnv()).containsExactly("JAVA_*");
    assertThat(a.secretVariables()).containsExactly("TOKEN");

    assertThat(b.startTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(b.restart())
        .isEqualTo(
            new Restart(
                false,
                Duration.ofSeconds(2),
                Duration.ofSeconds(20),
                Duration.ZERO,
                1,
                Duration.ofHours(1)));
    assertThat(b.limits()).isEqualTo(new Limits(8, 0));
    assertThat(b.env()).containsEntry("LEVEL", Value.plain("own")).containsKey("REGION");
    assertThat(b.passEnv()).containsExactly("JAVA_*", "SSH_AUTH_SOCK");
    assertThat(b.secretVariables()).containsExactly("TOKEN");

    assertThat(home.auditOnError()).isEqualTo(OnError.FAIL_OPEN);
    assertThat(home.audit())
        .containsExactly(
            new Output("zap-json", Map.of("path", "audit.log")),
            new Output("zap-json", Map.of("path", "2")));
    assertThat(home.metrics())
        .contains(new Output("prometheus", Map.of("listen", "127.0.0.1:9551")));
    assertThat(home.toString()).doesNotContain(TestHome.TOKEN);
  }

  @Test
  void variableThatIsSecretByDefault_isSoWithThePluginsOwnValueAsWell() {
    var home =
        home("""
        defaults: {env: {KEY: hushhush-of-all}, secret_env: [KEY]}
        plugins: {b: {env: {KEY: hushhush-own}}}
        """)
            .read();

    assertThat(TestHome.plugin(home, "a").env())
        .containsEntry("KEY", Value.secret("hushhush-of-all"));
    assertThat(TestHome.plugin(home, "b").env()).containsEntry("KEY", Value.secret("hushhush-own"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "settings_version:\n",
        "settings_version: 0\n",
        "defaults:\nplugins:\naudit:\nmetrics:\n",
        "plugins: {a: , b: {}}\n",
        "defaults: {restart: , env: , pass_env: , start_timeout: }\n",
        "audit: {sinks: , on_error: }\n",
      })
  void fileThatSaysNothing_isTaken(String own) {
    var home = home(own);

    var with = home.read();

    assertThat(with).isEqualTo(home.own("").read());
  }

  static Stream<Arguments> refused() {
    var write = "write one text or number, with special characters in quotes";
    var map = "indent its keys under this one";
    return Stream.of(
        row(
            "[]\n",
            "1:1: the file must be a map, and this is a list; begin it with settings_version: 1"),
        row(
            "settings_version: 2\n",
            "1:19: settings_version: version 2 is newer than this program, which knows version 1;"
                + " upgrade pluginmgr, or write settings_version: 1"),
        row(
            "config_version: 1\n",
            "1:1: config_version: there is no such key; write settings_version: 1 in this file"),
        row(
            "hooks: {}\n",
            "1:1: hooks: there is no such key; move it to config.yaml, in the same folder"),
        row(
            "default: {}\n",
            "1:1: default: there is no such key; did you mean \"defaults\"? Otherwise take it out"),
        row(
            "{}\n---\n",
            "2:1: a second document begins here; keep one document: take out the --- and what does"
                + " not belong to it"),
        row("defaults: []\n", "1:11: defaults: a map is needed here, and this is a list; " + map),
        row(
            "defaults: {timeout: 5s}\n",
            "1:12: defaults.timeout: there is no such key; move it to config.yaml, in the same"
                + " folder"),
        row(
            "defaults: {secret_files: {}}\n",
            "1:12: defaults.secret_files: there is no such key; take it out"),
        row(
            "defaults: {start_timeout: 0s}\n",
            "1:27: defaults.start_timeout: 0s is out of range; use 10ms to 10m0s"),
        row(
            "defaults: {start_timeout: 11m}\n",
            "1:27: defaults.start_timeout: 11m0s is out of range; use 10ms to 10m0s"),
        row(
            "defaults: {start_timeout: 5}\n",
            "1:27: defaults.start_timeout: \"5\" is a number without a unit; say which: 5s, 5ms or"
                + " 5m"),
        row(
            "defaults: {stop_grace: -1s}\n",
            "1:24: defaults.stop_grace: -1s is out of range; use 0s to 5m0s"),
        row(
            "defaults: {on_start_failure: ignore}\n",
            "1:30: defaults.on_start_failure: \"ignore\" is not fail or supervise; write fail or"
                + " supervise"),
        row(
            "defaults: {health: {period: 1ms}}\n",
            "1:29: defaults.health.period: 1ms is out of range; use 0s, or 10ms to 24h0m0s"),
        row(
            "defaults: {health: {cvt: yes}}\n",
            "1:26: defaults.health.cvt: \"yes\" is neither true nor false; write true or false"),
        row(
            "defaults: {health: 5s}\n",
            "1:20: defaults.health: a map is needed here, and this is a single value; " + map),
        row(
            "defaults: {health: {perod: 5s}}\n",
            "1:21: defaults.health.perod: there is no such key; did you mean \"period\"? Otherwise"
                + " take it out"),
        row(
            "defaults: {restart: {limit: 0}}\n",
            "1:29: defaults.restart.limit: 0 is out of range; use 1 to 100000"),
        row(
            "defaults: {restart: {limit: 5.0}}\n",
            "1:29: defaults.restart.limit: \"5.0\" is not a whole number; write decimal digits, as"
                + " in 5"),
        row(
            "defaults: {restart: {limit: 05}}\n",
            "1:29: defaults.restart.limit: \"05\" is not a whole number; write decimal digits, as"
                + " in 5"),
        row(
            "defaults: {restart: {limit: 99999999999}}\n",
            "1:29: defaults.restart.limit: \"99999999999\" is larger than this number can be; use a"
                + " smaller one"),
        row(
            "defaults: {restart: {first_backoff: 1m}}\n",
            "1:37: defaults.restart.first_backoff: max_backoff 30s is below first_backoff 1m0s;"
                + " raise max_backoff or lower first_backoff"),
        row(
            "defaults: {restart: {max_backoff: 20s}}\n"
                + "plugins: {a: {restart: {first_backoff: 25s}}}\n",
            "2:40: plugins.a.restart.first_backoff: max_backoff 20s is below first_backoff 25s;"
                + " raise max_backoff or lower first_backoff"),
        row(
            "plugins: {a: {restart: {first_backoff: 25s, max_backoff: 20s}}}\n",
            "1:58: plugins.a.restart.max_backoff: max_backoff 20s is below first_backoff 25s; raise"
                + " max_backoff or lower first_backoff"),
        row(
            "defaults: {limits: {queued: 1}}\n",
            "1:29: defaults.limits.queued: calls are to be queued, but any number may run at once;"
                + " set limits.concurrent as well, or take limits.queued out"),
        row(
            "defaults: {max_message: 63KiB}\n",
            "1:25: defaults.max_message: 63KiB is out of range; use 64KiB to 2147483647B"),
        row(
            "defaults: {max_message: 2GiB}\n",
            "1:25: defaults.max_message: 2GiB is out of range; use 64KiB to 2147483647B"),
        row(
            "defaults: {max_message: 0}\n",
            "1:25: defaults.max_message: 0 is out of range; use 64KiB to 2147483647B"),
        row(
            "defaults: {max_message: 65536}\n",
            "1:25: defaults.max_message: \"65536\" is a number without a unit; say which: 65536MiB,"
                + " 65536KiB or 65536B"),
        row(
            "defaults: {env: {A-B: x}}\n",
            "1:23: defaults.env.A-B: \"A-B\" cannot be the name of a variable; use letters, digits"
                + " and underscores, no digit first"),
        row(
            "defaults: {env: {PLUGIN_MIN_PORT: 1}}\n",
            "1:35: defaults.env.PLUGIN_MIN_PORT: the manager itself sets this variable; take it"
                + " out"),
        row(
            "defaults: {env: {A: [b]}}\n",
            "1:21: defaults.env.A: a single value is needed here, and this is a list; " + write),
        row(
            "plugins: {a: {env: {A: \"${NOPE}\"}}}\n",
            "1:24: plugins.a.env.A: the environment variable NOPE is not set, or empty, and has no"
                + " default; set it, or write ${NOPE:-default}"),
        row(
            "plugins: {a: {env: {A: \"x\\0\"}}}\n",
            "1:24: plugins.a.env.A: the value holds a NUL, which no variable can; take it out"),
        row(
            "plugins: {a: {env: {TOKEN: x}, secret_env: [TOKN]}}\n",
            "1:45: plugins.a.secret_env[0]: this is not a variable of env:; did you mean \"TOKEN\"?"
                + " Otherwise add it to env: or take it out of secret_env:"),
        row(
            "plugins: {a: {env: {TOKEN: ''}, secret_env: [TOKEN]}}\n",
            "1:28: plugins.a.env.TOKEN: the secret comes out empty; give it a value, or take its"
                + " name out of secret_env:"),
        row(
            "defaults: {pass_env: JAVA_HOME}\n",
            "1:22: defaults.pass_env: a list is needed here, and this is a single value; write [a,"
                + " b], or each item on a line of its own after a dash"),
        row(
            "defaults: {pass_env: [TMPDIR]}\n",
            "1:23: defaults.pass_env[0]: the manager itself sets this variable; take it out"),
        row(
            "defaults: {pass_env: [A.*]}\n",
            "1:23: defaults.pass_env[0]: \"A.*\" is not a pattern of variables' names; use letters,"
                + " digits, underscores, and * for any text"),
        row(
            "plugins: {c: {}}\n",
            "1:11: plugins.c: config.yaml declares no plugin of that name; declare it there, or"
                + " take it out here"),
        row(
            "plugins: {a: 5}\n",
            "1:14: plugins.a: a map is needed here, and this is a single value; write the plugin's"
                + " settings under it"),
        row(
            "plugins: {a: {secret_files: {tokn: /t}}}\n",
            "1:36: plugins.a.secret_files.tokn: \"tokn\" is not a key of the plugin's config:; did"
                + " you mean \"token\"? Otherwise add it to config: in config.yaml, with an empty"
                + " text as its value"),
        row(
            "plugins: {a: {secret_files: {token: run/t}}}\n",
            "1:37: plugins.a.secret_files.token: \"run/t\" is not absolute; write it as ~/… or from"
                + " the top of the file system"),
        row(
            "plugins: {a: {secret_files: {token: /t}}}\n",
            "1:37: plugins.a.secret_files.token: the secret file \"/t\" does not exist; name a file"
                + " that this user can read"),
        row(
            "audit: {on_error: open}\n",
            "1:19: audit.on_error: \"open\" is not fail_closed or fail_open; write fail_closed or"
                + " fail_open"),
        row(
            "audit: {sink: []}\n",
            "1:9: audit.sink: there is no such key; did you mean \"sinks\"? Otherwise take it out"),
        row(
            "audit: {sinks: []}\n",
            "1:16: audit.sinks: the list is empty, so no call would be audited; leave sinks: out to"
                + " use every sink that is found, or name one"),
        row(
            "audit: {sinks: [zap-json]}\n",
            "1:17: audit.sinks[0]: a map is needed here, and this is a single value; write use: and"
                + " the id of a sink"),
        row(
            "audit: {sinks: [{path: x}]}\n",
            "1:17: audit.sinks[0]: use: is missing, which says whose settings these are; add use:"
                + " and the id of a provider"),
        row(
            "audit: {sinks: [[], {use: Zap}]}\n",
            "1:17: audit.sinks[0]: a map is needed here, and this is a list; write use: and the id"
                + " of a sink\n"
                + "pluginmgr.yaml:1:27: audit.sinks[1].use: \"Zap\" cannot be the id of a provider;"
                + " use its id: lower-case letters, digits and hyphens, a letter first"),
        row(
            "plugins: {a: {env: {TOKEN: [x]}, secret_env: [TOKEN, []], pass_env: [{}, A.*]}}\n",
            "1:28: plugins.a.env.TOKEN: a single value is needed here, and this is a list; "
                + write
                + "\npluginmgr.yaml:1:54: plugins.a.secret_env[1]: a single value is needed here,"
                + " and this is a list; "
                + write
                + "\npluginmgr.yaml:1:70: plugins.a.pass_env[0]: a single value is needed here, and"
                + " this is a map; "
                + write
                + "\npluginmgr.yaml:1:74: plugins.a.pass_env[1]: \"A.*\" is not a pattern of"
                + " variables' names; use letters, digits, underscores, and * for any text"),
        row(
            "plugins: {a: {env: [TOKEN], secret_env: [TOKEN]}}\n",
            "1:20: plugins.a.env: a map is needed here, and this is a list; " + map),
        row(
            "defaults: {restart: {first_backoff: 1m, max_backoff: 2}}\n",
            "1:54: defaults.restart.max_backoff: \"2\" is a number without a unit; say which: 2s,"
                + " 2ms or 2m"),
        row(
            "defaults: {limits: {queued: 1, concurrent: many}}\n",
            "1:44: defaults.limits.concurrent: \"many\" is not a whole number; write decimal"
                + " digits, as in 5"),
        row(
            "audit: {sinks: [{use: x, path: [y]}]}\n",
            "1:32: audit.sinks[0].path: a single value is needed here, and this is a list; "
                + write),
        row(
            "audit: {sinks: [{use: Zap}]}\n",
            "1:23: audit.sinks[0].use: \"Zap\" cannot be the id of a provider; use its id:"
                + " lower-case letters, digits and hyphens, a letter first"),
        row(
            "metrics: {listen: x}\n",
            "1:10: metrics: use: is missing, which says whose settings these are; add use: and the"
                + " id of a provider"),
        row(
            "metrics: {use: [x]}\n",
            "1:16: metrics.use: a single value is needed here, and this is a list; " + write));
  }

  private static Arguments row(String own, String problem) {
    return Arguments.of(own, "pluginmgr.yaml:" + problem);
  }

  @ParameterizedTest
  @MethodSource
  void refused(String own, String problem) {
    assertThat(home(own).problems()).isEqualTo(problem);
  }

  @Test
  void problemsOfBothFiles_areToldTogether_configYamlFirst() {
    var home = new TestHome().main("plugins: {a: {}}\n").own("defaults: {strict_line: 1}\n");

    assertThat(home.problems().lines().map(line -> line.replaceFirst(": .*", "")))
        .containsExactly("config.yaml:1:11", "pluginmgr.yaml:1:25");
  }

  @Test
  void pluginsOfAFileThatCouldNotBeRead_areNotMissed() {
    var home = new TestHome().main("plugins: {a: [\n").own("plugins: {a: {strict_line: 1}}\n");

    assertThat(home.problems().lines().map(line -> line.replaceFirst(": .*", "")))
        .containsExactly("config.yaml:2:1", "pluginmgr.yaml:1:28");
  }
}
