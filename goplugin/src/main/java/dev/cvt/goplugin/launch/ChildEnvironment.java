package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.Handshake;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The variables that a plugin is started with: those of the caller, those of the protocol over
 * them, nothing else.
 *
 * @param handshake the cookie and the versions
 * @param folder where the plugin makes its sockets and temporary files
 * @param group who may use its sockets besides the owner
 * @param certificate the host's one-time certificate, PEM, under AutoMTLS
 * @param mark what this start and all that comes of it is known by
 */
public record ChildEnvironment(
    Handshake handshake,
    Path folder,
    Optional<String> group,
    Optional<String> certificate,
    String mark) {

  /** The variable that holds the mark; every descendant inherits it. */
  public static final String MARK = "GOPLUGIN_MARK";

  private static final String VERSIONS = "PLUGIN_PROTOCOL_VERSIONS";
  private static final String MIN_PORT = "PLUGIN_MIN_PORT";
  private static final String MAX_PORT = "PLUGIN_MAX_PORT";
  private static final String CLIENT_CERT = "PLUGIN_CLIENT_CERT";
  private static final String SOCKET_DIR = "PLUGIN_UNIX_SOCKET_DIR";
  private static final String SOCKET_GROUP = "PLUGIN_UNIX_SOCKET_GROUP";
  private static final String MULTIPLEX = "PLUGIN_MULTIPLEX_GRPC";

  /** go-plugin before 1.5 knows no other way to be told where to put a socket. */
  private static final String TEMPORARY = "TMPDIR";

  /** What only this class may say: a value of the caller's would be a lie. */
  private static final List<String> RESERVED =
      List.of(
          VERSIONS,
          MIN_PORT,
          MAX_PORT,
          CLIENT_CERT,
          SOCKET_DIR,
          SOCKET_GROUP,
          MULTIPLEX,
          TEMPORARY,
          MARK);

  /** The whole environment. */
  public Map<String, String> over(Map<String, String> callers) {
    var all = new TreeMap<>(callers);
    RESERVED.forEach(all::remove);
    all.put(handshake.cookieKey(), handshake.cookieValue());
    all.put(
        VERSIONS,
        handshake.versions().stream().map(String::valueOf).collect(Collectors.joining(",")));
    // The range that go-plugin's own hosts give by default.
    all.put(MIN_PORT, "10000");
    all.put(MAX_PORT, "25000");
    all.put(SOCKET_DIR, folder.toString());
    all.put(TEMPORARY, folder.toString());
    group.ifPresent(g -> all.put(SOCKET_GROUP, g));
    certificate.ifPresent(pem -> all.put(CLIENT_CERT, pem));
    all.put(MARK, mark);
    return all;
  }
}
