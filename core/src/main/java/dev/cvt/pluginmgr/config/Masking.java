package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Value;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.Collection;
import java.util.function.UnaryOperator;

/** Takes secrets out of texts, for those who hold values and no manager. */
public final class Masking {
  private Masking() {}

  /** A function that masks each secret among these values. */
  public static UnaryOperator<String> of(Collection<Value> values) {
    return Scrubber.of(values);
  }
}
