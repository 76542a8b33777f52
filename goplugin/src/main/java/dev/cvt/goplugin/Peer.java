package dev.cvt.goplugin;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * The other side of a connection under AutoMTLS.
 *
 * @param certificate the one certificate that is trusted
 * @param protocol the TLS version, such as {@code TLSv1.3}
 * @param cipherSuite the suite's standard name
 */
public record Peer(X509Certificate certificate, String protocol, String cipherSuite) {

  /** The SHA-256 of the certificate's DER form, as 64 hexadecimal digits. */
  public String fingerprint() {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read has no SHA-256", e);
    }
  }

  /** In one line. */
  @Override
  public String toString() {
    return protocol + " " + cipherSuite + ", certificate " + fingerprint();
  }
}
