package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The variables of a plugin's process, besides those of the protocol: a short list of the host's,
 * what the plugin's {@code pass_env} names, and its own {@code env}. A variable that feeds another
 * plugin's secret is never among them, unless {@code pass_env} spells its name out.
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

  private ChildEnvironment() {}

  /**
   * The variables for one plugin.
   *
   * @param host the host's own
   * @param all every plugin of the configuration
   */
  static SortedMap<String, String> of(
      Config.Plugin plugin, Map<String, Config.Plugin> all, Map<String, String> host) {
    var foreign = new HashSet<String>();
    for (Config.Plugin other : all.values()) {
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
          if (wanted && !foreign.contains(name)) {
            environment.put(name, value);
          }
        });
    plugin.env().forEach((name, value) -> environment.put(name, value.reveal()));
    return environment;
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
