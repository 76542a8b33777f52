package dev.cvt.goplugin.channel;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What every call to a plugin passes: counts those in flight, so that a stop can wait for them, and
 * says in words when a message was too large for one of the sides. Thread-safe.
 */
public final class CallGate implements ClientInterceptor {
  private final int maxOutbound;
  private final int maxInbound;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final ConcurrentLinkedQueue<CompletableFuture<?>> idle = new ConcurrentLinkedQueue<>();

  /** Of the two limits, in bytes. */
  public CallGate(int maxOutbound, int maxInbound) {
    this.maxOutbound = maxOutbound;
    this.maxInbound = maxInbound;
  }

  /** Completes when no call is in flight. */
  public CompletableFuture<?> idle() {
    var waiting = new CompletableFuture<Object>();
    idle.add(waiting);
    if (inFlight.get() == 0) {
      tellIdle();
    }
    return waiting;
  }

  private void tellIdle() {
    for (var next = idle.poll(); next != null; next = idle.poll()) {
      next.complete(null);
    }
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    int bound = bound(options);
    return new Counted<>(next.newCall(method, options.withMaxOutboundMessageSize(bound)), bound);
  }

  private int bound(CallOptions options) {
    var callers = options.getMaxOutboundMessageSize();
    return callers == null ? maxOutbound : Math.min(callers, maxOutbound);
  }

  private final class Counted<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private final AtomicBoolean counted = new AtomicBoolean();
    private final int bound;
    private boolean refused;

    Counted(ClientCall<Q, R> call, int bound) {
      super(call);
      this.bound = bound;
    }

    /**
     * Refuses what is too large before gRPC does: where its stream is not there yet, it throws on a
     * thread of its own, and the caller waits for ever.
     */
    @Override
    public void sendMessage(Q message) {
      if (message instanceof MessageLite plain && plain.getSerializedSize() > bound) {
        var refusal = OversizedMessage.outbound(plain.getSerializedSize(), bound);
        refused = true;
        cancel("the request was not sent", refusal.asRuntimeException());
      } else {
        super.sendMessage(message);
      }
    }

    @Override
    public void halfClose() {
      if (!refused) {
        super.halfClose();
      }
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      counted.set(true);
      inFlight.incrementAndGet();
      try {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                leave();
                super.onClose(explained(status), trailers);
              }
            },
            headers);
      } catch (RuntimeException e) {
        leave(); // no listener hears of it then
        throw e;
      }
    }

    private void leave() {
      if (counted.compareAndSet(true, false)
          && inFlight.decrementAndGet() == 0
          && !idle.isEmpty()) {
        tellIdle();
      }
    }
  }

  private Status explained(Status status) {
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED -> OversizedMessage.explain(status, maxOutbound, maxInbound);
      // So gRPC puts it when it refuses to send a message: the reason is in the cause.
      case CANCELLED -> {
        var cause =
            status.getCause() == null ? Status.UNKNOWN : Status.fromThrowable(status.getCause());
        yield cause.getCode() == Status.Code.RESOURCE_EXHAUSTED
            ? OversizedMessage.explain(cause, maxOutbound, maxInbound)
            : status;
      }
      default -> LostConnection.told(status);
    };
  }
}
