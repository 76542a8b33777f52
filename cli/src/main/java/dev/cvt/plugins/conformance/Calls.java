package dev.cvt.plugins.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Calls over one connection, in bytes: what a plugin answers is judged, so that no generated stub
 * stands between. Thread-safe.
 */
final class Calls implements AutoCloseable {
  /** What gRPC itself is late by, when a deadline has passed. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final ManagedChannel channel;

  Calls(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * What came of a call.
   *
   * @param status how it ended
   * @param bytes the answer; empty without one
   */
  record Reply(Status status, ByteString bytes) {
    boolean ok() {
      return status.isOk();
    }

    /** Whether the plugin itself had its say, and no connection or patience came to an end. */
    boolean answered() {
      return switch (status.getCode()) {
        case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED -> false;
        default -> true;
      };
    }

    /** In words. */
    String words() {
      var description = status.getDescription();
      return status.getCode() + (description == null ? "" : ": " + shortened(description));
    }

    private static String shortened(String text) {
      int longest = 120;
      return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
  }

  /** A call that is under way. */
  record Pending(CompletableFuture<Reply> reply, ClientCall<ByteString, ByteString> call) {
    /** Waits for its end; a call that does not end at its deadline is a reply of its own kind. */
    Reply await(Duration patience) throws InterruptedException {
      try {
        return reply.get(patience.plus(SLACK).toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        call.cancel("nobody waits any longer", e);
        return new Reply(Status.DEADLINE_EXCEEDED, ByteString.EMPTY);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a reply never fails", e.getCause());
      }
    }
  }

  /** Calls a method, whose name is written as {@code package.Service/Method}. */
  Pending begin(String method, ByteString request, Duration deadline) {
    return begin(channel, method, request, deadline);
  }

  /** As {@link #begin(String, ByteString, Duration)}, over a connection that somebody else made. */
  static Pending begin(Channel channel, String method, ByteString request, Duration deadline) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    var call = channel.newCall(Bytes.method(method, MethodType.UNARY), options);
    var reply = new CompletableFuture<Reply>();
    call.start(
        new ClientCall.Listener<>() {
          private ByteString answer = ByteString.EMPTY;

          @Override
          public void onMessage(ByteString message) {
            answer = message;
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            reply.complete(new Reply(status, answer));
          }
        },
        new Metadata());
    call.sendMessage(request);
    call.halfClose();
    call.request(2);
    return new Pending(reply, call);
  }

  /** Calls, and waits for the reply. */
  Reply call(String method, ByteString request, Duration deadline) throws InterruptedException {
    return begin(method, request, deadline).await(deadline);
  }

  /** Calls, and waits for the reply. */
  Reply call(String method, MessageLite request, Duration deadline) throws InterruptedException {
    return call(method, request.toByteString(), deadline);
  }

  /** The same call many times at once. */
  List<Pending> burst(int times, String method, ByteString request, Duration deadline) {
    return IntStream.range(0, times).mapToObj(i -> begin(method, request, deadline)).toList();
  }

  /** The connection, for what this class has no word for. */
  ManagedChannel channel() {
    return channel;
  }

  /** Cuts the connection, and the calls on it. */
  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Messages that are not looked into. */
  static final class Bytes implements MethodDescriptor.Marshaller<ByteString> {
    private static final Bytes AS_THEY_ARE = new Bytes();

    private Bytes() {}

    static MethodDescriptor<ByteString, ByteString> method(String name, MethodType type) {
      return MethodDescriptor.<ByteString, ByteString>newBuilder(AS_THEY_ARE, AS_THEY_ARE)
          .setFullMethodName(name)
          .setType(type)
          .build();
    }

    @Override
    public InputStream stream(ByteString value) {
      return value.newInput();
    }

    @Override
    public ByteString parse(InputStream stream) {
      try {
        return ByteString.readFrom(stream);
      } catch (IOException e) {
        throw new UncheckedIOException("a message ends early", e);
      }
    }
  }
}
