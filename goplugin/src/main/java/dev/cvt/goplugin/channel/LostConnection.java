package dev.cvt.goplugin.channel;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** What failures of a connection mean. Pure. */
public final class LostConnection {
  private LostConnection() {}

  /**
   * The same status, but {@code UNAVAILABLE} where the connection is what failed. Of a call that
   * was just being sent gRPC's transport says {@code UNKNOWN}, with the failure of the socket as
   * its cause, which looks like an answer of the plugin's own.
   */
  public static Status told(Status status) {
    return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException
        ? Status.UNAVAILABLE
            .withDescription("the connection was lost: " + status.getDescription())
            .withCause(status.getCause())
        : status;
  }

  /** Whether there is no such socket, or nobody who listens on it. */
  public static boolean isNobodyThere(@Nullable Throwable failure) {
    return failure instanceof ConnectException
        || (failure instanceof SocketException
            && String.valueOf(failure.getMessage()).contains("No such file"));
  }
}
