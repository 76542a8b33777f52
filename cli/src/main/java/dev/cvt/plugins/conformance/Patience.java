package dev.cvt.plugins.conformance;

import java.time.Duration;

/**
 * How long to wait for what.
 *
 * @param answer for whatever must come: a line, an answer, an end
 * @param start from the start to the answer of {@code Info}, after which CVT gives up
 * @param hostGone until a plugin has noticed that its host was killed
 * @param calm how long nothing may happen where nothing must
 */
public record Patience(Duration answer, Duration start, Duration hostGone, Duration calm) {
  /** What a slow machine needs for a plugin in Java. */
  public static final Duration DEFAULT_ANSWER = Duration.ofSeconds(10);

  private static final Duration CVT_START = Duration.ofSeconds(5);
  private static final Duration HOST_GONE = Duration.ofSeconds(5);
  private static final Duration CALM = Duration.ofMillis(400);

  /** The rest follows from the first. */
  public static Patience of(Duration answer) {
    return new Patience(
        answer, CVT_START, answer.compareTo(HOST_GONE) < 0 ? answer : HOST_GONE, CALM);
  }
}
