package dev.cvt.goplugin;

import java.security.cert.X509Certificate;

/**
 * The other side of a connection under AutoMTLS.
 *
 * @param certificate the one certificate that is trusted
 * @param protocol the TLS version, such as {@code TLSv1.3}
 * @param cipherSuite the suite's standard name
 */
public record Peer(X509Certificate certificate, String protocol, String cipherSuite) {}
