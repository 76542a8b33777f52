package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.tls.ExactTrust;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import io.grpc.netty.GrpcSslContexts;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS between two processes that know each other's one certificate, in both roles: with callbacks,
 * the host serves and the plugin connects.
 *
 * @param client for connections that this side opens
 * @param server for connections that this side accepts
 */
public record Security(SslContext client, SslContext server) {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * Of this side's identity and the other side's certificate.
   *
   * @throws IllegalStateException if this JDK cannot speak TLS at all
   */
  public static Security of(OneTimeIdentity identity, X509Certificate peer) {
    var trust = new ExactTrust(peer);
    try {
      return new Security(
          GrpcSslContexts.configure(
                  SslContextBuilder.forClient()
                      .keyManager(identity.key(), identity.certificate())
                      .trustManager(trust),
                  SslProvider.JDK)
              .protocols(PROTOCOLS)
              .build(),
          GrpcSslContexts.configure(
                  SslContextBuilder.forServer(identity.key(), identity.certificate())
                      .trustManager(trust)
                      .clientAuth(ClientAuth.REQUIRE),
                  SslProvider.JDK)
              .protocols(PROTOCOLS)
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("this JDK has no usable TLS", e);
    }
  }

  /** The client's end of one connection, for HTTP/2. */
  SSLEngine engine() {
    return client.newEngine(UnpooledByteBufAllocator.DEFAULT);
  }
}
