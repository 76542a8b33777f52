package dev.cvt.pluginmgr.supervise;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One blocking call with one answer, and nothing besides: the calling thread parks until the
 * channel hands over the end of the call, on a channel that runs callbacks where they arise. The
 * deadline is the parking's own, so that no timer is set and cancelled for each call; the plugin
 * hears of it in the header that gRPC has for it.
 */
final class Unary<R> extends ClientCall.Listener<R> {
  /** gRPC's own header; grpc-java writes it only for deadlines for which it sets a timer. */
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  /** The header has room for eight digits. */
  private static final long MOST_DIGITS = 100_000_000;

  private final Thread caller = Thread.currentThread();

  /** Written before {@link #end}, read after it. */
  private @Nullable R message;

  private boolean tooMany;

  private volatile @Nullable Status end;

  private Unary() {}

  /**
   * Calls and waits. If the thread is interrupted, the call is cancelled, its code is {@code
   * Canceled}, and the thread stays interrupted.
   *
   * @param timeout in nanoseconds, from now
   */
  static <Q, R> Reply<R> call(
      Channel channel,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      Q request,
      long timeout) {
    long deadline = System.nanoTime() + timeout;
    if (timeout <= 0) {
      return new Reply.Failed<>(Codes.DEADLINE_EXCEEDED, "", "", false, null);
    }
    var listener = new Unary<R>();
    var call = channel.newCall(method, options);
    var headers = new Metadata();
    headers.put(TIMEOUT, header(timeout));
    try {
      call.start(listener, headers);
      // Two, so that a second answer is seen and refused.
      call.request(2);
      call.sendMessage(request);
      call.halfClose();
    } catch (RuntimeException e) {
      call.cancel("the request could not be sent", e);
      return Codes.failed(e);
    }
    return listener.await(call, deadline);
  }

  private Reply<R> await(ClientCall<?, R> call, long deadline) {
    while (true) {
      Status status = end;
      if (status != null) {
        return reply(status, deadline - System.nanoTime());
      }
      if (Thread.interrupted()) {
        call.cancel("the caller was interrupted", null);
        caller.interrupt();
        return Reply.Failed.interrupted();
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        call.cancel("the deadline is over", null);
        return Reply.Failed.of(Codes.DEADLINE_EXCEEDED, "");
      }
      LockSupport.parkNanos(this, left);
    }
  }

  private Reply<R> reply(Status status, long left) {
    if (!status.isOk()) {
      Reply.Failed<R> failed = Codes.failed(status);
      // A server whose own timer rings first can only reset the stream, which looks like a
      // cancellation; the header's units cut off up to a millisecond.
      return failed.is(Codes.CANCELED) && left < TimeUnit.MILLISECONDS.toNanos(1)
          ? Reply.Failed.of(Codes.DEADLINE_EXCEEDED, "")
          : failed;
    }
    R answer = message;
    if (answer == null || tooMany) {
      String what = tooMany ? "more than one answer" : "no answer";
      return Reply.Failed.of(Codes.INTERNAL, "it gave " + what + " to the call");
    }
    return new Reply.Answered<>(answer);
  }

  @Override
  public void onMessage(R answer) {
    tooMany = message != null;
    message = answer;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    end = status;
    LockSupport.unpark(caller);
  }

  /** The shortest unit in which the number still fits. */
  static String header(long nanos) {
    if (nanos < MOST_DIGITS) {
      return nanos + "n";
    }
    if (nanos < MOST_DIGITS * 1000) {
      return nanos / 1000 + "u";
    }
    if (nanos < MOST_DIGITS * 1000_000) {
      return nanos / 1000_000 + "m";
    }
    return Math.min(TimeUnit.NANOSECONDS.toSeconds(nanos), MOST_DIGITS - 1) + "S";
  }
}
