package dev.cvt.goplugin.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Reads the certificate that the other side sent. */
public final class PeerCertificate {

  private PeerCertificate() {}

  /**
   * From the field of a handshake line: base64 of the DER form, with or without padding.
   *
   * @throws CertificateException if it is none
   */
  public static X509Certificate fromLine(String field) throws CertificateException {
    try {
      return read(Base64.getDecoder().decode(field));
    } catch (IllegalArgumentException e) {
      throw new CertificateException("it is not base64: " + e.getMessage(), e);
    }
  }

  /**
   * From the text of {@code PLUGIN_CLIENT_CERT}.
   *
   * @throws CertificateException if it is none
   */
  public static X509Certificate fromPem(String pem) throws CertificateException {
    return read(pem.getBytes(StandardCharsets.US_ASCII));
  }

  private static X509Certificate read(byte[] encoded) throws CertificateException {
    var factory = CertificateFactory.getInstance("X.509");
    try {
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded));
    } catch (CertificateException e) {
      throw new CertificateException("it can be decoded, but is no certificate", e);
    }
  }
}
