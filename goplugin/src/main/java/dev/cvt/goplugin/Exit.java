package dev.cvt.goplugin;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a plugin's process ended.
 *
 * @param code the exit code; empty if a signal ended it
 * @param signal the signal's name, such as {@code SIGKILL}; empty if it exited. The JDK reports a
 *     death by signal N as 128+N, so that a program which exits with such a code looks the same
 * @param outOfMemory whether it was {@code SIGKILL} and the kernel's count of out-of-memory kills
 *     rose while it ran: evidence, not proof
 * @param asked whether a stop had been asked for before it ended
 * @param stderr the last 4 KiB of its standard error, scrubbed
 * @param uptime from fork to end
 */
public record Exit(
    OptionalInt code,
    Optional<String> signal,
    boolean outOfMemory,
    boolean asked,
    String stderr,
    Duration uptime) {

  /** The end in words, to follow a plugin's name: "exited with code 3", "was killed by SIGKILL". */
  public String description() {
    if (signal.isEmpty()) {
      return "exited with code " + code.orElse(-1);
    }
    return "was killed by "
        + signal.get()
        + (outOfMemory ? " (the kernel ran out of memory while it lived)" : "");
  }
}
