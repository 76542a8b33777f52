package dev.cvt.goplugin.serve;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands before every service of the plugin's own: counts the calls in flight, so that a stop can
 * wait for them; turns what a handler throws into an answer and a log record, so that the process
 * lives on; and interrupts a handler whose call was cancelled or ran out of time. Thread-safe.
 */
final class CallGuard implements ServerInterceptor {

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  // Both guarded by lock.
  private int inFlight;
  private boolean stopping;

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> handler) {
    if (!enter()) {
      call.close(Status.UNAVAILABLE.withDescription("the plugin is stopping"), new Metadata());
      return new Listener<>() {};
    }
    ServerCall<Q, R> brief = new BriefStatus<>(call);
    Guarded<Q, R> guarded = new Guarded<>(brief);
    try {
      guarded.begin(handler.startCall(brief, headers));
    } catch (RuntimeException e) {
      guarded.fail(e);
    }
    return guarded;
  }

  private boolean enter() {
    lock.lock();
    try {
      inFlight += stopping ? 0 : 1;
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      inFlight--;
      if (inFlight == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses calls from now on and waits for those in flight.
   *
   * @return how many are left after that time
   */
  int drain(Duration grace) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      stopping = true;
      long left = grace.toNanos();
      while (inFlight > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return inFlight;
    } finally {
      lock.unlock();
    }
  }

  /** One call. gRPC runs its methods one after another. */
  private final class Guarded<Q, R> extends Listener<Q> {

    private final ServerCall<Q, R> call;
    private Listener<Q> handler = new Listener<>() {};
    private boolean left;

    Guarded(ServerCall<Q, R> call) {
      this.call = call;
    }

    void begin(Listener<Q> handler) {
      this.handler = handler;
    }

    @Override
    public void onReady() {
      run(handler::onReady);
    }

    @Override
    public void onMessage(Q message) {
      run(() -> handler.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      run(handler::onHalfClose);
    }

    @Override
    public void onCancel() {
      end(handler::onCancel);
    }

    @Override
    public void onComplete() {
      end(handler::onComplete);
    }

    private void end(Runnable step) {
      try {
        run(step);
      } finally {
        if (!left) {
          left = true;
          leave();
        }
      }
    }

    private void run(Runnable step) {
      try (HandlerInterrupt _ = HandlerInterrupt.whileRunning(Context.current())) {
        step.run();
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }

    /** Answers for a handler that threw. */
    void fail(Throwable caught) {
      Throwable thrown =
          caught instanceof UndeclaredThrowableException wrapped && wrapped.getCause() != null
              ? wrapped.getCause()
              : caught;
      String method = call.getMethodDescriptor().getFullMethodName();
      if (call.isCancelled()) {
        LOG.log(System.Logger.Level.DEBUG, "a handler ended after its call was cancelled", thrown);
        return;
      }
      Metadata trailers = new Metadata();
      Status status;
      switch (thrown) {
        case StatusRuntimeException chosen -> {
          status = chosen.getStatus();
          trailers = chosen.getTrailers() == null ? trailers : chosen.getTrailers();
        }
        default -> {
          status = Status.INTERNAL.withDescription(describe(thrown)).withCause(thrown);
          LOG.log(
              System.Logger.Level.ERROR,
              "a handler threw instead of answering",
              Map.entry("method", method),
              thrown);
        }
      }
      try {
        call.close(status, trailers);
      } catch (IllegalStateException e) {
        LOG.log(System.Logger.Level.DEBUG, "{0} threw after it had answered", method);
      }
    }
  }

  /** What the caller is told: the message, or the kind of failure where there is none. */
  private static String describe(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getName() : message;
  }
}
