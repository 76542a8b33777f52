package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Calls that tests make, and how they end. */
final class Asking {
  /** Longer than anything takes. */
  static final Duration LONG = Duration.ofSeconds(60);

  /** A question and an answer. */
  static final MethodDescriptor<StringValue, StringValue> ASK = method("Ask", MethodType.UNARY);

  private Asking() {}

  static MethodDescriptor<StringValue, StringValue> method(String name, MethodType type) {
    return MethodDescriptor.<StringValue, StringValue>newBuilder()
        .setType(type)
        .setFullMethodName("test.Echo/" + name)
        .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .build();
  }

  /** How a call ended. */
  record Ended(List<String> messages, Status status, Metadata trailers) {
    String text() {
      assertThat(status).isEqualTo(Status.OK);
      return messages.getFirst();
    }
  }

  /** Waits for the end of a call, of which there must be one. */
  static class Listening extends ClientCall.Listener<StringValue> {
    private final List<String> messages = new ArrayList<>();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    @Override
    public void onMessage(StringValue message) {
      messages.add(message.getValue());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      assertThat(ended.complete(new Ended(messages, status, trailers))).isTrue();
    }

    boolean isTold() {
      return ended.isDone();
    }

    Ended await() throws Exception {
      return ended.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  static ClientCall<StringValue, StringValue> begin(
      Channel channel, CallOptions options, Metadata fields, String text, Listening listening) {
    var call = channel.newCall(ASK, options);
    call.start(listening, fields);
    call.request(2);
    call.sendMessage(StringValue.of(text));
    call.halfClose();
    return call;
  }

  static Listening begin(Channel channel, String text) {
    var listening = new Listening();
    begin(channel, CallOptions.DEFAULT, new Metadata(), text, listening);
    return listening;
  }

  /** Waits for what nothing tells of. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(2);
    }
  }
}
