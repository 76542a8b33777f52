package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.tls.OneTimeIdentity;
import java.util.Optional;

/** The two sides of AutoMTLS, each of which trusts the other. */
final class Trusting {
  private static final OneTimeIdentity HOST = OneTimeIdentity.generate();
  private static final OneTimeIdentity PLUGIN = OneTimeIdentity.generate();

  private Trusting() {}

  static Optional<Security> host() {
    return Optional.of(Security.of(HOST, PLUGIN.certificate()));
  }

  static Optional<Security> plugin() {
    return Optional.of(Security.of(PLUGIN, HOST.certificate()));
  }
}
