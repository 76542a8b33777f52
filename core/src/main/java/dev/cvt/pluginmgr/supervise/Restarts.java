package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The restarts so far, as far as they bear on the next one.
 *
 * @param inARow without a stable time between them
 * @param recent when the ones that still count against the limit were granted, on the clock of
 *     {@link #next}, oldest first
 */
record Restarts(int inARow, List<Long> recent) {
  private static final Restarts NONE = new Restarts(0, List.of());

  Restarts {
    recent = List.copyOf(recent);
  }

  static Restarts none() {
    return NONE;
  }

  /** Whether there is another restart, and after which wait. */
  sealed interface Verdict {
    /**
     * There is one.
     *
     * @param restarts with this one counted
     * @param pause zero: at once
     */
    record Again(Restarts restarts, Duration pause) implements Verdict {}

    /** As many as allowed have happened within the window, or none is wanted at all. */
    record GiveUp() implements Verdict {}
  }

  /** It has run for a stable time: the next wait is the shortest again; the limit remembers. */
  Restarts settled() {
    return new Restarts(0, recent);
  }

  /**
   * The first restart in a row is at once; the waits before the others double from the first to the
   * longest, each shortened by up to a fifth, so that plugins which died together do not come back
   * together.
   *
   * @param random in [0, 1)
   * @param now nanoseconds on a clock that only runs forward
   */
  Verdict next(Config.Restart policy, double random, long now) {
    if (!policy.enabled()) {
      return new Verdict.GiveUp();
    }
    long window = policy.window().toNanos();
    var counted = new ArrayList<Long>(recent.size() + 1);
    for (long at : recent) {
      if (now - at < window) {
        counted.add(at);
      }
    }
    if (counted.size() >= policy.limit()) {
      return new Verdict.GiveUp();
    }
    counted.add(now);
    return new Verdict.Again(new Restarts(inARow + 1, counted), pause(policy, random));
  }

  private Duration pause(Config.Restart policy, double random) {
    if (inARow == 0) {
      return Duration.ZERO;
    }
    long longest = policy.maxBackoff().toNanos();
    long nominal = policy.firstBackoff().toNanos();
    for (int i = 1; i < inARow && nominal < longest; i++) {
      nominal = nominal > longest / 2 ? longest : nominal * 2;
    }
    nominal = Math.min(nominal, longest);
    return Duration.ofNanos((long) (nominal * (1 - random / 5)));
  }
}
