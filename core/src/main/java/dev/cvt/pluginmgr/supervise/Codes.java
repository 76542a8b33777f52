package dev.cvt.pluginmgr.supervise;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's codes by the names that Go gives them, which are those of metrics and audit records.
 *
 * <p>The outcome mapper: no other class of the manager reads a gRPC status.
 */
public final class Codes {
  /** The caller gave up. */
  public static final String CANCELED = "Canceled";

  /** A failure that is not gRPC's. */
  public static final String UNKNOWN = "Unknown";

  /** No answer in time. */
  public static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

  /** Too large, or too many at once. */
  public static final String RESOURCE_EXHAUSTED = "ResourceExhausted";

  /** The plugin has no such method. */
  public static final String UNIMPLEMENTED = "Unimplemented";

  /** The other side broke a rule of the protocol, or failed in itself. */
  public static final String INTERNAL = "Internal";

  /** Something that was kept is gone. */
  public static final String DATA_LOSS = "DataLoss";

  /** The plugin cannot be reached. */
  public static final String UNAVAILABLE = "Unavailable";

  /** How grpc-java describes a code that is not on its list. */
  private static final String UNLISTED = "Unknown code ";

  private Codes() {}

  /** A call that ended with this status, which is not OK. */
  static <R> Reply.Failed<R> failed(Status status) {
    String description = status.getDescription();
    return new Reply.Failed<>(
        name(status), description == null ? "" : description, "", true, status.getCause());
  }

  /** A call that ended with this exception. */
  public static <R> Reply.Failed<R> failed(Throwable thrown) {
    Status status = statusOf(thrown);
    if (status != null) {
      return failed(status);
    }
    String message = thrown.getMessage();
    return new Reply.Failed<>(
        UNKNOWN, message == null ? thrown.getClass().getName() : message, "", true, thrown);
  }

  private static @Nullable Status statusOf(Throwable thrown) {
    return switch (thrown) {
      case StatusRuntimeException e -> e.getStatus();
      case StatusException e -> e.getStatus();
      default -> null;
    };
  }

  private static String name(Status status) {
    return switch (status.getCode()) {
      case OK -> "OK";
      case CANCELLED -> CANCELED;
      case UNKNOWN -> unknown(status.getDescription());
      case INVALID_ARGUMENT -> "InvalidArgument";
      case DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
      case NOT_FOUND -> "NotFound";
      case ALREADY_EXISTS -> "AlreadyExists";
      case PERMISSION_DENIED -> "PermissionDenied";
      case RESOURCE_EXHAUSTED -> RESOURCE_EXHAUSTED;
      case FAILED_PRECONDITION -> "FailedPrecondition";
      case ABORTED -> "Aborted";
      case OUT_OF_RANGE -> "OutOfRange";
      case UNIMPLEMENTED -> UNIMPLEMENTED;
      case INTERNAL -> INTERNAL;
      case UNAVAILABLE -> UNAVAILABLE;
      case DATA_LOSS -> DATA_LOSS;
      case UNAUTHENTICATED -> "Unauthenticated";
    };
  }

  /** A number outside the list is spelled as Go spells it, where grpc-java still tells it. */
  private static String unknown(@Nullable String description) {
    if (description == null || !description.startsWith(UNLISTED)) {
      return UNKNOWN;
    }
    String number = description.substring(UNLISTED.length());
    boolean isNumber = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? "Code(" + number + ")" : UNKNOWN;
  }
}
