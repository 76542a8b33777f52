package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code /proc/PID/environ} of real plugins, held against the exact set that is expected. */
@Timeout(180)
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux shows a process's environment in /proc")
class EnvironmentTest {

  private static Map<String, SortedMap<String, String>> seen = Map.of();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    var home = new TestHome(folder);
    home.installJava("java", "echo");
    var script = Files.readString(home.binary("java")).lines().skip(1).findFirst().orElseThrow();
    Environments.prepare(home, script);
    seen = Environments.seen(home);
    home.assertNothingLeft();
  }

  /** The usual ones, and the protocol's. */
  private static SortedMap<String, String> usual(String plugin) {
    var actual = seen.get(plugin);
    var usual = new TreeMap<String, String>();
    for (var name :
        new String[] {"PATH", "HOME", "LANG", "LC_TIME", "TZ", "no_proxy", "SSL_CERT_FILE"}) {
      usual.put(name, Environments.HOST.get(name));
    }
    usual.put("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1");
    usual.put("PLUGIN_PROTOCOL_VERSIONS", "1");
    usual.put("PLUGIN_MIN_PORT", "10000");
    usual.put("PLUGIN_MAX_PORT", "25000");
    // Chosen by the host at each start.
    for (var name : new String[] {"PLUGIN_UNIX_SOCKET_DIR", "TMPDIR", "GOPLUGIN_MARK"}) {
      usual.put(name, actual.get(name));
      assertThat(actual.get(name)).isNotEmpty().isNotEqualTo(Environments.HOST.get(name));
    }
    // Set by the shell that the plugins of these tests are started by.
    for (var name : new String[] {"PWD", "OLDPWD", "SHLVL", "_"}) {
      if (actual.containsKey(name)) {
        usual.put(name, actual.get(name));
      }
    }
    return usual;
  }

  @Test
  void withoutSettings_itIsTheUsualOnesAndTheProtocols() {
    assertThat(seen.get("one")).isEqualTo(usual("one"));
  }

  @Test
  void withPatterns_itIsWhatTheyName_lessWhatHoldsAnothersSecret() {
    var expected = usual("two");
    expected.put("USER", "u");
    expected.put("OTEL_SERVICE_NAME", "cvt");
    expected.put("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hushhush-of-two"); // its own
    expected.put("LOG_LEVEL", "debug");
    assertThat(seen.get("two")).isEqualTo(expected);
  }

  @Test
  void withAStar_itIsAllButOthersSecretsAndCookies() {
    var expected = usual("three");
    for (var name :
        new String[] {
          "USER", "AWS_SECRET_ACCESS_KEY", "OTEL_SERVICE_NAME", "JAVA_TOOL_OPTIONS_OFF"
        }) {
      expected.put(name, Environments.HOST.get(name));
    }
    assertThat(seen.get("three")).isEqualTo(expected);
  }

  @Test
  void noPluginsEnvironment_holdsAnothersSecret() {
    assertThat(seen).hasSize(3);
    seen.forEach(
        (name, environment) ->
            Environments.SECRETS.forEach(
                (owner, secret) -> {
                  if (!owner.equals(name)) {
                    assertThat(environment.toString()).as(name).doesNotContain(secret);
                  }
                }));
  }
}
