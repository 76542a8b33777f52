package dev.cvt.goplugin.diagnosis;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.line.HandshakeLine;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether this host can go on with what a handshake line says. Pure. */
public final class LineVerdict {

  private LineVerdict() {}

  /**
   * Judges everything but the address and the certificate.
   *
   * @return what stands against it
   */
  public static Optional<Finding> of(HandshakeLine line, Handshake offered) {
    if (line.core() != HandshakeLine.CORE_VERSION) {
      return found(
          Diagnosis.CORE_VERSION,
          "it speaks version "
              + line.core()
              + " of go-plugin's protocol, and this host version "
              + HandshakeLine.CORE_VERSION,
          "have it built with a go-plugin library of this version");
    }
    if (!offered.versions().contains(line.app())) {
      return found(
          Diagnosis.NO_COMMON_VERSION,
          "it speaks protocol version "
              + line.app()
              + ", and this host "
              + offered.versions().stream().map(String::valueOf).collect(Collectors.joining(", ")),
          line.app() > offered.versions().getLast()
              ? "upgrade the host, or install an older version of the plugin"
              : "install a newer version of the plugin");
    }
    if (line.protocol().equals(HandshakeLine.NETRPC)) {
      return found(
          Diagnosis.NETRPC_ONLY,
          "it speaks version "
              + line.app()
              + " over net/rpc, the old protocol of go-plugin, and"
              + " this host speaks only gRPC",
          "install a version of the plugin that serves gRPC");
    }
    if (!line.protocol().equals(HandshakeLine.GRPC)) {
      return found(
          Diagnosis.LINE_GARBLED,
          "its handshake line names the protocol \""
              + line.protocol()
              + "\", and this host"
              + " speaks only grpc",
          "have its author print CORE|APP|NETWORK|ADDRESS|grpc");
    }
    return Optional.empty();
  }

  private static Optional<Finding> found(Diagnosis diagnosis, String fact, String remedy) {
    return Optional.of(new Finding(Phase.LINE, diagnosis, fact, remedy));
  }
}
