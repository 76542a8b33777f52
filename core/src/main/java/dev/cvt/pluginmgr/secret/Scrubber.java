package dev.cvt.pluginmgr.secret;

import dev.cvt.pluginmgr.Config.Value;
import java.util.Collection;

/** Masks secrets in text. Immutable, for any number of threads. */
public final class Scrubber {
  /** Secrets with fewer characters are masked only where they stand as a whole word. */
  public static final int SHORT = 6;

  private Scrubber() {}

  /** One that masks each secret among these values. */
  public static Scrubber of(Collection<Value> values) {
    return new Scrubber();
  }
}
