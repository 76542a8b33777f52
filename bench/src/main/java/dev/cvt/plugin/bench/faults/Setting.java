package dev.cvt.plugin.bench.faults;

import java.nio.file.Path;

/**
 * What a fault is given.
 *
 * @param quick whether to show only that it works, in a few seconds
 * @param checkout the folder of this source tree, built
 * @param folder an empty folder of its own, deleted afterwards
 * @param seed for all that is random; printed, so that a finding can be looked for again
 */
public record Setting(boolean quick, Path checkout, Path folder, long seed) {

  /** One of two numbers. */
  public int times(int whenQuick, int otherwise) {
    return quick ? whenQuick : otherwise;
  }
}
