package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.Arrays;
import java.util.Collection;
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
   */
  static SortedMap<String, String> of(
      Config.Plugin plugin, Collection<Config.Plugin> all, Map<String, String> host) {
    var foreign = new HashSet<String>();
    for (Config.Plugin other : all) {
      if (!other.name().equals(plugin.name())) {
        foreign.addAll(other.secretVariables());
      }
    }
    foreign.removeAll(plugin.secretVariables());
    foreign.removeIf(plugin.passEnv()::contains);
    var secrets = secretsOf(all);
    secrets.removeAll(secretsOf(List.of(plugin)));

    var passed = patterns(plugin);
    var environment = new TreeMap<String, String>();
    host.forEach(
        (name, value) -> {
          boolean wanted =
              USUAL.contains(name) || name.startsWith(LOCALE) || passed.matcher(name).matches();
          boolean harmless =
              NEVER_SECRET.contains(name)
                  || plugin.passEnv().contains(name)
                  || secrets.stream().noneMatch(value::contains);
          if (wanted && harmless && !foreign.contains(name) && !COOKIES.matcher(name).matches()) {
            environment.put(name, value);
          }
        });
    plugin.env().forEach((name, value) -> environment.put(name, value.reveal()));
    return environment;
  }

  /** Short ones are left out: they stand in many a text by chance. */
  private static Set<String> secretsOf(Collection<Config.Plugin> plugins) {
    return plugins.stream()
        .flatMap(
            each -> Stream.concat(each.config().values().stream(), each.env().values().stream()))
        .filter(Config.Value::isSecret)
        .map(Config.Value::reveal)
        .filter(text -> text.length() >= Scrubber.SHORT)
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
