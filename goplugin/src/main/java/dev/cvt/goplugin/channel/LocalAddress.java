package dev.cvt.goplugin.channel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses as the handshake line and the broker spell them; only those of this machine count. */
public final class LocalAddress {
  private static final Pattern HOST_AND_PORT = Pattern.compile("(.*):([0-9]{1,5})");
  private static final int LAST_PORT = 65535;

  private LocalAddress() {}

  /**
   * Reads an address.
   *
   * @param network {@code unix} or {@code tcp}
   * @param address a path, or a loopback host (never looked up by name) and a port
   * @return empty if this host does not go there
   */
  public static Optional<SocketAddress> of(String network, String address) {
    return switch (network) {
      case "unix" -> unix(address).map(UnixDomainSocketAddress::of);
      case "tcp" -> tcp(address);
      default -> Optional.empty();
    };
  }

  /** The path of a Unix socket; empty for one of Linux' nameless kind, and for what is no path. */
  public static Optional<Path> unix(String address) {
    try {
      return address.startsWith("@") || address.isEmpty()
          ? Optional.empty()
          : Optional.of(Path.of(address));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<SocketAddress> tcp(String address) {
    var parts = HOST_AND_PORT.matcher(address);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(parts.group(2));
    var host = parts.group(1);
    try {
      var literal =
          host.equals("localhost")
              ? InetAddress.ofLiteral("127.0.0.1")
              : InetAddress.ofLiteral(host.replaceAll("^\\[|]$", ""));
      return literal.isLoopbackAddress() && port > 0 && port <= LAST_PORT
          ? Optional.of(new InetSocketAddress(literal, port))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name
    }
  }
}
