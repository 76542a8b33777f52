package dev.cvt.plugins.conformance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A handshake line as it was printed, right or wrong: {@code
 * CORE|APP|NETWORK|ADDRESS|PROTOCOL|CERT|MUX}. Read without mercy and without a library's help,
 * since each of its parts is judged. Immutable.
 *
 * @param text without its line end
 * @param fields at least two
 */
record Line(String text, List<String> fields) {
  /** What go-plugin's hosts take for a certificate is longer than this. */
  static final int LONGEST_NO_CERTIFICATE = 50;

  /** What fits into a socket address on Linux, without the NUL. */
  private static final int LONGEST_PATH = 107;

  private static final Pattern BEGINS = Pattern.compile("\\d+\\|.*");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d{1,5})");
  private static final int CORE = 0;
  private static final int APP = 1;
  private static final int NETWORK = 2;
  private static final int ADDRESS = 3;
  private static final int PROTOCOL = 4;
  private static final int CERTIFICATE = 5;
  private static final int MULTIPLEX = 6;
  private static final int LAST_PORT = 65_535;

  /** The line, if this is one at all: a number, and a bar. */
  static Optional<Line> of(String text) {
    var stripped = text.strip();
    return BEGINS.matcher(stripped).matches()
        ? Optional.of(new Line(stripped, List.of(stripped.split("\\|", -1))))
        : Optional.empty();
  }

  private String field(int number) {
    return number < fields.size() ? fields.get(number) : "";
  }

  String core() {
    return field(CORE);
  }

  OptionalInt app() {
    return NUMBER.matcher(field(APP)).matches()
        ? OptionalInt.of(Integer.parseInt(field(APP)))
        : OptionalInt.empty();
  }

  String network() {
    return field(NETWORK);
  }

  String protocol() {
    return field(PROTOCOL);
  }

  String certificate() {
    return field(CERTIFICATE);
  }

  Optional<String> multiplex() {
    return fields.size() > MULTIPLEX ? Optional.of(field(MULTIPLEX)) : Optional.empty();
  }

  /** The socket's file, where there is one. */
  Optional<Path> socket() {
    try {
      return network().equals("unix") && !field(ADDRESS).isEmpty()
          ? Optional.of(Path.of(field(ADDRESS))).filter(Path::isAbsolute)
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The port, where it listens on one of this machine's. */
  OptionalInt port() {
    return address().orElse(null) instanceof InetSocketAddress tcp
        ? OptionalInt.of(tcp.getPort())
        : OptionalInt.empty();
  }

  /** Where to connect; empty where no host of this machine should. */
  Optional<SocketAddress> address() {
    if (network().equals("tcp")) {
      var port = PORT.matcher(field(ADDRESS));
      return port.matches() && Integer.parseInt(port.group(1)) <= LAST_PORT
          ? Optional.of(
              new InetSocketAddress(
                  InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(port.group(1))))
          : Optional.empty();
    }
    return socket()
        .filter(path -> path.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH)
        .map(UnixDomainSocketAddress::of);
  }
}
