package dev.cvt.plugins;

import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.handshake.v1.SetConfigResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** CVT's handshake service, good and bad. */
final class CvtServices extends PluginHandshakeGrpc.PluginHandshakeImplBase {
  /** The ways in which it can go wrong. */
  enum Way {
    WELL,
    OTHER_PROTOCOL,
    INFO_FAILS,
    INFO_HANGS,
    INFO_ENDS,
    CONFIG_REFUSED,
    CONFIG_HANGS,
    CONFIG_ENDS
  }

  private final Way way;

  /** What it was given, as {@code key=value}. */
  final Queue<String> given = new ConcurrentLinkedQueue<>();

  /** Ends the process that it stands for. */
  volatile Runnable end = () -> {};

  CvtServices(Way way) {
    this.way = way;
  }

  @Override
  public void info(InfoRequest request, StreamObserver<InfoResponse> answer) {
    switch (way) {
      case INFO_FAILS ->
          answer.onError(
              Status.FAILED_PRECONDITION
                  .withDescription("no licence for hushhush-token-42")
                  .asException());
      case INFO_HANGS -> {}
      case INFO_ENDS -> end.run();
      default -> {
        answer.onNext(
            InfoResponse.newBuilder()
                .setName("rest")
                .setVersion("1.4.0")
                .addServices("registry.v1")
                .setProtocolVersion(way == Way.OTHER_PROTOCOL ? 2 : 1)
                .build());
        answer.onCompleted();
      }
    }
  }

  @Override
  public void setConfig(SetConfigRequest request, StreamObserver<SetConfigResponse> answer) {
    given.add(request.getKey() + "=" + request.getValue());
    switch (way) {
      case CONFIG_REFUSED ->
          answer.onError(
              Status.INVALID_ARGUMENT
                  .withDescription("no good: " + request.getValue())
                  .asException());
      case CONFIG_HANGS -> {}
      case CONFIG_ENDS -> end.run();
      default -> {
        answer.onNext(SetConfigResponse.getDefaultInstance());
        answer.onCompleted();
      }
    }
  }
}
