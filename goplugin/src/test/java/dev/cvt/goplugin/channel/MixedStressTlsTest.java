package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.tls.OneTimeIdentity;
import java.util.Optional;

/** The same under TLS. */
class MixedStressTlsTest extends MixedStressTest {
  private static final OneTimeIdentity HOST = OneTimeIdentity.generate();
  private static final OneTimeIdentity PLUGIN = OneTimeIdentity.generate();

  @Override
  Optional<Security> host() {
    return Optional.of(Security.of(HOST, PLUGIN.certificate()));
  }

  @Override
  Optional<Security> plugin() {
    return Optional.of(Security.of(PLUGIN, HOST.certificate()));
  }
}
