package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cvt-plugins doctor}, as its users have it, on plugins that we did not write. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DoctorIT {
  private static final Path COMMAND = EchoHome.ROOT.resolve("cli/target/image/bin/cvt-plugins");

  @TempDir private Path folder;

  private static Program.Run doctor(String peer, String... options) {
    var words = new ArrayList<Object>();
    words.addAll(List.of("doctor", "--json", "--binary", Peers.named(peer)));
    words.addAll(Arrays.asList(options));
    return Program.of(COMMAND, words.toArray()).run();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> plugin(Program.Run run) throws IOException {
    return ((List<Map<String, Object>>) JSON.std.mapFrom(run.out()).get("plugins")).getFirst();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> part(Map<String, Object> plugin, String name) {
    return (Map<String, Object>) plugin.get(name);
  }

  @ParameterizedTest
  @CsvSource({
    "grpc-plugin, 1, 1",
    "old-grpc-plugin, 1, 1",
    "bidirectional-plugin, 1, 1",
    "streaming-plugin, 1, 1",
    "'negotiated-plugin', '2,3', 3"
  })
  void goPlugin_isWell(String peer, String offered, int version) throws IOException {
    var run = doctor(peer, "--cookie", "BASIC_PLUGIN=hello", "--protocol", offered).ok();

    var plugin = plugin(run);
    assertThat(plugin).containsEntry("failures", List.of()).containsEntry("tls", null);
    assertThat(part(plugin, "handshake"))
        .containsEntry("version", version)
        .extractingByKey("line")
        .asString()
        .matches("1\\|" + version + "\\|unix\\|/\\S+\\|grpc\\|.*");
    assertThat(part(plugin, "health")).containsEntry("answer", "SERVING");
    assertThat(part(plugin, "stop"))
        .containsEntry("by", "SHUTDOWN")
        .containsEntry("exit_code", 0)
        .containsEntry("descendants", 0);
    assertThat((Integer) part(plugin, "memory").get("resident")).isGreaterThan(1 << 20);
  }

  @Test
  void goPluginUnderAutoMtls_showsItsCertificate() throws IOException {
    var run = doctor("mtls-plugin", "--cookie", "BASIC_PLUGIN=hello", "--auto-mtls").ok();

    assertThat(part(plugin(run), "tls"))
        .containsEntry("protocol", "TLSv1.3")
        .containsEntry("key", "EC P-521")
        .containsEntry("signature", "SHA512withECDSA")
        .containsEntry("subject", "CN=localhost,O=HashiCorp")
        .containsEntry("names", List.of("localhost"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          netrpc-plugin ! BASIC_PLUGIN=hello ! 1 ! NETRPC_ONLY ! it speaks version 1 over net/rpc, the old protocol of go-plugin, and this host speaks only gRPC
          negotiated-plugin ! BASIC_PLUGIN=hello ! 2 ! NETRPC_ONLY ! it speaks version 2 over net/rpc, the old protocol of go-plugin, and this host speaks only gRPC
          grpc-plugin ! BASIC_PLUGIN=hello ! 7 ! NO_COMMON_VERSION ! it speaks protocol version 1, and this host 7
          grpc-plugin ! OTHER=x ! 1 ! COOKIE_REFUSED ! it refused the magic cookie OTHER=x and exited with code 1
          """)
  void goPlugin_isRefusedInWords(
      String peer, String cookie, String offered, String diagnosis, String fact) {
    var run =
        Program.of(
                COMMAND,
                "doctor",
                "--binary",
                Peers.named(peer),
                "--cookie",
                cookie,
                "--protocol",
                offered)
            .run();

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out())
        .startsWith(peer + ": FAILED\n  cause       " + fact + "\n              " + diagnosis);
  }

  @Test
  void cvtsPlugins_inGoAndInJava_areWell() throws IOException {
    var home = EchoHome.in(folder.resolve("a home"));
    home.install(COMMAND);
    home.run(Program.of(COMMAND, "install", Peers.goEcho(), "--name", "echo-go")).ok();
    home.write(
        "config.yaml",
        """
        plugins:
          echo-go:
            binary: ~/.cvt/plugins/cvt-plugin-echo
            secrets: [token]
            config: {token: '${ECHO_TOKEN}'}
          echo-java:
            binary: ~/.cvt/plugins/cvt-plugin-echo-java
            secrets: [token]
            config: {token: '${ECHO_TOKEN}', base_url: 'http://localhost'}
        """);

    var run = home.run(Program.of(COMMAND, "doctor")).ok();

    assertThat(run.out())
        .startsWith("echo-go: ok\n")
        .contains("\n\necho-java: ok\n", "  configured  keys taken: base_url, token\n")
        .endsWith("\n\n2 plugins: 2 ok, 0 failed\n");
    assertThat(folder.resolve("a home/.cvt/plugins/.run")).satisfies(DoctorIT::isEmptyOrAbsent);
  }

  private static void isEmptyOrAbsent(Path folder) {
    assertThat(!Files.exists(folder) || folder.toFile().list().length == 0).isTrue();
  }
}
