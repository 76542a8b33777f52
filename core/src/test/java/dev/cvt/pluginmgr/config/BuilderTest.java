package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Breaker;
import dev.cvt.pluginmgr.Config.Health;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.Limits;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.OnStartFailure;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Config.PluginBuilder;
import dev.cvt.pluginmgr.Config.Restart;
import dev.cvt.pluginmgr.Config.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A config made by a program: as expressive as the files, and by the same rules. */
class BuilderTest {
  private final TestHome home = new TestHome();

  private Path binary(String name) {
    return home.home.resolve(".cvt/plugins").resolve(name);
  }

  @Test
  void builder_saysAllThatTheFilesCanSay() {
    var written =
        home.main(
                """
                plugins:
                  a:
                    binary: ~/.cvt/plugins/x
                    timeout: 1s
                    on_error: fail_open
                    secrets: [token]
                    config: {url: u, token: "${TOKEN}", key: ""}
                hooks: {fetch_schema: a}
                """)
            .own(
                """
                defaults:
                  start_timeout: 10s
                  stop_grace: 0s
                  on_start_failure: supervise
                  restart: {enabled: false, first_backoff: 2s, max_backoff: 20s, stable_after: 0s, limit: 7, window: 1h}
                  env: {LEVEL: all}
                  pass_env: [JAVA_*]
                plugins:
                  a:
                    health: {period: 0s, timeout: 1s, failures: 1, cvt: true}
                    limits: {concurrent: 8, queued: 16}
                    breaker: {failures: 4, open_for: 1m, probes: 2}
                    wait_for_restart: true
                    auto_mtls: true
                    max_message: 1MiB
                    strict_line: true
                    env: {KEY: "${TOKEN}"}
                    secret_env: [KEY]
                    secret_files: {key: ~/key}
                audit: {on_error: fail_open, sinks: [{use: zap-json, path: x}]}
                metrics: {use: prometheus, listen: y}
                """)
            .write(home.home.resolve("key"), "hushhush-in-a-file".getBytes(StandardCharsets.UTF_8))
            .read();

    var built =
        Config.builder()
            .home(home.home)
            .defaults(
                d ->
                    d.startTimeout(Duration.ofSeconds(10))
                        .stopGrace(Duration.ZERO)
                        .onStartFailure(OnStartFailure.SUPERVISE)
                        .restart(
                            new Restart(
                                false,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(20),
                                Duration.ZERO,
                                7,
                                Duration.ofHours(1)))
                        .env("LEVEL", "all")
                        .passEnv("JAVA_*"))
            .plugin(
                "a",
                p ->
                    p.binary(binary("x"))
                        .timeout(Duration.ofSeconds(1))
                        .onError(OnError.FAIL_OPEN)
                        .config("url", "u")
                        .secret("token", TestHome.TOKEN)
                        .secretFile("key", home.home.resolve("key"))
                        .health(new Health(Duration.ZERO, Duration.ofSeconds(1), 1, true))
                        .limits(new Limits(8, 16))
                        .breaker(new Breaker(4, Duration.ofMinutes(1), 2))
                        .waitForRestart(true)
                        .autoMtls(true)
                        .maxMessageBytes(1 << 20)
                        .strictLine(true)
                        .secretEnv("KEY", TestHome.TOKEN))
            .hook(Hook.FETCH_SCHEMA, "a")
            .audit("zap-json", Map.of("path", "x"))
            .auditOnError(OnError.FAIL_OPEN)
            .metrics("prometheus", Map.of("listen", "y"))
            .build();

    var plugin = TestHome.plugin(built, "a");
    assertThat(plugin.config()).isEqualTo(TestHome.plugin(written, "a").config());
    assertThat(plugin.config()).containsEntry("key", Value.secret("hushhush-in-a-file"));
    assertThat(plugin.env()).isEqualTo(TestHome.plugin(written, "a").env());
    assertThat(plugin.restart()).isEqualTo(TestHome.plugin(written, "a").restart());
    assertThat(built.audit()).isEqualTo(written.audit());
    // All but the variables that secrets came from: a program takes them from where it likes.
    assertThat(plugin.secretVariables()).isEmpty();
    assertThat(written.toBuilder().build()).isEqualTo(written).hasSameHashCodeAs(written);
    // Relative paths of sinks start there, whatever a program has changed besides.
    assertThat(written.toBuilder().build().source()).isPresent().isEqualTo(written.source());
  }

  @Test
  void values_areTakenAsTheyAre() {
    var config =
        Config.builder()
            .home(home.home)
            .plugin("a", p -> p.binary(binary("x")).config("k", "${TOKEN} ~ ${"))
            .build();

    assertThat(TestHome.plugin(config, "a").config())
        .containsEntry("k", Value.plain("${TOKEN} ~ ${"));
  }

  @Test
  void toBuilder_changesWhatIsSaidAndKeepsTheRest() {
    var before =
        Config.builder()
            .home(home.home)
            .plugin(
                "a",
                p ->
                    p.binary(binary("x"))
                        .secret("t", "hushhush-old")
                        .startTimeout(Duration.ofSeconds(9)))
            .plugin("b", p -> p.binary(binary("y")))
            .hook(Hook.FETCH_SCHEMA, "a")
            .hook(Hook.ON_VALIDATION_FAILED, "b")
            .build();

    var after =
        before.toBuilder()
            .plugin("a", p -> p.secret("t", "hushhush-new"))
            .remove("b")
            .hook(Hook.REGISTER_CONSUMER_USAGE, "a")
            .build();

    assertThat(after.plugins().keySet()).containsExactly("a");
    assertThat(TestHome.plugin(after, "a").startTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(TestHome.plugin(after, "a").config())
        .containsEntry("t", Value.secret("hushhush-new"));
    assertThat(after.hooks())
        .isEqualTo(Map.of(Hook.FETCH_SCHEMA, "a", Hook.REGISTER_CONSUMER_USAGE, "a"));
    assertThat(before.plugins().keySet()).containsExactly("a", "b");
    assertThat(TestHome.plugin(before, "a")).isNotEqualTo(TestHome.plugin(after, "a"));
    assertThat(after.toBuilder().hook(Hook.FETCH_SCHEMA, "").build().hooks())
        .containsOnlyKeys(Hook.REGISTER_CONSUMER_USAGE);
  }

  static Stream<Arguments> refused() {
    var minute = Duration.ofMinutes(1);
    var ages = Duration.ofDays(365_000); // longer than Go can print
    return Stream.of(
        row(
            p -> {},
            "plugins.a.binary: the plugin has no binary; add binary: with a file under"
                + " \"/home/u/.cvt/plugins\""),
        row(
            p -> p.timeout(Duration.ofNanos(-1)),
            "plugins.a.timeout: the timeout is negative; write a positive one like 5s, or leave it"
                + " out for 5s"),
        row(
            p -> p.timeout(Duration.ofDays(1_000_000)),
            "plugins.a.timeout: the timeout is too long; write a positive one like 5s, or leave it"
                + " out for 5s"),
        row(
            p -> p.secret("k", ""),
            "plugins.a.config.k: the secret comes out empty; give it a value, or take its key out"
                + " of secrets:"),
        row(
            p -> p.config("k", "\ud800"),
            "plugins.a.config.k: the value holds half a surrogate pair, which no plugin can be"
                + " sent; take it out"),
        row(
            p -> p.config("\udc00", "v"),
            "plugins.a.config.\"\\udc00\": the key holds half a surrogate pair, which no plugin can"
                + " be sent; take it out"),
        row(
            p -> p.startTimeout(Duration.ofDays(1_000_000)),
            "plugins.a.start_timeout: PT24000000H is out of range; use 10ms to 10m0s"),
        row(
            p -> p.restart(new Restart(true, minute, Duration.ofSeconds(1), minute, 5, minute)),
            "plugins.a.restart.max_backoff: max_backoff 1s is below first_backoff 1m0s; raise"
                + " max_backoff or lower first_backoff"),
        row(
            p -> p.restart(new Restart(true, ages, ages.minusSeconds(1), minute, 5, minute)),
            "plugins.a.restart.first_backoff: PT8760000H is out of range; use 1ms to 1h0m0s\n"
                + "plugins.a.restart.max_backoff: PT8759999H59M59S is out of range; use 1ms to"
                + " 24h0m0s\n"
                + "plugins.a.restart.max_backoff: max_backoff PT8759999H59M59S is below"
                + " first_backoff PT8760000H; raise max_backoff or lower first_backoff"),
        row(
            p -> p.health(new Health(minute, minute, 0, false)),
            "plugins.a.health.failures: 0 is out of range; use 1 to 1000"),
        row(
            p -> p.limits(new Limits(-1, 0)),
            "plugins.a.limits.concurrent: -1 is out of range; use 0 to 1000000"),
        row(
            p -> p.breaker(new Breaker(1, Duration.ZERO, 1)),
            "plugins.a.breaker.open_for: 0s is out of range; use 10ms to 24h0m0s"),
        row(
            p -> p.maxMessageBytes(1L << 31),
            "plugins.a.max_message: 2GiB is out of range; use 64KiB to 2147483647B"),
        row(
            p -> p.env("A=B", "c"),
            "plugins.a.env.\"A=B\": \"A=B\" cannot be the name of a variable; use letters, digits"
                + " and underscores, no digit first"),
        row(
            p -> p.passEnv("PLUGIN_CLIENT_CERT"),
            "plugins.a.pass_env[0]: the manager itself sets this variable; take it out"),
        row(
            p -> p.secretFile("k", Path.of("/nowhere/at/all")),
            "plugins.a.secret_files.k: the secret file \"/nowhere/at/all\" does not exist; name a"
                + " file that this user can read"));
  }

  private static Arguments row(Consumer<PluginBuilder> settings, String problem) {
    return Arguments.of(settings, problem);
  }

  @ParameterizedTest
  @MethodSource
  void refused(Consumer<PluginBuilder> settings, String problem) {
    var builder = Config.builder().home(home.home);
    if (!problem.contains("has no binary")) {
      builder.plugin("a", p -> p.binary(binary("x")));
    }
    builder.plugin("a", settings);

    assertThatThrownBy(builder::build).isInstanceOf(Config.Invalid.class).hasMessage(problem);
  }

  @Test
  void whatIsWrongOutsideOfPlugins_isToldToo() {
    var builder =
        Config.builder()
            .home(home.home)
            .plugin("A", p -> p.binary(binary("x")))
            .hook(Hook.FETCH_SCHEMA, "b")
            .audit("", Map.of())
            .metrics("X", Map.of());
    var id =
        " cannot be the id of a provider; use its id: lower-case letters, digits and hyphens, a"
            + " letter first";

    assertThatThrownBy(builder::build)
        .isInstanceOf(Config.Invalid.class)
        .hasMessage(
            "plugins.A: \"A\" cannot be the name of a plugin; use 1 to 32 lower-case letters,"
                + " digits and hyphens, a letter first\n"
                + "hooks.fetch_schema: plugin \"b\" is not declared; declare it under plugins: or"
                + " take the hook out\n"
                + "audit.sinks[0].use: \"\""
                + id
                + "\n"
                + "metrics.use: \"X\""
                + id);
  }

  @Test
  void binaryOfAnotherFileSystem_isRefused() {
    var builder =
        Config.builder()
            .home(home.home)
            .plugin("a", p -> p.binary(Path.of("/home/u/.cvt/plugins/x")));

    assertThatThrownBy(builder::build)
        .isInstanceOf(Config.Invalid.class)
        .hasMessage(
            "plugins.a.binary: \"/home/u/.cvt/plugins/x\" is in another file system than the home;"
                + " use one for both");
  }

  @Test
  void homeThatIsNotAbsolute_isRefused() {
    assertThatThrownBy(() -> Config.builder().home(Path.of("u")).build())
        .isInstanceOf(Config.Invalid.class)
        .hasMessage("the home folder \"u\" is not absolute; give its absolute path");
  }

  @Test
  void aProblemThatWasMended_isNotToldAgain() {
    var builder = Config.builder().home(home.home).plugin("a", p -> p.binary(Path.of("x")));
    assertThatThrownBy(builder::build).isInstanceOf(Config.Invalid.class);

    builder.plugin("a", p -> p.binary(binary("x")));

    assertThat(builder.build().plugins()).containsOnlyKeys("a");
  }

  @Test
  void outputs_keepTheOrderOfTheirSettings() {
    var settings = new java.util.LinkedHashMap<String, String>();
    settings.put("z", "1");
    settings.put("a", "2");

    assertThat(new Output("x", settings).settings().keySet()).containsExactly("z", "a");
  }

  @Test
  void emptyConfig_hasNothing() {
    assertThat(Config.empty().plugins()).isEmpty();
    assertThat(Config.empty().warnings()).isEmpty();
    assertThat(Config.empty()).hasToString("Config[]");
  }
}
