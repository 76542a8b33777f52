package dev.cvt.plugins;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Launch;
import dev.cvt.pluginmgr.Config.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that say how a plugin of whatever program is started; they go with --binary. */
@Command
final class AnyPlugin {
  /** What a program needs to find its way. */
  private static final List<String> USUAL = List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ");

  @Option(
      names = "--binary",
      paramLabel = "PATH",
      description = "A plugin of whatever program, in place of a configured one.")
  @Nullable Path binary;

  @Option(
      names = "--cookie",
      paramLabel = "KEY=VALUE",
      description = "With --binary, required: the magic cookie; the source of its host names it.")
  private @Nullable String cookie;

  @Option(
      names = "--protocol",
      paramLabel = "N",
      split = ",",
      description = "With --binary: the versions of its protocol to offer; 1 without it.")
  private @Nullable List<Integer> versions;

  @Option(names = "--auto-mtls", description = "With --binary: speak TLS by one-time certificates.")
  private boolean autoMtls;

  @Option(
      names = "--env",
      paramLabel = "KEY[=VALUE]",
      description =
          "With --binary: a variable for it; without a value, this process's. It gets PATH, HOME,"
              + " LANG, LC_ALL and TZ besides, and nothing else.")
  private @Nullable List<String> variables;

  @Option(
      names = "--secret-env",
      paramLabel = "KEY[=VALUE]",
      description = "With --binary: as --env, and its value is masked in all that is printed.")
  private @Nullable List<String> secrets;

  @Option(
      names = "--inherit-env",
      description =
          "With --binary: it gets all variables of this process, as from go-plugin's own hosts.")
  private boolean inherit;

  @Option(
      names = "--arg",
      paramLabel = "WORD",
      description = "With --binary: an argument for it. Hosts mostly give none.")
  private @Nullable List<String> arguments;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "With --binary: how long its start may take, such as 5s; 60s without it.")
  private @Nullable String timeout;

  @Option(
      names = "--stop-grace",
      paramLabel = "TIME",
      description = "With --binary: how long each step of its stop waits; 2s without it.")
  private @Nullable String stopGrace;

  /** Refuses options that mean nothing without --binary. */
  void refuseAlone() {
    var given = new TreeMap<String, Boolean>();
    given.put("--cookie", cookie != null);
    given.put("--protocol", versions != null);
    given.put("--auto-mtls", autoMtls);
    given.put("--env", variables != null);
    given.put("--secret-env", secrets != null);
    given.put("--inherit-env", inherit);
    given.put("--arg", arguments != null);
    given.put("--stop-grace", stopGrace != null);
    given.put("--timeout", timeout != null);
    var names = given.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey);
    names
        .findFirst()
        .ifPresent(
            name -> {
              throw usage(name + " goes with --binary; add it, or leave " + name + " out");
            });
  }

  /**
   * How it is to be started.
   *
   * @param own the variables of this process
   */
  Launch.Builder launch(Path program, Map<String, String> own) {
    var environment = new TreeMap<String, String>();
    own.forEach(
        (name, value) -> {
          if (inherit || USUAL.contains(name)) {
            environment.put(name, value);
          }
        });
    for (var variable : or(variables)) {
      environment.put(key(variable), value("--env", variable, own));
    }
    for (var variable : or(secrets)) {
      environment.put(key(variable), value("--secret-env", variable, own));
    }
    return Launch.builder(program, handshake())
        .environment(environment)
        .arguments(or(arguments))
        .autoMtls(autoMtls)
        .startTimeout(
            timeout == null ? Launch.DEFAULT_START_TIMEOUT : Span.parse("--timeout", timeout))
        .stopGrace(
            stopGrace == null ? Launch.DEFAULT_STOP_GRACE : Span.parse("--stop-grace", stopGrace))
        .scrubber(mask(own));
  }

  /** Masks what was given as secret. */
  UnaryOperator<String> mask(Map<String, String> own) {
    var values = new ArrayList<Value>();
    for (var variable : or(secrets)) {
      values.add(Value.secret(value("--secret-env", variable, own)));
    }
    return Value.masking(values);
  }

  private Handshake handshake() {
    int at = cookie == null ? -1 : cookie.indexOf('=');
    if (cookie == null || at <= 0) {
      throw usage(
          "--binary needs --cookie KEY=VALUE, the magic cookie without which a plugin refuses to"
              + " run; look in the source of its host for MagicCookieKey and MagicCookieValue");
    }
    try {
      return new Handshake(
          cookie.substring(0, at),
          cookie.substring(at + 1),
          versions == null ? List.of(1) : versions);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage() + "; correct --cookie or --protocol");
    }
  }

  private static String key(String variable) {
    int at = variable.indexOf('=');
    return at < 0 ? variable : variable.substring(0, at);
  }

  private static String value(String option, String variable, Map<String, String> own) {
    int at = variable.indexOf('=');
    if (at >= 0) {
      return variable.substring(at + 1);
    }
    var value = own.get(variable);
    if (value == null) {
      throw usage(
          option
              + " "
              + variable
              + ": there is no such variable here; write "
              + variable
              + "=VALUE");
    }
    return value;
  }

  private static List<String> or(@Nullable List<String> words) {
    return words == null ? List.of() : words;
  }

  private static Failures.Told usage(String message) {
    return new Failures.Told(message, ExitCode.USAGE);
  }
}
