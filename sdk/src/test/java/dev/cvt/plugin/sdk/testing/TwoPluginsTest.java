package dev.cvt.plugin.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.sdk.Plugin;
import java.util.Arrays;
import java.util.logging.Logger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A class whose tests need two plugins at once, and are handed neither. */
class TwoPluginsTest {

  /** Registered first, and so run last. */
  @RegisterExtension
  @Order(1)
  static final AfterEachCallback BOTH_HAVE_ENDED = context -> assertThat(running()).isZero();

  @RegisterExtension
  @Order(2)
  static final PluginExtension ONE = PluginExtension.inThisJvm(() -> Plugin.named("one", "1"));

  @RegisterExtension
  @Order(3)
  static final PluginExtension TWO = PluginExtension.inThisJvm(() -> Plugin.named("two", "1"));

  /** Each listens to the log of this JVM while it runs. */
  private static long running() {
    return Arrays.stream(Logger.getLogger("").getHandlers())
        .filter(JvmLogs.class::isInstance)
        .count();
  }

  @Test
  void both_run() {
    assertThat(running()).isEqualTo(2);
  }
}
