package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.tls.OneTimeIdentity;
import java.util.Optional;

/** The same under TLS. */
class DirectTlsTest extends DirectChannelTest {
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

  /** A JVM that does not optimise takes a fifth of a second for each. */
  @Override
  int largeAnswers() {
    return 3;
  }
}
