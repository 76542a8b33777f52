package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthCheckResponse.ServingStatus;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's standard health service for the two names that a go-plugin server knows: {@code plugin}
 * and the empty one, for the process as a whole. The plugin is asked anew each time, and once in
 * {@link #PERIOD} while somebody watches. Thread-safe.
 */
final class HealthService extends HealthGrpc.HealthImplBase {

  /** How soon somebody who watches learns of a change. */
  static final Duration PERIOD = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");
  private static final Set<String> NAMES = Set.of("", "plugin");

  private final BooleanSupplier healthy;
  private final CountDownLatch ended = new CountDownLatch(1);

  HealthService(BooleanSupplier healthy) {
    this.healthy = healthy;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answers) {
    if (NAMES.contains(request.getService())) {
      answers.onNext(answer(status()));
      answers.onCompleted();
    } else {
      answers.onError(
          Status.NOT_FOUND
              .withDescription("no service \"" + request.getService() + "\"; ask for \"plugin\"")
              .asRuntimeException());
    }
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answers) {
    boolean known = NAMES.contains(request.getService());
    ServerCallStreamObserver<HealthCheckResponse> watcher =
        (ServerCallStreamObserver<HealthCheckResponse>) answers;
    Thread watch =
        Thread.ofVirtual().name("plugin-health-watch").unstarted(() -> report(watcher, known));
    watcher.setOnCancelHandler(watch::interrupt);
    watch.start();
  }

  private void report(ServerCallStreamObserver<HealthCheckResponse> watcher, boolean known) {
    @Nullable ServingStatus last = null;
    try {
      while (!watcher.isCancelled()) {
        ServingStatus now = known ? status() : ServingStatus.SERVICE_UNKNOWN;
        if (now != last) {
          watcher.onNext(answer(now));
          last = now;
        }
        if (ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
          watcher.onCompleted();
          return;
        }
      }
    } catch (InterruptedException | RejectedExecutionException e) {
      // Whoever watched has gone, or the connection was closed faster than this could be told.
    }
  }

  /** Ends the watching. */
  void finish() {
    ended.countDown();
  }

  private ServingStatus status() {
    try {
      return healthy.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    } catch (Throwable e) { // whatever it is, the plugin is not well
      LOG.log(System.Logger.Level.ERROR, "the plugin's own health check failed", e);
      return ServingStatus.NOT_SERVING;
    }
  }

  private static HealthCheckResponse answer(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
