package dev.cvt.pluginmgr;

import dev.cvt.pluginmgr.config.Draft;
import dev.cvt.pluginmgr.config.Home;
import dev.cvt.pluginmgr.config.Loaded;
import dev.cvt.pluginmgr.config.Loader;
import dev.cvt.pluginmgr.config.Masking;
import dev.cvt.pluginmgr.config.Placed;
import dev.cvt.pluginmgr.config.PluginKeys;
import dev.cvt.pluginmgr.config.PluginSettings;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the user wants: which plugins run, with which settings, and which of them answers which
 * hook. Immutable and safe to share between threads.
 *
 * <p>It comes from two YAML files in one folder, {@code config.yaml} (shared with CVT's own
 * command, which refuses every key that it does not know) and {@code pluginmgr.yaml} (this
 * manager's own settings, optional), by {@link #load} or a {@link #reader}; or from a program, by a
 * {@link #builder} that has a method for each key of both files and the same rules. Everything that
 * is wrong is told at once, in one {@link Invalid}.
 *
 * <p>With the environment variable {@code CVT_DISABLE_PLUGINS=1} (exactly "1") loading gives an
 * empty config and reads neither file.
 */
public final class Config {
  /** The {@code config_version} that is understood. */
  public static final int VERSION = 1;

  /** How long one call may take where a plugin does not say: 5 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /** The variable that, set to "1", makes every config empty. */
  public static final String DISABLE_PLUGINS = "CVT_DISABLE_PLUGINS";

  private final Loaded loaded;
  private final SortedMap<String, Plugin> plugins;

  private Config(Loaded loaded) {
    this.loaded = loaded;
    var byName = new TreeMap<String, Plugin>();
    loaded.plugins().forEach((name, settings) -> byName.put(name, new Plugin(settings)));
    this.plugins = Collections.unmodifiableSortedMap(byName);
  }

  /**
   * Reads {@code configYaml}, and {@code pluginmgr.yaml} beside it, with the variables of this
   * process. A file that is missing, empty or holds comments only is an empty one: nothing runs.
   *
   * @param configYaml of any file system; {@code $HOME} is then understood as a path of that one
   * @throws Invalid with everything that is wrong in either file
   */
  public static Config load(Path configYaml) {
    return reader().read(configYaml);
  }

  /**
   * {@code $HOME/.cvt/config.yaml}, with the {@code HOME} of the environment as Go takes it, not
   * the JVM's {@code user.home}.
   *
   * @throws Invalid if {@code HOME} is not set, empty or not absolute
   */
  public static Path defaultPath() {
    return Home.fromEnvironment(FileSystems.getDefault(), System.getenv())
        .resolve(".cvt/config.yaml");
  }

  /** A reader with the home and the variables of this process, until told otherwise. */
  public static Reader reader() {
    return new Reading(null, null);
  }

  /** A builder with nothing in it. */
  public static Builder builder() {
    return new Building(new Draft());
  }

  /** A config without any plugin, whose home is that of this process if it has one. */
  public static Config empty() {
    return new Config(Loaded.empty(Home.ifUsable(FileSystems.getDefault(), System.getenv())));
  }

  /**
   * The home folder that {@code ~} stands for.
   *
   * @throws Invalid if there is none, which only a config without plugins can come to: one that is
   *     {@link #empty} or was read in safe mode, in a process without {@code HOME}
   */
  public Path home() {
    return loaded.home().orElseThrow(Home::missing);
  }

  /** {@code <home>/.cvt/plugins}: the folder that every plugin's binary must be in. */
  public Path pluginRoot() {
    return Home.pluginRoot(home());
  }

  /** {@code <home>/.cvt/plugins/state.json}: what is installed. */
  public Path statePath() {
    return pluginRoot().resolve("state.json");
  }

  /**
   * The {@code config.yaml} that it was read from, also if a program has changed it since; empty if
   * a program made it. Relative paths in the settings of sinks and backends start in its folder, or
   * without one in {@code <home>/.cvt}.
   */
  public Optional<Path> source() {
    return loaded.source();
  }

  /** The plugins by name, sorted. Empty: the plugin system is dormant. */
  public SortedMap<String, Plugin> plugins() {
    return plugins;
  }

  /** Which plugin answers which hook. A hook that is not here has no plugin. */
  public Map<Hook, String> hooks() {
    return loaded.hooks();
  }

  /** The audit sinks to use. Empty: every sink that is found, with its defaults. */
  public List<Output> audit() {
    return loaded.audit();
  }

  /**
   * What a call comes to whose audit record could not be written. {@code FAIL_CLOSED} by default.
   */
  public OnError auditOnError() {
    return loaded.auditOnError();
  }

  /** The metrics backend to use. Empty: the one that is found, if any, with its defaults. */
  public Optional<Output> metrics() {
    return loaded.metrics();
  }

  /** What is allowed, and probably not what the user wants; each with its remedy. */
  public List<Problem> warnings() {
    return loaded.warnings();
  }

  /** A builder that starts with all of this. */
  public Builder toBuilder() {
    return new Building(Draft.of(loaded));
  }

  /**
   * Whether the other would run the same plugins in the same way; where it came from is no matter.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Config c && loaded.sameAs(c.loaded);
  }

  @Override
  public int hashCode() {
    return Objects.hash(loaded.plugins(), loaded.hooks());
  }

  @Override
  public String toString() {
    return "Config" + loaded.plugins().keySet();
  }

  /** What plugins can be asked to do. The set is closed. */
  public enum Hook {
    /** Gets a schema by its id. */
    FETCH_SCHEMA("fetch_schema"),
    /** Tells that a consumer uses a schema. */
    REGISTER_CONSUMER_USAGE("register_consumer_usage"),
    /** Tells that a new version of a schema breaks an old one. */
    ON_BREAKING_CHANGE_DETECTED("on_breaking_change_detected"),
    /** Tells that a message did not match its schema. */
    ON_VALIDATION_FAILED("on_validation_failed");

    private final String key;

    Hook(String key) {
      this.key = key;
    }

    /** Its name in the config file. */
    public String key() {
      return key;
    }

    /** The hook of that name in the config file, if there is one. */
    public static Optional<Hook> of(String key) {
      return Arrays.stream(values()).filter(h -> h.key.equals(key)).findFirst();
    }
  }

  /** What a failure comes to. */
  public enum OnError {
    /** The caller gets the error. */
    FAIL_CLOSED("fail_closed"),
    /** The caller gets the answer that does nothing, and goes on. */
    FAIL_OPEN("fail_open");

    private final String text;

    OnError(String text) {
      this.text = text;
    }

    /** Its name in the config file. */
    public String text() {
      return text;
    }
  }

  /** What a plugin that cannot be started comes to. */
  public enum OnStartFailure {
    /** The start of the manager fails, and every plugin that was started already is stopped. */
    FAIL("fail"),
    /** The manager starts without it and keeps trying, as if it had died. */
    SUPERVISE("supervise");

    private final String text;

    OnStartFailure(String text) {
      this.text = text;
    }

    /** Its name in the config file. */
    public String text() {
      return text;
    }
  }

  /** One plugin and all of its settings, defaults filled in. Immutable. */
  public static final class Plugin {
    private final PluginSettings settings;

    private Plugin(PluginSettings settings) {
      this.settings = settings;
    }

    /** Its name: {@code [a-z][a-z0-9-]{0,31}}. */
    public String name() {
      return settings.name();
    }

    /** Its file: absolute, normal, and somewhere under the plugin root. */
    public Path binary() {
      return settings.binary();
    }

    /** How long one call may take; above zero, 5 s by default. */
    public Duration timeout() {
      return settings.timeout();
    }

    /** What a failed hook call comes to; {@code FAIL_CLOSED} by default. */
    public OnError onError() {
      return settings.onError();
    }

    /**
     * What is delivered to the plugin before its first call, in the order of delivery: sorted by
     * the UTF-8 bytes of the keys. Values from {@link #secretFiles} are as they were at loading.
     */
    public SortedMap<String, Value> config() {
      return settings.config();
    }

    /**
     * {@link #config} with each of the {@link #secretFiles} read again now. For each start, so that
     * a secret that was rotated needs no new config.
     *
     * @throws Invalid if a file is gone, cannot be read, is empty, too large or not UTF-8
     */
    public SortedMap<String, Value> currentConfig() {
      return settings.currentConfig();
    }

    /**
     * The names of the host's variables that went into this plugin's secrets. No other plugin's
     * environment may hold them, unless its {@link #passEnv} names one without a {@code *}.
     */
    public SortedSet<String> secretVariables() {
      return settings.secretVariables();
    }

    /** From fork to the answer of {@code Info}; 5 s by default. */
    public Duration startTimeout() {
      return settings.get(PluginKeys.START_TIMEOUT);
    }

    /** How long each step of stopping waits before the next, harder one; 2 s by default. */
    public Duration stopGrace() {
      return settings.get(PluginKeys.STOP_GRACE);
    }

    /** What a plugin that cannot be started comes to; {@code FAIL} by default. */
    public OnStartFailure onStartFailure() {
      return settings.get(PluginKeys.ON_START_FAILURE);
    }

    /** Whether and how it is started again after it died. */
    public Restart restart() {
      return new Restart(
          settings.get(PluginKeys.RESTART_ENABLED),
          settings.get(PluginKeys.RESTART_FIRST_BACKOFF),
          settings.get(PluginKeys.RESTART_MAX_BACKOFF),
          settings.get(PluginKeys.RESTART_STABLE_AFTER),
          settings.get(PluginKeys.RESTART_LIMIT),
          settings.get(PluginKeys.RESTART_WINDOW));
    }

    /** How its health is watched. */
    public Health health() {
      return new Health(
          settings.get(PluginKeys.HEALTH_PERIOD),
          settings.get(PluginKeys.HEALTH_TIMEOUT),
          settings.get(PluginKeys.HEALTH_FAILURES),
          settings.get(PluginKeys.HEALTH_CVT));
    }

    /** How many calls may be with it at once. */
    public Limits limits() {
      return new Limits(
          settings.get(PluginKeys.LIMITS_CONCURRENT), settings.get(PluginKeys.LIMITS_QUEUED));
    }

    /** When it is left alone for a while. */
    public Breaker breaker() {
      return new Breaker(
          settings.get(PluginKeys.BREAKER_FAILURES),
          settings.get(PluginKeys.BREAKER_OPEN_FOR),
          settings.get(PluginKeys.BREAKER_PROBES));
    }

    /** Whether a call that meets a restart waits for it, within its timeout; false by default. */
    public boolean waitForRestart() {
      return settings.get(PluginKeys.WAIT_FOR_RESTART);
    }

    /** Whether the connection is secured by one-time certificates; false by default. */
    public boolean autoMtls() {
      return settings.get(PluginKeys.AUTO_MTLS);
    }

    /**
     * The largest message that is taken or sent, in bytes: 64 KiB to 2 GiB - 1, by default 64 MiB.
     */
    public long maxMessageBytes() {
      return settings.get(PluginKeys.MAX_MESSAGE);
    }

    /** Variables that it gets besides the usual ones, by name. */
    public SortedMap<String, Value> env() {
      return settings.env();
    }

    /**
     * Which of the host's variables it gets besides the usual ones: names, where {@code *} stands
     * for any text.
     */
    public List<String> passEnv() {
      return settings.passEnv();
    }

    /** Keys of {@link #config} whose value is the text of a file. */
    public SortedMap<String, Path> secretFiles() {
      return settings.secretFiles();
    }

    /**
     * Whether anything before the handshake line fails the start, as in go-plugin; false by
     * default.
     */
    public boolean strictLine() {
      return settings.get(PluginKeys.STRICT_LINE);
    }

    /** Whether the other has the same name and would run in the same way. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Plugin p && settings.equals(p.settings);
    }

    @Override
    public int hashCode() {
      return settings.hashCode();
    }

    @Override
    public String toString() {
      return "Plugin[" + name() + ", " + binary() + "]";
    }
  }

  /**
   * Whether and how a plugin is started again after it died.
   *
   * @param enabled whether it is; true by default
   * @param firstBackoff the pause before the second restart in a row, doubled for each one after it
   *     and shortened by up to a fifth each time; the first restart is at once; 1 s
   * @param maxBackoff what the pause grows to at most; 30 s
   * @param stableAfter how long it must have run for its next restart to be at once again; 60 s
   * @param limit after how many restarts within {@code window} it is given up; 5
   * @param window 5 min
   */
  public record Restart(
      boolean enabled,
      Duration firstBackoff,
      Duration maxBackoff,
      Duration stableAfter,
      int limit,
      Duration window) {
    /** The defaults. */
    public static Restart standard() {
      return new Restart(
          PluginKeys.RESTART_ENABLED.fallback(),
          PluginKeys.RESTART_FIRST_BACKOFF.fallback(),
          PluginKeys.RESTART_MAX_BACKOFF.fallback(),
          PluginKeys.RESTART_STABLE_AFTER.fallback(),
          PluginKeys.RESTART_LIMIT.fallback(),
          PluginKeys.RESTART_WINDOW.fallback());
    }
  }

  /**
   * How a plugin's health is watched.
   *
   * @param period from one question to the next; 10 s, zero: never
   * @param timeout how long an answer may take; 2 s
   * @param failures after how many bad answers in a row it counts as dead; 3
   * @param cvt whether CVT's own health call is asked as well as gRPC's; false
   */
  public record Health(Duration period, Duration timeout, int failures, boolean cvt) {
    /** The defaults. */
    public static Health standard() {
      return new Health(
          PluginKeys.HEALTH_PERIOD.fallback(),
          PluginKeys.HEALTH_TIMEOUT.fallback(),
          PluginKeys.HEALTH_FAILURES.fallback(),
          PluginKeys.HEALTH_CVT.fallback());
    }
  }

  /**
   * How many calls may be with a plugin at once.
   *
   * @param concurrent calls in flight; zero, the default: any number
   * @param queued calls that may wait for their turn besides; 0
   */
  public record Limits(int concurrent, int queued) {
    /** The defaults. */
    public static Limits standard() {
      return new Limits(
          PluginKeys.LIMITS_CONCURRENT.fallback(), PluginKeys.LIMITS_QUEUED.fallback());
    }
  }

  /**
   * When a plugin that keeps failing is left alone for a while.
   *
   * @param failures after how many failed calls in a row; zero, the default: never
   * @param openFor for how long; 10 s
   * @param probes how many calls are then let through to see whether it has recovered; 1
   */
  public record Breaker(int failures, Duration openFor, int probes) {
    /** The defaults. */
    public static Breaker standard() {
      return new Breaker(
          PluginKeys.BREAKER_FAILURES.fallback(),
          PluginKeys.BREAKER_OPEN_FOR.fallback(),
          PluginKeys.BREAKER_PROBES.fallback());
    }
  }

  /**
   * A value for a plugin; a secret one prints as {@code ****} wherever it is printed. Immutable.
   */
  public static final class Value {
    private final String text;
    private final boolean secret;

    private Value(String text, boolean secret) {
      this.text = Objects.requireNonNull(text);
      this.secret = secret;
    }

    /** A value that may be seen. */
    public static Value plain(String text) {
      return new Value(text, false);
    }

    /** A value that may not be seen. */
    public static Value secret(String text) {
      return new Value(text, true);
    }

    /**
     * Masks each secret among these values in texts that are to be shown, in the usual spellings:
     * as it is, URL-encoded, base64, hex, or escaped as in JSON. One of fewer than six characters
     * is masked where it stands as a whole word, one of more than 1024 in the commonest spellings
     * only.
     */
    public static UnaryOperator<String> masking(Collection<Value> values) {
      return Masking.of(values);
    }

    /** Whether it may not be seen. */
    public boolean isSecret() {
      return secret;
    }

    /** The text itself, secret or not: for the plugin and for nobody else. */
    public String reveal() {
      return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Value v && secret == v.secret && text.equals(v.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    /** The text, or {@code ****} for a secret of any length. */
    @Override
    public String toString() {
      return secret ? "****" : text;
    }
  }

  /**
   * An audit sink or a metrics backend to use.
   *
   * @param provider the id of its provider
   * @param settings what it is to be made with; the provider says which keys it knows
   */
  public record Output(String provider, Map<String, String> settings) {
    /** Copies the settings, in their order. */
    public Output {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
  }

  /**
   * One thing that is wrong, or in a warning: probably is.
   *
   * @param where {@code file:line:column}, both counted from 1; empty if it stands in no file
   * @param key the path of the key, as in {@code plugins.registry.timeout}; empty if it has none
   * @param what is wrong
   * @param remedy what to do about it; never empty
   */
  public record Problem(String where, String key, String what, String remedy) {
    /** Refuses one without a remedy. */
    public Problem {
      if (what.isBlank() || remedy.isBlank()) {
        throw new IllegalArgumentException("a problem says what is wrong and what to do about it");
      }
    }

    /** All of it on one line: {@code where: key: what; remedy}. */
    @Override
    public String toString() {
      var place = where.isEmpty() ? "" : where + ": ";
      return place + (key.isEmpty() ? "" : key + ": ") + what + "; " + remedy;
    }
  }

  /** A config that cannot be used. Its message has one line for each problem. */
  public static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** With at least one problem, in the order of the files. */
    public Invalid(List<Problem> problems) {
      super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
      this.problems = List.copyOf(problems);
    }

    /**
     * Everything that is wrong: first {@code config.yaml}, from top to bottom, then {@code
     * pluginmgr.yaml}.
     */
    public List<Problem> problems() {
      return problems;
    }
  }

  /** Reads config files. Immutable: each method gives another reader. */
  public interface Reader {
    /** Uses this home in place of {@code $HOME}. Absolute, of the same file system as the files. */
    Reader home(Path home);

    /**
     * Uses these variables in place of this process's: for {@code ${VAR}}, {@code HOME} and {@code
     * CVT_DISABLE_PLUGINS}.
     */
    Reader env(Map<String, String> variables);

    /**
     * Like {@link Config#load}.
     *
     * @throws Invalid with everything that is wrong in either file
     */
    Config read(Path configYaml);
  }

  /**
   * Makes a config from a program: what the two files can say, and nothing else. For one thread.
   * Texts are taken as they are: {@code ${VAR}} and {@code ~} mean nothing here.
   */
  public interface Builder {
    /** The home folder; {@code $HOME} unless called. Absolute. */
    Builder home(Path home);

    /** Declares a plugin, or changes the one that was declared under that name. */
    Builder plugin(String name, Consumer<PluginBuilder> settings);

    /** Takes a plugin out again, with its hooks. */
    Builder remove(String plugin);

    /** Settings for each plugin that does not say otherwise. */
    Builder defaults(Consumer<DefaultsBuilder> settings);

    /** Binds a hook to a plugin; to the empty name: to none. */
    Builder hook(Hook hook, String plugin);

    /** Adds an audit sink to those that are used. The first call ends "all that are found". */
    Builder audit(String provider, Map<String, String> settings);

    /** {@code FAIL_CLOSED} unless called. */
    Builder auditOnError(OnError onError);

    /** The metrics backend to use. */
    Builder metrics(String provider, Map<String, String> settings);

    /**
     * The config, checked by the rules of the files.
     *
     * @throws Invalid with everything that is wrong
     */
    Config build();
  }

  /**
   * Settings that can be said for one plugin or for all. Each setting out of its range is a problem
   * of {@link Builder#build}; ranges and defaults stand with the accessors of {@link Plugin}.
   *
   * @param <B> the builder that each method returns
   */
  public interface SettingsBuilder<B extends SettingsBuilder<B>> {
    /** See {@link Plugin#startTimeout}. 10 ms to 10 min. */
    B startTimeout(Duration timeout);

    /** See {@link Plugin#stopGrace}. Zero to 5 min. */
    B stopGrace(Duration grace);

    /** See {@link Plugin#onStartFailure}. */
    B onStartFailure(OnStartFailure onStartFailure);

    /** See {@link Plugin#restart}. */
    B restart(Restart restart);

    /** See {@link Plugin#health}. */
    B health(Health health);

    /** See {@link Plugin#limits}. */
    B limits(Limits limits);

    /** See {@link Plugin#breaker}. */
    B breaker(Breaker breaker);

    /** See {@link Plugin#waitForRestart}. */
    B waitForRestart(boolean wait);

    /** See {@link Plugin#autoMtls}. */
    B autoMtls(boolean on);

    /** See {@link Plugin#maxMessageBytes}. */
    B maxMessageBytes(long bytes);

    /** See {@link Plugin#strictLine}. */
    B strictLine(boolean strict);

    /** Gives the plugin a variable that may be seen. */
    B env(String name, String text);

    /** Gives the plugin a variable that is masked in everything that leaves. */
    B secretEnv(String name, String text);

    /** Hands on the host's variables with that name; {@code *} stands for any text. */
    B passEnv(String pattern);
  }

  /** Settings for all plugins. */
  public interface DefaultsBuilder extends SettingsBuilder<DefaultsBuilder> {}

  /** Settings of one plugin. */
  public interface PluginBuilder extends SettingsBuilder<PluginBuilder> {
    /** Its file; required. Absolute, under the plugin root, not the root itself. */
    PluginBuilder binary(Path binary);

    /** See {@link Plugin#timeout}. Zero: the default. */
    PluginBuilder timeout(Duration timeout);

    /** See {@link Plugin#onError}. */
    PluginBuilder onError(OnError onError);

    /** Delivers a value that may be seen. */
    PluginBuilder config(String key, String text);

    /** Delivers a value that is masked in everything that leaves. Not empty. */
    PluginBuilder secret(String key, String text);

    /** Delivers the text of a file, as it is, and as a secret: read at build and at each start. */
    PluginBuilder secretFile(String key, Path file);
  }

  private record Reading(@Nullable Path home, @Nullable Map<String, String> env) implements Reader {
    @Override
    public Reader home(Path home) {
      return new Reading(home, env);
    }

    @Override
    public Reader env(Map<String, String> variables) {
      return new Reading(home, Map.copyOf(variables));
    }

    /** Never the variables: some of them are secrets. */
    @Override
    public String toString() {
      return "Reader";
    }

    @Override
    public Config read(Path configYaml) {
      var variables = env == null ? System.getenv() : env;
      return new Config(new Loader(Optional.ofNullable(home), variables).load(configYaml));
    }
  }

  private record Building(Draft draft) implements Builder {
    @Override
    public Builder home(Path home) {
      draft.home(home);
      return this;
    }

    @Override
    public Builder plugin(String name, Consumer<PluginBuilder> settings) {
      settings.accept(draft.plugin(name));
      return this;
    }

    @Override
    public Builder remove(String plugin) {
      draft.remove(plugin);
      return this;
    }

    @Override
    public Builder defaults(Consumer<DefaultsBuilder> settings) {
      settings.accept(draft.defaults());
      return this;
    }

    @Override
    public Builder hook(Hook hook, String plugin) {
      draft.hook(hook, Placed.nowhere(plugin));
      return this;
    }

    @Override
    public Builder audit(String provider, Map<String, String> settings) {
      draft.audit(Placed.nowhere(new Output(provider, settings)));
      return this;
    }

    @Override
    public Builder auditOnError(OnError onError) {
      draft.auditOnError(onError);
      return this;
    }

    @Override
    public Builder metrics(String provider, Map<String, String> settings) {
      draft.metrics(Placed.nowhere(new Output(provider, settings)));
      return this;
    }

    @Override
    public Config build() {
      return new Config(draft.build(System.getenv()));
    }
  }
}
