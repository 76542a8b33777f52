package dev.cvt.goplugin.channel;

import java.util.Optional;

/** The same under TLS. */
class DirectTlsTest extends DirectChannelTest {
  @Override
  Optional<Security> host() {
    return Trusting.host();
  }

  @Override
  Optional<Security> plugin() {
    return Trusting.plugin();
  }

  /** A JVM that does not optimise takes a fifth of a second for each. */
  @Override
  int largeAnswers() {
    return 3;
  }
}
