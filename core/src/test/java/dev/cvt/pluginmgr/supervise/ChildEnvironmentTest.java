package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildEnvironmentTest {
  @TempDir Path home;

  private static final Map<String, String> HOST =
      Map.ofEntries(
          Map.entry("PATH", "/bin"),
          Map.entry("HOME", "/home/u"),
          Map.entry("LANG", "C"),
          Map.entry("LC_ALL", "C"),
          Map.entry("TZ", "UTC"),
          Map.entry("https_proxy", "http://proxy:3128"),
          Map.entry("SSL_CERT_FILE", "/etc/ssl/cert.pem"),
          Map.entry("TMPDIR", "/var/tmp"),
          Map.entry("USER", "u"),
          Map.entry("AWS_SECRET_ACCESS_KEY", "hushhush"),
          Map.entry("AWS_REGION", "eu"),
          Map.entry("A_TOKEN", "hushhush of a"),
          Map.entry("B_TOKEN", "hushhush of b"),
          Map.entry("B_HEADERS", "authorization=hushhush of b"),
          Map.entry("B_URL", "https://b:hushhush%20of%20b@host"),
          Map.entry("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd"),
          Map.entry("PLUGIN_CLIENT_CERT", "-----BEGIN"));

  private SortedMap<String, String> environment(String settings) throws Exception {
    Path root = home.resolve(".cvt");
    Files.createDirectories(root);
    Files.writeString(
        root.resolve("config.yaml"),
        """
        plugins:
          a:
            binary: ~/.cvt/plugins/a
            secrets: [token]
            config: {token: "${A_TOKEN}"}
          b:
            binary: ~/.cvt/plugins/b
            secrets: [token]
            config: {token: "${B_TOKEN}"}
        """);
    Files.writeString(root.resolve("pluginmgr.yaml"), settings);
    Config config = Config.reader().home(home).env(HOST).read(root.resolve("config.yaml"));
    var masks = new Masks();
    masks.learn(config);
    return ChildEnvironment.of(
        Objects.requireNonNull(config.plugins().get("a")), config.plugins().values(), HOST, masks);
  }

  @Test
  void withoutSettings_isTheShortListAlone() throws Exception {
    assertThat(environment(""))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "PATH", "/bin",
                    "HOME", "/home/u",
                    "LANG", "C",
                    "LC_ALL", "C",
                    "TZ", "UTC",
                    "https_proxy", "http://proxy:3128",
                    "SSL_CERT_FILE", "/etc/ssl/cert.pem")));
  }

  @Test
  void passEnv_addsWhatItNames() throws Exception {
    assertThat(environment("plugins: {a: {pass_env: [USER, AWS_R*]}}"))
        .containsEntry("USER", "u")
        .containsEntry("AWS_REGION", "eu")
        .doesNotContainKey("AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void passEnvOfEverything_leavesOutWhatFeedsAnothersSecret() throws Exception {
    assertThat(environment("plugins: {a: {pass_env: ['*']}}"))
        .containsEntry("AWS_SECRET_ACCESS_KEY", "hushhush")
        .containsEntry("A_TOKEN", "hushhush of a")
        .doesNotContainKey("B_TOKEN");
  }

  @Test
  void passEnvOfEverything_leavesOutWhatHoldsAnothersSecret() throws Exception {
    assertThat(environment("plugins: {a: {pass_env: ['*']}}"))
        .doesNotContainKeys("B_HEADERS", "B_URL");
    assertThat(environment("plugins: {a: {pass_env: [B_HEADERS, B_TOKEN]}}"))
        .as("named one by one")
        .containsKeys("B_HEADERS", "B_TOKEN");
  }

  @Test
  void cookiesOfTheHost_areNeverPassed() throws Exception {
    assertThat(environment("plugins: {a: {pass_env: ['*', TF_PLUGIN_MAGIC_COOKIE]}}"))
        .doesNotContainKeys("TF_PLUGIN_MAGIC_COOKIE", "PLUGIN_CLIENT_CERT");
  }

  @Test
  void passEnv_starsStandForAnyTextAndNone() throws Exception {
    assertThat(environment("plugins: {a: {pass_env: ['U*S*E*R*', 'AWS*N']}}"))
        .containsEntry("USER", "u")
        .containsEntry("AWS_REGION", "eu")
        .doesNotContainKey("AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void env_isSetOverWhatIsPassed() throws Exception {
    assertThat(environment("plugins: {a: {env: {LANG: de, EXTRA: x}}}"))
        .containsEntry("LANG", "de")
        .containsEntry("EXTRA", "x");
  }
}
