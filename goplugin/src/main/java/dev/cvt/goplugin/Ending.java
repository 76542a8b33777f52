package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.CallGate;
import dev.cvt.goplugin.launch.Child;
import dev.cvt.goplugin.orphan.Family;
import dev.cvt.goplugin.stop.Ladder;
import dev.cvt.goplugin.wire.Empty;
import dev.cvt.goplugin.wire.GRPCControllerGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The polite step of a stop: go-plugin's controller, and the calls in flight before it. */
record Ending(Connection connection, CallGate gate) implements Ladder.Politely {

  /** Ends a process that never became a plugin, with all that it started. */
  static void kill(Child process, Family family, Launch launch) {
    process.asked();
    var ladder =
        new Ladder(process.gone(), process.exit(), family, new Impolite(), launch.stopGrace());
    ladder.hurry();
    var _ = ladder.run(Duration.ZERO);
  }

  @Override
  public CompletableFuture<?> idle() {
    return gate.idle();
  }

  @Override
  public CompletableFuture<Boolean> shutdown() {
    boolean connected = connection.isOpen().getAsBoolean();
    var asked = new CompletableFuture<Boolean>();
    // Who waits for it has the deadline.
    GRPCControllerGrpc.newStub(connection.channel())
        .shutdown(
            Empty.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(Empty answer) {
                asked.complete(true);
              }

              @Override
              public void onError(Throwable t) {
                // Its answer is often lost, since it ends; but there must have been somebody.
                asked.complete(
                    connected && Status.fromThrowable(t).getCode() != Status.Code.UNIMPLEMENTED);
              }

              @Override
              public void onCompleted() {
                asked.complete(true);
              }
            });
    return asked;
  }

  /** Nobody to ask. */
  private record Impolite() implements Ladder.Politely {
    @Override
    public CompletableFuture<?> idle() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> shutdown() {
      return CompletableFuture.completedFuture(false);
    }
  }
}
