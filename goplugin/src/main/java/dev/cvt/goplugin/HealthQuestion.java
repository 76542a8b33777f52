package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.LostConnection;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** One question to the standard health service, and what its answer means. */
final class HealthQuestion {
  /** The name under which every go-plugin server reports. */
  private static final String SERVICE = "plugin";

  private HealthQuestion() {}

  static Health ask(Channel channel, Duration deadline) throws InterruptedException {
    var answer = new CompletableFuture<Health>();
    HealthGrpc.newStub(channel)
        .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .check(HealthCheckRequest.newBuilder().setService(SERVICE).build(), new Answer(answer));
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never exceptional", e);
    }
  }

  private record Answer(CompletableFuture<Health> health)
      implements StreamObserver<HealthCheckResponse> {
    @Override
    public void onNext(HealthCheckResponse response) {
      health.complete(
          switch (response.getStatus()) {
            case SERVING -> Health.SERVING;
            case NOT_SERVING -> Health.NOT_SERVING;
            case UNKNOWN, SERVICE_UNKNOWN, UNRECOGNIZED -> Health.UNKNOWN;
          });
    }

    @Override
    public void onError(Throwable t) {
      health.complete(
          switch (LostConnection.told(Status.fromThrowable(t)).getCode()) {
            case UNIMPLEMENTED -> Health.NO_HEALTH_SERVICE;
            case DEADLINE_EXCEEDED -> Health.NO_ANSWER;
            case UNAVAILABLE, CANCELLED -> Health.UNREACHABLE;
            default -> Health.UNKNOWN;
          });
    }

    @Override
    public void onCompleted() {
      health.complete(Health.UNKNOWN); // an end without an answer
    }
  }
}
