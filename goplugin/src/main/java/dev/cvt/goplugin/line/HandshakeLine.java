package dev.cvt.goplugin.line;

import java.util.Optional;

/**
 * go-plugin's handshake line: {@code CORE|APP|NETWORK|ADDRESS|PROTOCOL|CERT|MUX}.
 *
 * @param core the version of go-plugin's own protocol; {@link #CORE_VERSION} is the only one
 * @param app the version of the application's protocol that the plugin chose
 * @param network the kind of address
 * @param address a path, or {@code host:port}
 * @param protocol {@code grpc}, or {@code netrpc}, which is also what a missing field means
 * @param certificate the plugin's certificate, base64 of its DER form, if it sent one
 * @param multiplexing whether it can multiplex; empty if it did not say, which is what a plugin
 *     does that was not asked
 */
public record HandshakeLine(
    int core,
    int app,
    Network network,
    String address,
    String protocol,
    Optional<String> certificate,
    Optional<Boolean> multiplexing) {

  /** The only version of go-plugin's own protocol. */
  public static final int CORE_VERSION = 1;

  /** The protocol that this library speaks. */
  public static final String GRPC = "grpc";

  /** What go-plugin spoke before, and what a line without a protocol means. */
  public static final String NETRPC = "netrpc";

  /** The line of a gRPC plugin that was not asked about multiplexing. */
  public static HandshakeLine grpc(
      int app, Network network, String address, Optional<String> certificate) {
    return new HandshakeLine(
        CORE_VERSION, app, network, address, GRPC, certificate, Optional.empty());
  }

  /** The text, without a line end. The field for the certificate is always there, as Go has it. */
  public String print() {
    var text =
        core
            + "|"
            + app
            + "|"
            + network.word()
            + "|"
            + address
            + "|"
            + protocol
            + "|"
            + certificate.orElse("");
    return multiplexing.map(can -> text + "|" + can).orElse(text);
  }

  /** The kinds of address. */
  public enum Network {
    /** A Unix socket's path. */
    UNIX("unix"),
    /** {@code host:port}. */
    TCP("tcp");

    private final String word;

    Network(String word) {
      this.word = word;
    }

    /** As the line spells it. */
    public String word() {
      return word;
    }
  }
}
