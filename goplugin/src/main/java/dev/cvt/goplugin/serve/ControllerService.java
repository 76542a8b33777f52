package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.wire.Empty;
import dev.cvt.goplugin.wire.GRPCControllerGrpc;
import io.grpc.stub.StreamObserver;

/** The host's polite request to end: answered first, then obeyed. Thread-safe. */
final class ControllerService extends GRPCControllerGrpc.GRPCControllerImplBase {

  private final Runnable stop;

  /**
   * Serves the request.
   *
   * @param stop begins to stop and returns at once; may be called any number of times
   */
  ControllerService(Runnable stop) {
    this.stop = stop;
  }

  @Override
  public void shutdown(Empty request, StreamObserver<Empty> answers) {
    answers.onNext(Empty.getDefaultInstance());
    answers.onCompleted();
    stop.run();
  }
}
