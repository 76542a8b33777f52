package dev.cvt.goplugin.channel;

import java.util.Optional;

/** The same under TLS. */
class MixedStressTlsTest extends MixedStressTest {
  @Override
  Optional<Security> host() {
    return Trusting.host();
  }

  @Override
  Optional<Security> plugin() {
    return Trusting.plugin();
  }
}
