package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.Waiter;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call with one answer, for which the calling thread waits. It is the cheapest way to call a
 * {@link RunningPlugin}: nothing runs besides the thread itself, which writes the request and,
 * where calls come one after another, reads the answer too. The deadline is the waiting's own, so
 * that no timer is set and cancelled for each call; the plugin hears of it in gRPC's header. Works
 * on every channel, and from platform and virtual threads; a virtual one never reads, and has its
 * deadline kept with those of all others.
 *
 * @param <R> the answer's type
 */
public final class BlockingCall<R> extends ClientCall.Listener<R> {
  /** gRPC's own header; grpc-java writes it only for deadlines for which it sets a timer. */
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  /** The header has room for eight digits. */
  private static final long MOST_DIGITS = 100_000_000;

  private final Waiter waiter = new Waiter();

  /** Written before {@link #end}, read after it. */
  private @Nullable R message;

  private boolean tooMany;

  private volatile @Nullable Status end;

  private BlockingCall() {}

  /**
   * Calls and waits for the answer.
   *
   * @param options without a deadline and an executor, which would have the call go another way
   * @param timeout from now; the call is not made if it is not positive
   * @throws StatusException if it fails, with the plugin's status, or with {@code INTERNAL} if
   *     there was not one answer
   * @throws TimeoutException if the time is over; the call is cancelled then
   * @throws InterruptedException if the thread is interrupted; the call is cancelled then
   * @throws RuntimeException what an interceptor or the encoding of the request throws
   */
  public static <Q, R> R call(
      Channel channel,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      Q request,
      Duration timeout)
      throws StatusException, TimeoutException, InterruptedException {
    long nanos = timeout.toNanos();
    long deadline = System.nanoTime() + nanos;
    if (nanos <= 0) {
      throw new TimeoutException("there was no time left for the call");
    }
    var listener = new BlockingCall<R>();
    var call = channel.newCall(method, options.withOption(Waiter.OPTION, listener.waiter));
    var headers = new Metadata();
    headers.put(TIMEOUT, header(nanos));
    try {
      call.start(listener, headers);
      // Two, so that a second answer is seen and refused.
      call.request(2);
      call.sendMessage(request);
      call.halfClose();
    } catch (RuntimeException | Error e) {
      call.cancel("the request could not be sent", e);
      throw e;
    }
    return listener.await(call, deadline);
  }

  private R await(ClientCall<?, R> call, long deadline)
      throws StatusException, TimeoutException, InterruptedException {
    while (end == null) {
      if (Thread.interrupted()) {
        call.cancel("the caller was interrupted", null);
        throw new InterruptedException();
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        call.cancel("the deadline is over", null);
        throw new TimeoutException("there was no answer in time");
      }
      waiter.await(left);
    }
    return answer(end);
  }

  private R answer(Status status) throws StatusException {
    if (!status.isOk()) {
      throw status.asException();
    }
    R answer = message;
    if (answer == null || tooMany) {
      String what = tooMany ? "more than one answer" : "no answer";
      throw Status.INTERNAL.withDescription("it gave " + what + " to the call").asException();
    }
    return answer;
  }

  @Override
  public void onMessage(R answer) {
    tooMany = message != null;
    message = answer;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    end = status;
    waiter.wake();
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
