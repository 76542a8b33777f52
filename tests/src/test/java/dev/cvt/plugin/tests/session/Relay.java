package dev.cvt.plugin.tests.session;

import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.Security;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientTransportFilter;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Stands between the two ends of one connection and passes every call on as it is, byte for byte,
 * having noted it. Thread-safe; all of it runs on the event loop.
 */
final class Relay implements AutoCloseable {

  private static final int LARGEST = 64 << 20;

  /** Of its own: a socket cannot be opened on the thread that moves another relay's bytes. */
  private final EventLoop loop = new EventLoop("relay");

  private final ManagedChannel onwards;
  private final Server server;

  /** What becomes of the calls that pass. */
  interface Notes {

    /** A call has begun. */
    Call call(String method, boolean deadline);

    /** One call. */
    interface Call {

      /** A message on its way to the one who serves, and what goes on in its place. */
      byte[] request(byte[] message);

      /** A message on its way back, and what goes on in its place. */
      byte[] response(byte[] message);

      /** How it ended. */
      void end(Status status);
    }
  }

  /**
   * Accepts connections from now on.
   *
   * @param at the socket to listen on
   * @param front the TLS to speak with who connects there
   * @param target where it goes on
   * @param back the TLS to speak there
   */
  Relay(
      Path at, Optional<Security> front, SocketAddress target, Optional<Security> back, Notes notes)
      throws IOException {
    onwards = loop.channel(target, back, LARGEST, () -> {}, new Silent());
    server =
        loop.server(UnixDomainSocketAddress.of(at), front)
            .directExecutor()
            .maxInboundMessageSize(LARGEST)
            .fallbackHandlerRegistry(new Everything(notes))
            .build()
            .start();
  }

  @Override
  public void close() {
    server.shutdownNow();
    onwards.shutdownNow();
    loop.close();
  }

  private static final class Silent extends ClientTransportFilter {
    @Override
    public void transportTerminated(Attributes transport) {
      // Each call hears of it.
    }
  }

  private final class Everything extends HandlerRegistry {
    private final Notes notes;

    Everything(Notes notes) {
      this.notes = notes;
    }

    @Override
    public ServerMethodDefinition<byte[], byte[]> lookupMethod(String name, String authority) {
      var method =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodType.BIDI_STREAMING)
              .setFullMethodName(name)
              .setRequestMarshaller(new Bytes())
              .setResponseMarshaller(new Bytes())
              .build();
      return ServerMethodDefinition.create(
          method, (from, headers) -> new Passing(from, headers, notes).begin());
    }
  }

  /** One call, from both sides. */
  private final class Passing extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> from;
    private final ClientCall<byte[], byte[]> to;
    private final Metadata headers;
    private final Notes.Call noted;

    Passing(ServerCall<byte[], byte[]> from, Metadata headers, Notes notes) {
      var deadline = Context.current().getDeadline();
      this.from = from;
      this.headers = headers;
      this.to =
          onwards.newCall(from.getMethodDescriptor(), CallOptions.DEFAULT.withDeadline(deadline));
      this.noted = notes.call(from.getMethodDescriptor().getFullMethodName(), deadline != null);
    }

    Passing begin() {
      to.start(new Back(), headers);
      to.request(1);
      from.request(1);
      return this;
    }

    @Override
    public void onMessage(byte[] message) {
      to.sendMessage(noted.request(message));
      from.request(1);
    }

    @Override
    public void onHalfClose() {
      to.halfClose();
    }

    @Override
    public void onCancel() {
      to.cancel("the caller has cancelled", null);
    }

    private final class Back extends ClientCall.Listener<byte[]> {
      @Override
      public void onHeaders(Metadata answered) {
        from.sendHeaders(answered);
      }

      @Override
      public void onMessage(byte[] message) {
        from.sendMessage(noted.response(message));
        to.request(1);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        noted.end(status);
        if (!from.isCancelled()) {
          from.close(status, trailers);
        }
      }
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
