package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variables of a plugin's process, besides those of the protocol: a short list of the host's,
 * what the plugin's {@code pass_env} names, and its own {@code env}. A variable that feeds another
 * plugin's secret, or holds one, is never among them, unless {@code pass_env} spells its name out;
 * nor, in any case, what some other host has given to this one as to a plugin of its own.
 */
final class ChildEnvironment {

  /** What a program needs to find its way, and nothing that could be a secret of the host's. */
  private static final Set<String> USUAL =
      Set.of(
          "PATH",
          "HOME",
          "LANG",
          "TZ",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private static final String LOCALE = "LC_";

  /** Of these nobody doubts what they hold, and no plugin would run without. */
  private static final Set<String> NEVER_SECRET = Set.of("PATH", "HOME", "LANG", "TZ");

  /** Where this host is itself a plugin: its own cookie, and what its own host told it. */
  private static final Pattern COOKIES =
      Pattern.compile(".*MAGIC_COOKIE|PLUGIN_.*", Pattern.DOTALL);

  private ChildEnvironment() {}

  /**
   * The variables for one plugin.
   *
   * @param host the host's own
   * @param all every plugin, this one included or not
   * @param masks which have learned the secrets of all of them
   */
  static SortedMap<String, String> of(
      Config.Plugin plugin, Collection<Config.Plugin> all, Map<String, String> host, Masks masks) {
    var foreign = new HashSet<String>();
    for (Config.Plugin other : all) {
      if (!other.name().equals(plugin.name())) {
        foreign.addAll(other.secretVariables());
      }
    }
    foreign.removeAll(plugin.secretVariables());
    foreign.removeIf(plugin.passEnv()::contains);

    var passed = patterns(plugin);
    var environment = new TreeMap<String, String>();
    host.forEach(
        (name, value) -> {
          boolean wanted =
              USUAL.contains(name) || name.startsWith(LOCALE) || passed.matcher(name).matches();
          if (wanted && !foreign.contains(name) && !COOKIES.matcher(name).matches()) {
            environment.put(name, value);
          }
        });
    environment.keySet().removeAll(telltale(environment, plugin, all, masks));
    plugin.env().forEach((name, value) -> environment.put(name, value.reveal()));
    return environment;
  }

  /** Those of the variables that hold another plugin's secret, in whatever spelling. */
  private static Set<String> telltale(
      Map<String, String> variables,
      Config.Plugin plugin,
      Collection<Config.Plugin> all,
      Masks masks) {
    var doubtful = new HashMap<>(variables);
    doubtful.keySet().removeAll(NEVER_SECRET);
    doubtful.keySet().removeAll(plugin.passEnv());
    doubtful.values().removeIf(value -> masks.scrub(value).equals(value));
    if (doubtful.isEmpty()) {
      return Set.of(); // as nearly always: a scrubber of 200 secrets takes 35 ms to make
    }
    var secrets = secretsOf(all);
    secrets.removeAll(secretsOf(List.of(plugin)));
    var scrubber = Scrubber.of(secrets);
    doubtful.values().removeIf(value -> scrubber.scrub(value).equals(value));
    return doubtful.keySet();
  }

  /** Short ones are left out: they stand in many a text by chance. */
  private static Set<Config.Value> secretsOf(Collection<Config.Plugin> plugins) {
    return plugins.stream()
        .flatMap(
            each -> Stream.concat(each.config().values().stream(), each.env().values().stream()))
        .filter(Config.Value::isSecret)
        .filter(value -> value.reveal().length() >= Scrubber.SHORT)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Pattern patterns(Config.Plugin plugin) {
    return Pattern.compile(
        plugin.passEnv().stream().map(ChildEnvironment::pattern).collect(Collectors.joining("|")),
        Pattern.DOTALL);
  }

  /** Only the star means something: any text, none included. */
  private static String pattern(String glob) {
    return Arrays.stream(glob.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }
}
