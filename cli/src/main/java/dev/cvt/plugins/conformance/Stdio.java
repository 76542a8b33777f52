package dev.cvt.plugins.conformance;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Fetches what a plugin streams of its prints, from {@link #open} to {@link #close}; each piece is
 * counted and none is kept. Thread-safe.
 */
final class Stdio implements AutoCloseable {
  private static final int CHANNEL = 1;
  private static final int DATA = 2;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private final ClientCall<ByteString, ByteString> call;
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final AtomicReference<Optional<String>> wrong = new AtomicReference<>(Optional.empty());
  private final AtomicLong bytes = new AtomicLong();

  private Stdio(Calls calls) {
    this.call =
        calls
            .channel()
            .newCall(
                Calls.Bytes.method(Protocol.STDIO, MethodType.SERVER_STREAMING),
                CallOptions.DEFAULT);
  }

  /** Begins to fetch. */
  static Stdio open(Served served) {
    var stdio = new Stdio(served.calls());
    stdio.call.start(stdio.new Pieces(), new Metadata());
    stdio.call.sendMessage(Protocol.empty());
    stdio.call.halfClose();
    stdio.call.request(1);
    return stdio;
  }

  /** Listens for a while, and judges what is streamed and that it goes on. */
  static Verdict listen(Served served, Duration calm) throws InterruptedException {
    try (var stdio = open(served)) {
      return stdio.judge(calm);
    }
  }

  private Verdict judge(Duration calm) throws InterruptedException {
    try {
      var status = ended.get(calm.toNanos(), TimeUnit.NANOSECONDS);
      return switch (status.getCode()) {
        // Of a plugin without such a service.
        case UNIMPLEMENTED -> new Verdict.Kept("it has no such service");
        default -> new Verdict.Broken("the stream ended at once with " + status.getCode());
      };
    } catch (TimeoutException e) {
      return wrong.get().<Verdict>map(Verdict.Broken::new).orElse(Verdict.kept());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a status never fails", e.getCause());
    }
  }

  /** How many bytes of prints have come. */
  long bytes() {
    return bytes.get();
  }

  /** Fetches no longer. */
  @Override
  public void close() {
    call.cancel("heard enough", null);
  }

  /** What comes. */
  private final class Pieces extends ClientCall.Listener<ByteString> {
    @Override
    public void onMessage(ByteString message) {
      var channel = Wire.number(message, CHANNEL);
      if (channel.filter(c -> c == STDOUT || c == STDERR).isEmpty()) {
        wrong.set(
            Optional.of(
                "a piece names the channel "
                    + channel.map(String::valueOf).orElse("that is no message")
                    + ", which is neither 1 nor 2"));
      }
      bytes.addAndGet(Wire.length(message, DATA));
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.complete(status);
    }
  }
}
