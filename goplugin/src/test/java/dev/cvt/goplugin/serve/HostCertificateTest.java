package dev.cvt.goplugin.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.tls.Identities;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import dev.cvt.goplugin.tls.PeerCertificate;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin's side of AutoMTLS: it trusts the one certificate that the host has sent. */
@Timeout(60)
class HostCertificateTest {
  private static final int LARGEST = 1 << 20;

  @TempDir Path folder;

  private final EventLoop loop = new EventLoop("test");

  @AfterEach
  void close() {
    loop.close();
  }

  private PluginServer.Running serve(OneTimeIdentity host) {
    return PluginServer.builder(Handshake.of("C", "v", 1))
        .services(Words.service(text -> "you said " + text))
        .build()
        .start(
            Map.of(
                "PLUGIN_UNIX_SOCKET_DIR",
                folder.toString(),
                "PLUGIN_PROTOCOL_VERSIONS",
                "1",
                "PLUGIN_CLIENT_CERT",
                host.pem()));
  }

  private ManagedChannel dial(PluginServer.Running plugin, Optional<Security> security) {
    String socket = plugin.line().split("\\|", -1)[3];
    return loop.channel(
        UnixDomainSocketAddress.of(socket),
        security,
        LARGEST,
        () -> {},
        new ClientTransportFilter() {});
  }

  private static X509Certificate certificate(PluginServer.Running plugin) throws Exception {
    return PeerCertificate.fromLine(plugin.line().split("\\|", -1)[5]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-keyalg EC -groupname secp384r1",
        "-keyalg EC -groupname secp521r1",
        "-keyalg RSA -keysize 2048"
      })
  void a_host_with_a_certificate_of_whatever_kind_is_served(String kind) throws Exception {
    OneTimeIdentity host = Identities.made(folder, kind);
    try (PluginServer.Running plugin = serve(host)) {
      ManagedChannel channel = dial(plugin, Optional.of(Security.of(host, certificate(plugin))));
      assertThat(Words.say(channel, "hello")).isEqualTo("you said hello");
      channel.shutdownNow();
    }
  }

  @Test
  void whoever_has_another_certificate_is_refused() throws Exception {
    try (PluginServer.Running plugin = serve(OneTimeIdentity.generate())) {
      ManagedChannel channel =
          dial(plugin, Optional.of(Security.of(OneTimeIdentity.generate(), certificate(plugin))));
      assertThatThrownBy(() -> Words.say(channel, "hello"))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("UNAVAILABLE");
      channel.shutdownNow();
    }
  }

  @Test
  void whoever_has_none_is_refused() throws Exception {
    try (PluginServer.Running plugin = serve(OneTimeIdentity.generate())) {
      ManagedChannel channel = dial(plugin, Optional.empty());
      assertThatThrownBy(() -> Words.say(channel, "hello"))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("UNAVAILABLE");
      channel.shutdownNow();
    }
  }
}
