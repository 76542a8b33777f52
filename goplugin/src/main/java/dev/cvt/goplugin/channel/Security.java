package dev.cvt.goplugin.channel;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.cvt.goplugin.tls.ExactTrust;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import dev.cvt.goplugin.tls.OwnKey;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;

/**
 * TLS between two processes that know each other's one certificate, in both roles: with callbacks,
 * the host serves and the plugin connects. Thread-safe.
 */
public final class Security {
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
  private static final String HTTP_2 = "h2";

  /** What HTTP/2 allows, RFC 9113 9.2.2, with keys of either kind. */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final SSLContext context;
  private final List<String> protocols;
  private final Supplier<SslContext> client = Suppliers.memoize(() -> netty(true));
  private final Supplier<SslContext> server = Suppliers.memoize(() -> netty(false));

  private Security(SSLContext context, List<String> protocols) {
    this.context = context;
    this.protocols = protocols;
  }

  /**
   * Of this side's identity and the other side's certificate.
   *
   * @throws IllegalStateException if this JDK cannot speak TLS at all
   */
  public static Security of(OneTimeIdentity identity, X509Certificate peer) {
    return of(identity, peer, PROTOCOLS);
  }

  /** As one that speaks these versions alone. */
  public static Security of(
      OneTimeIdentity identity, X509Certificate peer, List<String> protocols) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new OwnKey(identity)}, new TrustManager[] {new ExactTrust(peer)}, null);
      return new Security(context, List.copyOf(protocols));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no usable TLS", e);
    }
  }

  /** For connections that grpc-java opens. Made when first asked for. */
  public SslContext client() {
    return client.get();
  }

  /** For connections that grpc-java accepts. Made when first asked for. */
  public SslContext server() {
    return server.get();
  }

  private SslContext netty(boolean client) {
    return new JdkSslContext(
        context,
        client,
        CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            HTTP_2),
        ClientAuth.REQUIRE,
        protocols.toArray(String[]::new),
        false);
  }

  /** The client's end of one connection, for HTTP/2. */
  SSLEngine engine() {
    var engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    var parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols.toArray(String[]::new));
    parameters.setCipherSuites(CIPHERS.toArray(String[]::new));
    parameters.setApplicationProtocols(new String[] {HTTP_2});
    engine.setSSLParameters(parameters);
    return engine;
  }
}
