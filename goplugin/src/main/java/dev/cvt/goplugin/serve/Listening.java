package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.line.HandshakeLine.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * A socket that is bound: whoever connects waits until it is served. Thread-safe.
 *
 * @param socket bound
 * @param network the kind of address
 * @param address as the handshake line spells it
 * @param file the socket's file, where it has one
 */
record Listening(
    ServerSocketChannel socket, Network network, String address, Optional<SocketPath> file)
    implements AutoCloseable {

  /** How many may wait to be served. */
  private static final int BACKLOG = 128;

  /**
   * Listens where the host wants it: on a Unix socket in its folder, or, on a system whose plugins
   * have none, on a port of the loopback interface.
   *
   * @param unix whether this system's plugins use Unix sockets
   * @throws CannotServe where nothing can be listened on; nothing is left then
   */
  static Listening open(HostOffer offer, boolean unix) {
    return unix ? onFile(offer) : onPort(offer.ports());
  }

  private static Listening onFile(HostOffer offer) {
    SocketPath file = SocketPath.in(offer.socketFolder());
    try {
      ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        socket.bind(file.address(), BACKLOG);
        file.allow(offer.socketGroup());
        return new Listening(socket, Network.UNIX, file.path().toString(), Optional.of(file));
      } catch (IOException | CannotServe e) {
        socket.close();
        file.remove();
        throw e;
      }
    } catch (IOException e) {
      throw new CannotServe(
          "cannot listen on " + file.path() + ": " + e.getMessage(),
          "check that this user may write to the folder, which the host names in"
              + " PLUGIN_UNIX_SOCKET_DIR or TMPDIR",
          e);
    }
  }

  private static Listening onPort(HostOffer.Ports ports) {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    IOException last = new IOException("no port was tried");
    for (int port = ports.first(); port <= ports.last(); port++) {
      try {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
          socket.bind(new InetSocketAddress(loopback, port), BACKLOG);
          String address = loopback.getHostAddress() + ":" + socket.socket().getLocalPort();
          return new Listening(socket, Network.TCP, address, Optional.empty());
        } catch (IOException e) {
          socket.close();
          throw e;
        }
      } catch (IOException e) {
        last = e;
      }
    }
    throw new CannotServe(
        "no port from " + ports.first() + " to " + ports.last() + " is free: " + last.getMessage(),
        "the host must give a wider range in PLUGIN_MIN_PORT and PLUGIN_MAX_PORT",
        last);
  }

  /** Ends the listening and removes the file. Idempotent. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      System.getLogger("dev.cvt.goplugin")
          .log(System.Logger.Level.WARNING, "cannot close the socket " + address, e);
    }
    file.ifPresent(SocketPath::remove);
  }
}
