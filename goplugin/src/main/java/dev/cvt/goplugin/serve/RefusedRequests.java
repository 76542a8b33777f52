package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.channel.OversizedMessage;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Map;

/**
 * Logs each request that was refused for its size: gRPC answers it by itself, with both sizes but
 * without the setting, and no handler hears of it. Thread-safe.
 */
final class RefusedRequests extends ServerStreamTracer.Factory {

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new ServerStreamTracer() {
      @Override
      public void streamClosed(Status status) {
        OversizedMessage.received(status)
            .ifPresent(
                sizes ->
                    LOG.log(
                        System.Logger.Level.WARNING,
                        "a request was refused for its size: send less, or raise maxMessage of the"
                            + " PluginServer",
                        Map.entry("method", method),
                        Map.entry("bytes", sizes.actual()),
                        Map.entry("at_most", sizes.limit())));
      }
    };
  }
}
