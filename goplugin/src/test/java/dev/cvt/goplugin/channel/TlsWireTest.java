package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.tls.ExactTrust;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import io.grpc.netty.GrpcSslContexts;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a plugin that keeps to TLS, and against some that do not. */
@Timeout(60)
class TlsWireTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final OneTimeIdentity HOST = OneTimeIdentity.generate();
  private static final OneTimeIdentity PLUGIN = OneTimeIdentity.generate();
  private static final OneTimeIdentity STRANGER = OneTimeIdentity.generate();

  @TempDir Path folder;

  private final CountDownLatch over = new CountDownLatch(1);
  private ServerSocketChannel listening;
  private UnixDomainSocketAddress address;

  private interface Plugin {
    void serve(SocketChannel connection) throws IOException, InterruptedException;
  }

  private void plugin(Plugin plugin) throws IOException {
    address = UnixDomainSocketAddress.of(folder.resolve("s"));
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    Thread.startVirtualThread(
        () -> {
          try (var connection = listening.accept()) {
            plugin.serve(connection);
          } catch (IOException | InterruptedException e) {
            return; // the test has seen what it wanted
          }
        });
  }

  @AfterEach
  void close() throws IOException {
    over.countDown();
    listening.close();
  }

  /** The plugin's end, which trusts the host. */
  private static SSLEngine engine(OneTimeIdentity own, String protocol, boolean http2)
      throws SSLException {
    var builder =
        SslContextBuilder.forServer(own.key(), own.certificate())
            .sslProvider(SslProvider.JDK)
            .trustManager(new ExactTrust(HOST.certificate()))
            .clientAuth(ClientAuth.REQUIRE);
    return (http2 ? GrpcSslContexts.configure(builder, SslProvider.JDK) : builder)
        .protocols(protocol)
        .build()
        .newEngine(UnpooledByteBufAllocator.DEFAULT);
  }

  /** The plugin's end after the handshake; whoever reads from it waits. */
  private static TlsWire shaken(SocketChannel connection, SSLEngine engine) throws IOException {
    var wire = TlsWire.shaken(connection, engine, LONG);
    connection.configureBlocking(true);
    return wire;
  }

  private static void echo(Wire wire) throws IOException {
    var bytes = ByteBuffer.allocate(64 * 1024);
    while (wire.read(bytes.clear()) >= 0) {
      wire.write(bytes.flip());
    }
  }

  private Wire open(OneTimeIdentity own) throws IOException {
    return Wire.shaken(Wire.connect(address), Security.of(own, PLUGIN.certificate()));
  }

  /** Until there is something, or no more to come. */
  private static int read(Wire wire, ByteBuffer in) throws IOException, InterruptedException {
    int count = wire.read(in);
    while (count == 0) {
      Thread.sleep(1);
      count = wire.read(in);
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bytes_goBothWaysAndArriveAsTheyWere(String protocol) throws Exception {
    plugin(connection -> echo(shaken(connection, engine(PLUGIN, protocol, true))));
    var sent = new byte[500_000];
    new Random(1).nextBytes(sent);
    var received = new ByteArrayOutputStream();
    var in = ByteBuffer.allocate(64 * 1024);
    var out = ByteBuffer.wrap(sent);
    var wire = open(HOST);
    try (var socket = wire.socket()) {
      boolean written = false;
      while (received.size() < sent.length) {
        written = written || wire.write(out);
        int count = wire.read(in.clear());
        assertThat(count).isNotNegative();
        received.write(in.array(), 0, count);
      }
      assertThat(socket.isBlocking()).isFalse();
    }
    assertThat(received.toByteArray()).isEqualTo(sent);
  }

  @Test
  void plugin_withAnotherCertificate_isRefused() throws Exception {
    plugin(connection -> echo(shaken(connection, engine(STRANGER, "TLSv1.3", true))));
    assertThatThrownBy(() -> open(HOST))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("not the one that it announced");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void host_withAnotherCertificate_isRefusedByThePlugin(String protocol) throws Exception {
    plugin(connection -> echo(shaken(connection, engine(PLUGIN, protocol, true))));
    assertThatThrownBy(
            () -> {
              var wire = open(STRANGER);
              wire.write(ByteBuffer.wrap(new byte[1]));
              assertThat(read(wire, ByteBuffer.allocate(64 * 1024))).isNegative();
              throw new IOException("it hung up");
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void plugin_withoutHttp2_isRefused() throws Exception {
    plugin(connection -> echo(shaken(connection, engine(PLUGIN, "TLSv1.3", false))));
    assertThatThrownBy(() -> open(HOST))
        .isInstanceOf(SSLException.class)
        .hasMessage("the other side did not agree on HTTP/2");
  }

  @Test
  void plugin_withoutTls_isRefused() throws Exception {
    plugin(
        connection -> {
          connection.write(
              ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII)));
          over.await();
        });
    assertThatThrownBy(() -> open(HOST)).isInstanceOf(SSLException.class);
  }

  @Test
  void plugin_thatHangsUp_isRefused() throws Exception {
    plugin(connection -> connection.read(ByteBuffer.allocate(10)));
    assertThatThrownBy(() -> open(HOST)).isInstanceOf(IOException.class);
  }

  @Test
  void plugin_thatSaysNothing_isGivenUp() throws Exception {
    plugin(connection -> over.await());
    var engine = Security.of(HOST, PLUGIN.certificate()).engine();
    try (var socket = SocketChannel.open(address)) {
      assertThatThrownBy(() -> TlsWire.shaken(socket, engine, Duration.ofMillis(50)))
          .isInstanceOf(IOException.class);
      assertThat(socket.isOpen()).isFalse();
    }
  }

  @Test
  void plugin_thatWantsAnotherHandshake_isCutOff() throws Exception {
    plugin(
        connection -> {
          var engine = engine(PLUGIN, "TLSv1.2", true);
          var wire = shaken(connection, engine);
          engine.beginHandshake();
          wire.write(ByteBuffer.wrap(new byte[1]));
          echo(wire);
        });
    var wire = open(HOST);
    assertThatThrownBy(
            () -> {
              while (read(wire, ByteBuffer.allocate(64 * 1024)) >= 0) {
                wire.write(ByteBuffer.wrap(new byte[1]));
              }
            })
        .isInstanceOf(IOException.class);
    wire.socket().close();
  }

  @Test
  void plugin_thatWantsFreshKeysWithoutEnd_isCutOff() throws Exception {
    plugin(
        connection -> {
          var engine = engine(PLUGIN, "TLSv1.3", true);
          var wire = shaken(connection, engine);
          while (true) {
            engine.beginHandshake(); // which in this version asks for fresh keys
            wire.write(ByteBuffer.wrap(new byte[1]));
          }
        });
    var wire = open(HOST);
    var in = ByteBuffer.allocate(64 * 1024);
    assertThatThrownBy(
            () -> {
              for (int bytes = 0; bytes < 50_000; bytes += read(wire, in.clear())) {
                // It says nothing by itself.
              }
            })
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("fresh keys");
    wire.socket().close();
  }

  @Test
  void plugin_thatWantsFreshKeysNowAndThen_isServed() throws Exception {
    plugin(
        connection -> {
          var engine = engine(PLUGIN, "TLSv1.3", true);
          var wire = shaken(connection, engine);
          wire.write(
              ByteBuffer.wrap(new byte[1])); // what comes before that is read with a handshake
          var bytes = ByteBuffer.allocate(64 * 1024);
          while (wire.read(bytes.clear()) >= 0) {
            engine.beginHandshake();
            wire.write(bytes.flip());
          }
        });
    var wire = open(HOST);
    var in = ByteBuffer.allocate(64 * 1024);
    assertThat(read(wire, in.clear())).isEqualTo(1);
    for (int i = 0; i < 50; i++) {
      wire.write(ByteBuffer.wrap(new byte[] {(byte) i}));
      assertThat(read(wire, in.clear())).isEqualTo(1);
      assertThat(in.get(0)).isEqualTo((byte) i);
    }
    wire.socket().close();
  }
}
