package dev.cvt.plugins.conformance;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes connections to plugins: plain ones, and one under TLS that shows no certificate. One thread
 * moves the bytes of all. The command's other connections are the host's; this one forgives
 * nothing. Thread-safe.
 */
final class Dialer implements AutoCloseable {
  private static final int LARGEST_ANSWER = 64 << 20;
  private static final long LAST_BYTES_MILLIS = 200;

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /** A connection as a host has one. */
  Calls plain(SocketAddress address) {
    return dial(address, InsecureChannelCredentials.create());
  }

  /** A connection of somebody who believes anybody and shows nothing. */
  Calls stranger(SocketAddress address) {
    return dial(address, TlsChannelCredentials.newBuilder().trustManager(new Credulous()).build());
  }

  private Calls dial(SocketAddress address, ChannelCredentials credentials) {
    boolean unix = address instanceof UnixDomainSocketAddress;
    var builder =
        NettyChannelBuilder.forAddress(address, credentials)
            .eventLoopGroup(loop)
            .channelType(unix ? NioDomainSocketChannel.class : NioSocketChannel.class)
            .overrideAuthority("localhost")
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(LARGEST_ANSWER)
            .proxyDetector(target -> null);
    if (unix) {
      // gRPC asks for it on every connection, and a Unix socket has no such thing.
      builder.withOption(ChannelOption.SO_KEEPALIVE, null);
    }
    return new Calls(builder.build());
  }

  @Override
  public void close() {
    var _ = loop.shutdownGracefully(0, LAST_BYTES_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Believes anybody: what is looked at is whom the plugin believes. */
  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
