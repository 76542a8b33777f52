package dev.cvt.goplugin;

/**
 * The answer of the standard health service ({@code grpc.health.v1}, service name {@code plugin}),
 * or why there is none. Only {@link #SERVING} is good; {@link #NO_HEALTH_SERVICE} says nothing bad
 * about a plugin that was written without it.
 */
public enum Health {
  /** It says that it serves. */
  SERVING("its health service says SERVING", "nothing is to be done"),
  /** It says that it does not. */
  NOT_SERVING(
      "its health service says NOT_SERVING",
      "see its log for what it lacks: it can be reached, and says itself that it cannot work"),
  /** It answered with a status that is neither, or does not know the service {@code plugin}. */
  UNKNOWN(
      "its health service says neither SERVING nor NOT_SERVING of \"plugin\"",
      "have its author report a status under the service name \"plugin\""),
  /** The plugin has no health service: degraded, not dead. */
  NO_HEALTH_SERVICE(
      "it has no health service",
      "have its author serve grpc.health.v1, so that trouble is noticed before a call meets it"),
  /** No answer within the deadline. */
  NO_ANSWER(
      "its health service does not answer in time", "find out what it is busy with, or waits for"),
  /** The connection is gone, or cannot be made again. */
  UNREACHABLE("its connection is gone", "see its log and its last words for the reason");

  private final String fact;
  private final String remedy;

  Health(String fact, String remedy) {
    this.fact = fact;
    this.remedy = remedy;
  }

  /** Whether it is no reason to give a plugin up: it serves, or was written without the service. */
  public boolean good() {
    return this == SERVING || this == NO_HEALTH_SERVICE;
  }

  /** What it means, in words that follow the plugin's name. */
  public String fact() {
    return fact;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
