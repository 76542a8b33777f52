package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a plugin's socket may do instead of speaking gRPC, and what is said then. */
class ConnectTest extends HostTest {

  private StartFailure failure(Launch.Builder launch) {
    return catchThrowableOfType(StartFailure.class, () -> host.start(launch.build()));
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket));
  }

  /** Accepts whoever comes, and says something. */
  private void answer(ServerSocketChannel server, String text, boolean close) {
    Thread.ofVirtual()
        .start(
            () -> {
              var silent = new ArrayList<SocketChannel>();
              try {
                while (true) {
                  var connection = server.accept();
                  connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
                  if (close) {
                    connection.close();
                  } else {
                    silent.add(connection);
                  }
                }
              } catch (IOException e) {
                silent.forEach(ConnectTest::close); // the end of the test
              }
            });
  }

  private static void close(SocketChannel connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void socketWithoutListener_isRefused() throws IOException {
    listen().close(); // leaves the file
    var failure = failure(launch("serves"));
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.SOCKET_REFUSED);
    assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
    assertThat(failure.fact())
        .isEqualTo("the address in its handshake line refuses connections: " + socket);
    assertThat(failure.remedy())
        .isEqualTo("have its author listen before printing the line, and keep the socket");
    assertThat(failure.timings().phases().get(Phase.CONNECT)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void socketThatAppearsLate_isFound() throws Exception {
    var elsewhere = folder.resolve("elsewhere");
    try (var _ = new FakeServer(elsewhere, stop, Optional.empty(), new FakeServer.Services())) {
      var late =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(100); // what is tested is that somebody may be late
                      Files.move(elsewhere, socket);
                    } catch (IOException | InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      try (var plugin = host.start(launch("serves").build())) {
        assertThat(plugin.health(Duration.ofSeconds(20))).isEqualTo(Health.SERVING);
      }
      late.join();
    }
  }

  @Test
  void silentSocket_isToldAtTheDeadline() throws IOException {
    try (var server = listen()) {
      answer(server, "", false);
      var failure = atTheDeadline("serves", Diagnosis.CONNECTION_SILENT);
      assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
      assertThat(failure.fact())
          .matches("it accepts connections on " + socket + " and says nothing within .* the start");
      assertThat(failure.remedy())
          .isEqualTo("find out what it waits for, or raise the start timeout");
    }
  }

  @Test
  void socketThatSpeaksHttp1_isNotGrpc() throws IOException {
    try (var server = listen()) {
      answer(server, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", true);
      var failure = failure(launch("serves"));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NOT_GRPC);
      assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
      assertThat(failure.fact())
          .isEqualTo(
              "what listens on "
                  + socket
                  + " does not speak gRPC: it sends something other than HTTP/2, or closes the"
                  + " connection at once");
      assertThat(failure.remedy())
          .isEqualTo(
              "make sure that the plugin serves gRPC there, and not TLS, which would need"
                  + " AutoMTLS");
    }
  }

  @Test
  void socketThatHangsUp_isNotGrpc() throws IOException {
    try (var server = listen()) {
      answer(server, "", true);
      var failure = failure(launch("serves"));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NOT_GRPC);
      assertThat(failure.fact())
          .isEqualTo(
              "what listens on "
                  + socket
                  + " does not speak gRPC: it sends something other than HTTP/2, or closes the"
                  + " connection at once");
    }
  }

  @Test
  void socketThatSpeaksTls_wantsTls() throws IOException {
    var identity = OneTimeIdentity.generate();
    try (var _ = serve(Security.of(identity, identity.certificate()))) {
      var failure = failure(launch("serves"));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.TLS_WANTED);
      assertThat(failure.phase()).isEqualTo(Phase.TLS);
      assertThat(failure.fact()).isEqualTo("it wants TLS, and this host was not asked to speak it");
      assertThat(failure.remedy()).isEqualTo("turn AutoMTLS on for this plugin");
    }
  }

  @Test
  void serverWithAnotherCertificate_isRefused() throws IOException {
    var announced = OneTimeIdentity.generate();
    var other = OneTimeIdentity.generate();
    try (var _ = serve(Security.of(other, other.certificate()))) {
      var failure =
          failure(
              launch("serves")
                  .autoMtls(true)
                  .environment(environment(Map.of("CERTIFICATE", announced.lineField()))));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.TLS_REFUSED);
      assertThat(failure.phase()).isEqualTo(Phase.TLS);
      assertThat(failure.fact())
          .isEqualTo(
              "the TLS handshake failed: the other side's certificate is not the one that it"
                  + " announced in the handshake");
      assertThat(failure.remedy())
          .isEqualTo("make sure that the plugin uses AutoMTLS and not a certificate of its own");
    }
  }

  @Test
  void serverThatTrustsAnotherHost_isRefused() throws IOException {
    var plugin = OneTimeIdentity.generate();
    var stranger = OneTimeIdentity.generate();
    try (var _ = serve(Security.of(plugin, stranger.certificate()))) {
      var failure =
          failure(
              launch("serves")
                  .autoMtls(true)
                  .environment(environment(Map.of("CERTIFICATE", plugin.lineField()))));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.TLS_REFUSED);
      assertThat(failure.phase()).isEqualTo(Phase.TLS);
      assertThat(failure.fact())
          .isEqualTo(
              "the TLS handshake failed: it refuses the certificate that this host made for it"
                  + " (alert certificate_unknown)");
    }
  }

  @Test
  void certificateNobodyAskedFor_isNotUsed() throws Exception {
    var plugin = OneTimeIdentity.generate();
    try (var _ = serve(new FakeServer.Services());
        var running =
            host.start(
                launch("serves")
                    .environment(environment(Map.of("CERTIFICATE", plugin.lineField())))
                    .build())) {
      assertThat(running.tls()).isEmpty();
      // What is logged is told on a thread of its own.
      LogEntry entry;
      do {
        entry = logs.poll(20, TimeUnit.SECONDS);
        assertThat(entry).isNotNull();
      } while (!entry.message().equals("it sent a certificate that nobody asked for: not used"));
    }
  }
}
