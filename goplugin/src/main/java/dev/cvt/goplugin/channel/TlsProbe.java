package dev.cvt.goplugin.channel;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Finds out whether a server that does not speak gRPC speaks TLS instead, by beginning a handshake
 * on a connection of its own and looking at the first byte of the answer.
 */
public final class TlsProbe {
  private static final Duration ANSWER = Duration.ofMillis(500);

  /** The types of records that a server may begin with. */
  private static final byte HANDSHAKE = 22;

  private static final byte ALERT = 21;

  private TlsProbe() {}

  /**
   * Asks.
   *
   * @throws InterruptedException if interrupted while waiting, for half a second at most
   */
  public static boolean speaksTls(SocketAddress address) throws InterruptedException {
    var answer = new CompletableFuture<Boolean>();
    try (var connection = open(address)) {
      Thread.ofVirtual()
          .name("goplugin-tls-probe")
          .start(
              () -> {
                try {
                  answer.complete(ask(connection, address));
                } catch (IOException | NoSuchAlgorithmException e) {
                  answer.complete(false); // closed by them, or by us for want of an answer
                }
              });
      return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException | TimeoutException | ExecutionException e) {
      return false;
    }
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private static boolean ask(SocketChannel connection, SocketAddress address)
      throws IOException, NoSuchAlgorithmException {
    connection.connect(address);
    var engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    hello.flip();
    while (hello.hasRemaining()) {
      connection.write(hello);
    }
    var first = ByteBuffer.allocate(1);
    return connection.read(first) == 1 && (first.get(0) == HANDSHAKE || first.get(0) == ALERT);
  }
}
