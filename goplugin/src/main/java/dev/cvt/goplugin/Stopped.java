package dev.cvt.goplugin;

import java.time.Duration;
import java.util.List;

/**
 * What it took to end a plugin and everything that it started.
 *
 * @param by the step of the ladder after which the plugin itself was gone
 * @param exit how its process ended
 * @param descendants how many processes that it left behind had to be ended by signal
 * @param survivors ids of processes that outlived even {@code SIGKILL} within the grace (stuck in
 *     the kernel); empty in practice
 * @param took the whole time
 */
public record Stopped(By by, Exit exit, int descendants, List<Long> survivors, Duration took) {

  /** Copies. */
  public Stopped {
    survivors = List.copyOf(survivors);
  }

  /** The steps, from polite to final. */
  public enum By {
    /** It had ended before anything was asked. */
    ALREADY_ENDED,
    /** The {@code Shutdown} call. */
    SHUTDOWN,
    /** {@code SIGTERM}. */
    SIGTERM,
    /** {@code SIGKILL}. */
    SIGKILL
  }
}
