package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.BlockingCall;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One blocking call, and what comes of it. */
final class Unary {
  private Unary() {}

  /**
   * Calls and waits. If the thread is interrupted, the call is cancelled, its code is {@code
   * Canceled}, and the thread stays interrupted.
   *
   * @param timeout in nanoseconds, from now
   */
  static <Q, R> Reply<R> call(
      Channel channel, MethodDescriptor<Q, R> method, Q request, long timeout) {
    if (timeout <= 0) {
      return new Reply.Failed<>(Codes.DEADLINE_EXCEEDED, "", "", false, null);
    }
    long deadline = System.nanoTime() + timeout;
    try {
      return new Reply.Answered<>(
          BlockingCall.call(
              channel, method, CallOptions.DEFAULT, request, Duration.ofNanos(timeout)));
    } catch (TimeoutException e) {
      return Reply.Failed.of(Codes.DEADLINE_EXCEEDED, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.Failed.interrupted();
    } catch (StatusException e) {
      Reply.Failed<R> failed = Codes.failed(e);
      // A server whose own timer rings first can only reset the stream, which looks like a
      // cancellation; the header's units cut off up to a millisecond.
      return failed.is(Codes.CANCELED)
              && deadline - System.nanoTime() < TimeUnit.MILLISECONDS.toNanos(1)
          ? Reply.Failed.of(Codes.DEADLINE_EXCEEDED, "")
          : failed;
    } catch (RuntimeException | Error e) {
      return Codes.failed(e); // an error too: the call is to be audited, and counted as one
    }
  }
}
