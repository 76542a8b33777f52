package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * What the host asks for through the environment of the process, read once. Names and meanings are
 * those of go-plugin v1.8.0. Immutable.
 *
 * @param versions the protocol versions that the host speaks; empty where it said nothing
 * @param unreadableVersions the items of that list that are no numbers
 * @param socketFolder where the plugin's sockets go: {@code PLUGIN_UNIX_SOCKET_DIR}, else {@code
 *     TMPDIR}, else {@code /tmp}
 * @param socketGroup name or number of the group that may connect, if any
 * @param ports the TCP ports to try where there are no Unix sockets
 * @param clientCertificate the host's one-time certificate as PEM: it wants mutual TLS
 */
record HostOffer(
    List<Integer> versions,
    List<String> unreadableVersions,
    Path socketFolder,
    Optional<String> socketGroup,
    Ports ports,
    Optional<String> clientCertificate) {

  private static final int LAST_PORT = 65_535;

  HostOffer {
    versions = List.copyOf(versions);
    unreadableVersions = List.copyOf(unreadableVersions);
  }

  /**
   * TCP ports, both ends included; 0 to 0 leaves the choice to the system.
   *
   * @param first from 0 to 65535
   * @param last from {@code first} to 65535
   */
  record Ports(int first, int last) {
    Ports {
      if (first > last) {
        throw new CannotServe(
            "PLUGIN_MIN_PORT is " + first + " and PLUGIN_MAX_PORT is " + last,
            "the host must give a range whose first port is not above its last");
      }
    }
  }

  /**
   * Reads the variables.
   *
   * @throws CannotServe where the port range or the folder for sockets makes no sense
   */
  static HostOffer read(Map<String, String> environment) {
    List<Integer> versions = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (String item : text(environment, "PLUGIN_PROTOCOL_VERSIONS").orElse("").split(",", -1)) {
      try {
        versions.add(Integer.parseInt(item.strip()));
      } catch (NumberFormatException e) {
        if (!item.isBlank()) {
          unreadable.add(item);
        }
      }
    }
    return new HostOffer(
        versions,
        unreadable,
        folder(environment, "PLUGIN_UNIX_SOCKET_DIR")
            .or(() -> folder(environment, "TMPDIR"))
            .orElse(Path.of("/tmp")),
        text(environment, "PLUGIN_UNIX_SOCKET_GROUP"),
        new Ports(port(environment, "PLUGIN_MIN_PORT"), port(environment, "PLUGIN_MAX_PORT")),
        text(environment, "PLUGIN_CLIENT_CERT"));
  }

  /**
   * The highest version that both sides speak; where there is none, the plugin's lowest, which
   * leaves it to the host to say what does not fit.
   *
   * @param served the versions that the plugin speaks, at least one
   */
  int choose(NavigableSet<Integer> served) {
    return served.reversed().stream()
        .filter(versions::contains)
        .findFirst()
        .orElseGet(served::getFirst);
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static Optional<Path> folder(Map<String, String> environment, String name) {
    try {
      return text(environment, name).map(Path::of);
    } catch (InvalidPathException e) {
      throw new CannotServe(
          name + " is \"" + environment.get(name) + "\", which this system knows no path for",
          "the host must set LC_ALL to a locale with those letters, such as C.UTF-8",
          e);
    }
  }

  private static int port(Map<String, String> environment, String name) {
    String value = text(environment, name).orElse("0");
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= LAST_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers that are no ports.
    }
    throw new CannotServe(
        name + " is \"" + value + "\"", "the host must give a number from 0 to " + LAST_PORT);
  }
}
