package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.broker.StreamBroker;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.GRPCBrokerGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes the broker's stream, which a host opens early and once. Should another come, announcements
 * go to the newest. Thread-safe.
 */
final class BrokerService extends GRPCBrokerGrpc.GRPCBrokerImplBase {

  private final StreamBroker broker;
  private final Set<StreamObserver<ConnInfo>> open = ConcurrentHashMap.newKeySet();

  BrokerService(StreamBroker broker) {
    this.broker = broker;
  }

  @Override
  public StreamObserver<ConnInfo> startStream(StreamObserver<ConnInfo> toHost) {
    // With a handler, sending after the end is no error: the next stream brings it all again.
    ((ServerCallStreamObserver<ConnInfo>) toHost).setOnCancelHandler(() -> open.remove(toHost));
    open.add(toHost);
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
        complete(toHost);
      }
    };
  }

  private void complete(StreamObserver<ConnInfo> toHost) {
    if (open.remove(toHost)) {
      toHost.onCompleted();
    }
  }

  /** Ends the broker and its streams. */
  void finish() {
    broker.close();
    open.forEach(this::complete);
  }
}
