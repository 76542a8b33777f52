package dev.cvt.pluginmgr.hook;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.supervise.Codes;
import dev.cvt.pluginmgr.supervise.Reply;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Leaves a plugin alone for a while after its calls have failed so many times in a row, then lets a
 * few through to see whether it has recovered. Thread-safe; the time comes from the caller.
 *
 * <p>Only failures that are the plugin's own count. An error that it gives for an answer (not
 * found, not permitted) shows that it is well.
 */
final class Breaker {
  private final int failures;
  private final long openFor;
  private final int probes;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private Mode mode = Mode.CLOSED;
  private int failedInARow;
  private long openUntil;
  private int probing;
  private int passed;

  private enum Mode {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  Breaker(Config.Breaker settings) {
    this.failures = settings.failures();
    this.openFor = settings.openFor().toNanos();
    this.probes = settings.probes();
  }

  /**
   * Whether a call may go through; if so, {@link #ended} must follow.
   *
   * @param now nanoseconds on a clock that only runs forward
   */
  boolean admits(long now) {
    lock.lock();
    try {
      if (mode == Mode.OPEN && now - openUntil >= 0) {
        mode = Mode.HALF_OPEN;
        probing = 0;
        passed = 0;
      }
      return switch (mode) {
        case CLOSED -> true;
        case OPEN -> false;
        case HALF_OPEN -> {
          boolean room = probing + passed < probes;
          if (room) {
            probing++;
          }
          yield room;
        }
      };
    } finally {
      lock.unlock();
    }
  }

  /** How a call ended that went through. */
  enum End {
    /** The plugin answered, if only with an error. */
    WELL,
    /** The plugin failed. */
    ILL,
    /** Nothing was learned: the caller gave up, or the call never reached the plugin. */
    UNKNOWN;

    /** What a call says of the plugin's own state. */
    static End of(Reply<?> reply) {
      if (!(reply instanceof Reply.Failed<?> failed)) {
        return WELL;
      }
      return switch (failed.code()) {
        case Codes.UNAVAILABLE,
            Codes.DEADLINE_EXCEEDED,
            Codes.INTERNAL,
            Codes.UNKNOWN,
            Codes.DATA_LOSS ->
            ILL;
        case Codes.CANCELED -> UNKNOWN;
        default -> failed.reached() ? WELL : UNKNOWN;
      };
    }
  }

  /** Takes note. */
  void ended(End end, long now) {
    lock.lock();
    try {
      switch (mode) {
        case CLOSED -> {
          failedInARow =
              switch (end) {
                case WELL -> 0;
                case ILL -> failedInARow + 1;
                case UNKNOWN -> failedInARow;
              };
          if (failedInARow >= failures) {
            open(now);
          }
        }
        case HALF_OPEN -> {
          probing = Math.max(0, probing - 1);
          switch (end) {
            case WELL -> {
              passed++;
              if (passed >= probes) {
                mode = Mode.CLOSED;
                failedInARow = 0;
              }
            }
            case ILL -> open(now);
            case UNKNOWN -> {}
          }
        }
        case OPEN -> {}
      }
    } finally {
      lock.unlock();
    }
  }

  private void open(long now) {
    mode = Mode.OPEN;
    openUntil = now + openFor;
  }

  /** Whether it turns calls away, or would until a probe has passed. */
  boolean isOpen() {
    lock.lock();
    try {
      return mode != Mode.CLOSED;
    } finally {
      lock.unlock();
    }
  }
}
