package dev.cvt.plugin.sdk;

/**
 * A failure that the plugin means: the call fails with this code and message, and nothing is
 * logged. Thrown by handlers and config receivers.
 */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Code code;

  /**
   * Refuses a call.
   *
   * @param code what kind of failure it is
   * @param message what the caller is told; no secrets
   */
  public Refusal(Code code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * Refuses a call because of another failure.
   *
   * @param code what kind of failure it is
   * @param message what the caller is told; no secrets
   * @param cause stays in this process
   */
  public Refusal(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** This plugin leaves that to others; the host goes on as if no plugin were there. */
  public static Refusal unimplemented(String message) {
    return new Refusal(Code.UNIMPLEMENTED, message);
  }

  /** What was asked for does not exist. */
  public static Refusal notFound(String message) {
    return new Refusal(Code.NOT_FOUND, message);
  }

  /** The request, or the value of a config key, makes no sense. */
  public static Refusal invalid(String message) {
    return new Refusal(Code.INVALID_ARGUMENT, message);
  }

  /** What kind of failure it is. */
  public Code code() {
    return code;
  }

  /** The kinds of failure, gRPC's canonical codes with its names. */
  public enum Code {
    /** The caller gave up. */
    CANCELLED,
    /** None of the others. */
    UNKNOWN,
    /** The request makes no sense, whatever the state of the system. */
    INVALID_ARGUMENT,
    /** Time ran out. */
    DEADLINE_EXCEEDED,
    /** What was asked for does not exist. */
    NOT_FOUND,
    /** What was to be made exists already. */
    ALREADY_EXISTS,
    /** The caller may not do that. */
    PERMISSION_DENIED,
    /** A quota is used up, a size exceeded. */
    RESOURCE_EXHAUSTED,
    /** The system is not in the state that this needs. */
    FAILED_PRECONDITION,
    /** A conflict with another caller; the whole may be tried again. */
    ABORTED,
    /** Past the end of a range. */
    OUT_OF_RANGE,
    /** This plugin leaves that to others. */
    UNIMPLEMENTED,
    /** Something is broken. */
    INTERNAL,
    /** Not now; the same call may be tried again. */
    UNAVAILABLE,
    /** Data is lost or damaged for good. */
    DATA_LOSS,
    /** The caller did not say who it is. */
    UNAUTHENTICATED
  }
}
