package dev.cvt.goplugin;

/**
 * The answer of the standard health service ({@code grpc.health.v1}, service name {@code plugin}),
 * or why there is none. Only {@link #SERVING} is good; {@link #NO_HEALTH_SERVICE} says nothing bad
 * about a plugin that was written without it.
 */
public enum Health {
  /** It says that it serves. */
  SERVING,
  /** It says that it does not. */
  NOT_SERVING,
  /** It answered with a status that is neither, or does not know the service {@code plugin}. */
  UNKNOWN,
  /** The plugin has no health service: degraded, not dead. */
  NO_HEALTH_SERVICE,
  /** No answer within the deadline. */
  NO_ANSWER,
  /** The connection is gone, or cannot be made again. */
  UNREACHABLE
}
