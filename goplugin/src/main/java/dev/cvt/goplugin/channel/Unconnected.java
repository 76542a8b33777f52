package dev.cvt.goplugin.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** What is left of a channel when its plugin's host is closed: each call fails at once. */
final class Unconnected extends Channel {
  private final String authority;

  Unconnected(String authority) {
    this.authority = authority;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return new Failing<>();
  }

  @Override
  public String authority() {
    return authority;
  }

  private static final class Failing<Q, R> extends ClientCall<Q, R> {
    @Override
    public void start(Listener<R> responses, Metadata headers) {
      responses.onClose(
          Status.UNAVAILABLE.withDescription("the connection was closed"), new Metadata());
    }

    @Override
    public void request(int count) {
      // It has ended.
    }

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {
      // It has ended.
    }

    @Override
    public void halfClose() {
      // It has ended.
    }

    @Override
    public void sendMessage(Q message) {
      // It has ended.
    }
  }
}
