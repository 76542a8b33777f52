package dev.cvt.pluginmgr.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Loads any bytes as {@code pluginmgr.yaml} beside a config with two plugins; what must hold is
 * what {@link ConfigFuzz} says. An entry point of coverage-guided fuzzing ({@code .ci/fuzz}), and
 * of the replay of what it found.
 */
public final class SettingsFuzz {

  private static final byte[] CONFIG =
      """
      plugins:
        a: {binary: ~/.cvt/plugins/a, secrets: [t], config: {t: "${TOKEN}", u: v}}
        b: {binary: ~/.cvt/plugins/b}
      \u0001\
      """
          .getBytes(UTF_8);

  private SettingsFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    var both = new ByteArrayOutputStream();
    both.writeBytes(CONFIG);
    both.writeBytes(input);
    ConfigFuzz.fuzzerTestOneInput(both.toByteArray());
  }
}
