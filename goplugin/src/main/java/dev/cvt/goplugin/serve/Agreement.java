package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.line.HandshakeLine;
import java.util.Optional;

/**
 * What this plugin makes of what the host asks for: all that the handshake line says. The line can
 * go out before the rest of the server exists: connections wait. Immutable.
 *
 * @param offer what the host asks for
 * @param version the version of the application's protocol
 * @param unix whether sockets are Unix sockets
 * @param listening the main socket
 * @param trust both sides' certificates, where the host wants TLS
 */
record Agreement(
    HostOffer offer, int version, boolean unix, Listening listening, Optional<HostTrust> trust) {

  /**
   * Agrees, and listens.
   *
   * @param unix whether this system's plugins use Unix sockets
   * @throws CannotServe where that is not possible; nothing is left then
   */
  static Agreement with(HostOffer offer, Served served, boolean unix) {
    Optional<HostTrust> trust = HostTrust.of(offer);
    return new Agreement(
        offer, offer.choose(served.offered()), unix, Listening.open(offer, unix), trust);
  }

  /** What the host is told. */
  HandshakeLine line() {
    return HandshakeLine.grpc(
        version, listening.network(), listening.address(), trust.map(HostTrust::lineField));
  }
}
