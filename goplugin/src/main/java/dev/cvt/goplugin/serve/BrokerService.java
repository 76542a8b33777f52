package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.broker.StreamBroker;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.GRPCBrokerGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * Takes the broker's stream, which a host opens early and once. Should another come, announcements
 * go to the newest. Thread-safe.
 */
final class BrokerService extends GRPCBrokerGrpc.GRPCBrokerImplBase {

  private final StreamBroker broker;

  BrokerService(StreamBroker broker) {
    this.broker = broker;
  }

  @Override
  public StreamObserver<ConnInfo> startStream(StreamObserver<ConnInfo> toHost) {
    // With a handler, sending after the end is no error: the next stream brings it all again.
    ((ServerCallStreamObserver<ConnInfo>) toHost).setOnCancelHandler(() -> {});
    broker.open(toHost);
    return new StreamObserver<>() {
      @Override
      public void onNext(ConnInfo info) {
        broker.announced(info);
      }

      @Override
      public void onError(Throwable thrown) {
        // The connection is gone, and with it the host or its interest.
      }

      @Override
      public void onCompleted() {
        toHost.onCompleted();
      }
    };
  }
}
