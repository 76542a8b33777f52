package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.line.HandshakeLine.Network;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Function;

/**
 * A server that accepts connections, and what the host has to know to reach it. Thread-safe.
 *
 * @param server started
 * @param network the kind of address
 * @param address as the handshake line spells it
 * @param file the socket's file, where it has one
 */
record Listening(Server server, Network network, String address, Optional<SocketPath> file) {

  /**
   * Listens where the host wants it: on a Unix socket in its folder, or, on a system whose plugins
   * have none, on a port of the loopback interface.
   *
   * @param unix whether this system's plugins use Unix sockets
   * @param servers makes a server for an address, complete but for the kind of its channel
   * @throws CannotServe where nothing can be listened on; nothing is left then
   */
  static Listening open(
      HostOffer offer, boolean unix, Function<SocketAddress, NettyServerBuilder> servers) {
    return unix ? onFile(offer, servers) : onPort(offer.ports(), servers);
  }

  private static Listening onFile(
      HostOffer offer, Function<SocketAddress, NettyServerBuilder> servers) {
    SocketPath file = SocketPath.in(offer.socketFolder());
    Server server =
        servers
            .apply(file.address())
            .channelType(NioServerDomainSocketChannel.class)
            // gRPC asks for it on every connection, and a Unix socket has no such thing.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .build();
    try {
      server.start();
      file.allow(offer.socketGroup());
    } catch (IOException e) {
      throw new CannotServe(
          "cannot listen on " + file.path() + ": " + reason(e),
          "check that this user may write to the folder, which the host names in"
              + " PLUGIN_UNIX_SOCKET_DIR or TMPDIR",
          e);
    } catch (CannotServe e) {
      server.shutdownNow();
      file.remove();
      throw e;
    }
    return new Listening(server, Network.UNIX, file.path().toString(), Optional.of(file));
  }

  private static Listening onPort(
      HostOffer.Ports ports, Function<SocketAddress, NettyServerBuilder> servers) {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    IOException last = new IOException("no port was tried");
    for (int port = ports.first(); port <= ports.last(); port++) {
      Server server =
          servers
              .apply(new InetSocketAddress(loopback, port))
              .channelType(NioServerSocketChannel.class)
              .build();
      try {
        server.start();
        String address = loopback.getHostAddress() + ":" + server.getPort();
        return new Listening(server, Network.TCP, address, Optional.empty());
      } catch (IOException e) {
        last = e;
      }
    }
    throw new CannotServe(
        "no port from " + ports.first() + " to " + ports.last() + " is free: " + reason(last),
        "the host must give a wider range in PLUGIN_MIN_PORT and PLUGIN_MAX_PORT",
        last);
  }

  /** gRPC says where it failed to bind; why is in the cause. */
  private static String reason(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }
}
