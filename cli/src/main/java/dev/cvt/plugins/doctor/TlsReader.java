package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.Peer;
import dev.cvt.plugins.doctor.Report.TlsFacts;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;

/** Reads what a person wants to know of the other side of a TLS connection. */
final class TlsReader {
  private TlsReader() {}

  static TlsFacts read(Peer peer) {
    var certificate = peer.certificate();
    return new TlsFacts(
        peer.protocol(),
        peer.cipherSuite(),
        key(certificate.getPublicKey()),
        certificate.getSigAlgName(),
        certificate.getSubjectX500Principal().getName(),
        names(certificate),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        peer.fingerprint());
  }

  /** The curves of the standard are known by their length. */
  private static String key(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> "EC P-" + ec.getParams().getCurve().getField().getFieldSize();
      case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength();
      default -> key.getAlgorithm();
    };
  }

  private static List<String> names(X509Certificate certificate) {
    try {
      return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
          .flatMap(names -> names.stream())
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    } catch (CertificateParsingException e) {
      return List.of("cannot be read");
    }
  }
}
