package dev.cvt.goplugin.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts one certificate, byte for byte, and nothing else: no chain, no name, no date is looked at,
 * since the certificate came over a channel that is trusted already. Immutable.
 */
public final class ExactTrust extends X509ExtendedTrustManager {
  private final X509Certificate only;

  /** Trusts this one. */
  public ExactTrust(X509Certificate only) {
    this.only = only;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (chain.length == 0 || !Arrays.equals(chain[0].getEncoded(), only.getEncoded())) {
      throw new CertificateException(
          "the other side's certificate is not the one that it announced in the handshake");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  /** None by name: the peer is known by its own certificate. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
