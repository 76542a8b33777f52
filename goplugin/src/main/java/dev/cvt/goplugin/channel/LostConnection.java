package dev.cvt.goplugin.channel;

import io.grpc.Status;
import java.io.IOException;

/**
 * What is said of a call whose connection broke. For one that was just being sent gRPC's transport
 * says {@code UNKNOWN}, with the failure of the socket as its cause, which looks like an answer of
 * the plugin's own; for all others, {@code UNAVAILABLE}. Pure.
 */
public final class LostConnection {
  private LostConnection() {}

  /** The same status, but {@code UNAVAILABLE} where the connection is what failed. */
  public static Status told(Status status) {
    return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException
        ? Status.UNAVAILABLE
            .withDescription("the connection was lost: " + status.getDescription())
            .withCause(status.getCause())
        : status;
  }
}
