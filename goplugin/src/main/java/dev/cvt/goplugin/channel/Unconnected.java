package dev.cvt.goplugin.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** To a plugin that is dead, or whose host is closed: each call fails at once. */
final class Unconnected extends Channel {
  private final String authority;
  private final Status status;

  Unconnected(String authority, Status status) {
    this.authority = authority;
    this.status = status;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return new Failing<>(options);
  }

  @Override
  public String authority() {
    return authority;
  }

  private final class Failing<Q, R> extends ClientCall<Q, R> {
    private final CallOptions options;

    Failing(CallOptions options) {
      this.options = options;
    }

    @Override
    public void start(Listener<R> responses, Metadata headers) {
      var executor = options.getExecutor();
      if (executor == null) {
        responses.onClose(status, new Metadata());
      } else {
        executor.execute(() -> responses.onClose(status, new Metadata()));
      }
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
