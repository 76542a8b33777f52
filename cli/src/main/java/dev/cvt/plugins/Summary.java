package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import java.time.Duration;
import java.util.stream.Collectors;

/** A configuration in words; pure. */
final class Summary {
  private static final long MILLIS = 1_000_000;

  private Summary() {}

  /** As the configuration would say it: {@code 5s}, {@code 250ms}. */
  static String duration(Duration duration) {
    if (duration.toNanos() % MILLIS != 0) {
      return duration.toNanos() / 1000.0 + "us";
    }
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /** The hooks that are bound to a plugin; a dash for none. */
  static String hooks(Config config, String plugin) {
    String bound =
        config.hooks().entrySet().stream()
            .filter(hook -> hook.getValue().equals(plugin))
            .map(hook -> hook.getKey().key())
            .collect(Collectors.joining(", "));
    return bound.isEmpty() ? "-" : bound;
  }
}
