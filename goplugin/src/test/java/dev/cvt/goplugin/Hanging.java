package dev.cvt.goplugin;

import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthCheckResponse.ServingStatus;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A service that does not answer before it is told to. */
final class Hanging extends HealthGrpc.HealthImplBase {
  private final CountDownLatch entered;
  private final CompletableFuture<StreamObserver<HealthCheckResponse>> caller =
      new CompletableFuture<>();

  Hanging(CountDownLatch entered) {
    this.entered = entered;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    caller.complete(observer);
    entered.countDown();
  }

  void answer() {
    var observer = caller.join();
    observer.onNext(HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build());
    observer.onCompleted();
  }
}
