package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.LostConnection;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One question to the standard health service, and what its answer means. */
final class HealthQuestion {
  /** The name under which every go-plugin server reports. */
  private static final String SERVICE = "plugin";

  private HealthQuestion() {}

  /** The deadline is the waiting's own, so that no timer is set and cancelled for each question. */
  static Health ask(Channel channel, Duration deadline) throws InterruptedException {
    var answer = new CompletableFuture<Health>();
    var call = channel.newCall(HealthGrpc.getCheckMethod(), CallOptions.DEFAULT);
    ClientCalls.asyncUnaryCall(
        call, HealthCheckRequest.newBuilder().setService(SERVICE).build(), new Answer(answer));
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Health.NO_ANSWER;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never exceptional", e);
    } finally {
      if (!answer.isDone()) {
        call.cancel("nobody waits for the answer any more", null);
      }
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
