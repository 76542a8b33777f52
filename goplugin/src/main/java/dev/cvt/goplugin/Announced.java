package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.channel.LocalAddress;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.line.HandshakeLine.Network;
import dev.cvt.goplugin.tls.PeerCertificate;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a handshake line says of the way to the plugin.
 *
 * @param certificate the plugin's own, under AutoMTLS; one that nobody asked for does not count
 */
record Announced(SocketAddress address, Optional<X509Certificate> certificate) {

  /**
   * Reads it.
   *
   * @throws Refusal if this host would not go there
   */
  static Announced in(HandshakeLine line, boolean autoMtls) throws Refusal {
    var address = address(line);
    return new Announced(address, autoMtls ? Optional.of(certificate(line)) : Optional.empty());
  }

  private static SocketAddress address(HandshakeLine line) throws Refusal {
    if (line.network() == Network.UNIX) {
      SocketFolder.checkLength(line.address());
    }
    return LocalAddress.of(line.network().word(), line.address())
        .orElseThrow(
            () ->
                new Refusal(
                    new Finding(
                        Phase.LINE,
                        Diagnosis.ADDRESS_REFUSED,
                        "it listens on "
                            + line.network().word()
                            + " "
                            + line.address()
                            + ", and this host only connects to socket files and to ports of the"
                            + " loopback interface",
                        "have it listen in the folder that PLUGIN_UNIX_SOCKET_DIR names, or on"
                            + " 127.0.0.1")));
  }

  private static X509Certificate certificate(HandshakeLine line) throws Refusal {
    var field =
        line.certificate()
            .orElseThrow(
                () ->
                    new Refusal(
                        new Finding(
                            Phase.LINE,
                            Diagnosis.TLS_CERTIFICATE_MISSING,
                            "AutoMTLS was wanted, and it sent no certificate",
                            "turn AutoMTLS off for this plugin, or have it built with a go-plugin"
                                + " library that knows it")));
    try {
      return PeerCertificate.fromLine(field);
    } catch (CertificateException e) {
      throw new Refusal(
          new Finding(
              Phase.LINE,
              Diagnosis.TLS_CERTIFICATE_UNREADABLE,
              "the certificate in its handshake line cannot be read: " + e.getMessage(),
              "have its author send the base64 of the DER form"),
          e);
    }
  }
}
