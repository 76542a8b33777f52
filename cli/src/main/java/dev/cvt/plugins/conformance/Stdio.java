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
import java.util.concurrent.atomic.AtomicReference;

/** Listens for a while to what a plugin streams of its prints, and judges it. */
final class Stdio {
  private static final int CHANNEL = 1;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private Stdio() {}

  static Verdict listen(Served served, Duration calm) throws InterruptedException {
    var ended = new CompletableFuture<Status>();
    var wrong = new AtomicReference<Optional<String>>(Optional.empty());
    var call =
        served
            .calls()
            .channel()
            .newCall(
                Calls.Bytes.method(Protocol.STDIO, MethodType.SERVER_STREAMING),
                CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
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
            call.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.sendMessage(Protocol.empty());
    call.halfClose();
    call.request(1);
    try {
      var status = ended.get(calm.toNanos(), TimeUnit.NANOSECONDS);
      return switch (status.getCode()) {
        // Of a plugin without such a service.
        case UNIMPLEMENTED -> new Verdict.Kept("it has no such service");
        default -> new Verdict.Broken("the stream ended at once with " + status.getCode());
      };
    } catch (TimeoutException e) {
      call.cancel("heard enough", null);
      return wrong.get().<Verdict>map(Verdict.Broken::new).orElse(Verdict.kept());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a status never fails", e.getCause());
    }
  }
}
