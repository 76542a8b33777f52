package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import dev.cvt.goplugin.tls.PeerCertificate;
import java.security.cert.CertificateException;
import java.util.Optional;

/**
 * AutoMTLS as the plugin's side has it: trusts the host's one certificate and sends one of its own.
 * Immutable.
 *
 * @param security both roles of TLS
 * @param lineField the certificate as the handshake line carries it
 */
record HostTrust(Security security, String lineField) {

  /**
   * What the host wants.
   *
   * @return empty where it wants no TLS
   * @throws CannotServe where its certificate cannot be read
   */
  static Optional<HostTrust> of(HostOffer offer) {
    if (offer.clientCertificate().isEmpty()) {
      return Optional.empty();
    }
    try {
      OneTimeIdentity identity = OneTimeIdentity.generate();
      Security security =
          Security.of(identity, PeerCertificate.fromPem(offer.clientCertificate().get()));
      return Optional.of(new HostTrust(security, identity.lineField()));
    } catch (CertificateException e) {
      throw new CannotServe(
          "the certificate in PLUGIN_CLIENT_CERT cannot be read: " + e.getMessage(),
          "the host must send its own as PEM, or not ask for TLS",
          e);
    }
  }
}
