package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config;
import java.util.Arrays;

/**
 * Loads any bytes as the two files, and says what must hold of every outcome. The entry point of
 * coverage-guided fuzzing ({@code .ci/fuzz}), and of the replay of what it found.
 *
 * <p>A line break and the byte 1 part {@code config.yaml} from {@code pluginmgr.yaml}.
 */
public final class ConfigFuzz {
  private static final TestHome HOME = new TestHome();

  private ConfigFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    var border = border(input);
    HOME.write(HOME.configYaml, Arrays.copyOf(input, border));
    HOME.write(
        HOME.pluginmgrYaml,
        Arrays.copyOfRange(input, Math.min(border + 1, input.length), input.length));
    try {
      holds(HOME.read());
    } catch (Config.Invalid e) {
      holds(e);
    }
  }

  private static int border(byte[] input) {
    for (var i = 1; i < input.length; i++) {
      if (input[i] == 1 && input[i - 1] == '\n') {
        return i;
      }
    }
    return input.length;
  }

  private static void holds(Config config) {
    require(config.toBuilder().build().equals(config), "a builder with all of it builds the same");
    for (var plugin : config.plugins().values()) {
      require(plugin.binary().startsWith(config.pluginRoot()), "binaries are under the root");
      require(!plugin.timeout().isNegative() && !plugin.timeout().isZero(), "calls take time");
      require(!plugin.toString().contains(TestHome.TOKEN), "a plugin prints no secret");
    }
    require(config.plugins().keySet().containsAll(config.hooks().values()), "hooks name plugins");
    require(!config.warnings().toString().contains(TestHome.TOKEN), "no warning shows a secret");
  }

  private static void holds(Config.Invalid e) {
    require(!e.problems().isEmpty(), "something is wrong");
    require(e.getMessage().lines().count() == e.problems().size(), "each problem is one line");
    require(e.getMessage().length() < 300_000, "a message is bounded");
    require(!e.getMessage().contains(TestHome.TOKEN), "no message shows a secret");
    require(
        e.getMessage().chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)),
        "no message drives a terminal");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
