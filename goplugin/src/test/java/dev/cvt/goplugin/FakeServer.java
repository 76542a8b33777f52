package dev.cvt.goplugin;

import com.google.protobuf.ByteString;
import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.wire.Empty;
import dev.cvt.goplugin.wire.GRPCControllerGrpc;
import dev.cvt.goplugin.wire.GRPCStdioGrpc;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthCheckResponse.ServingStatus;
import dev.cvt.goplugin.wire.HealthGrpc;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The server half of a plugin, in the JVM of the test: its process is a shell script that prints
 * the line with this server's socket. So every way to serve and to end can be had, at once.
 */
final class FakeServer implements AutoCloseable {
  /** A server that is cut off in the middle of a sentence complains; that is what is tested. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  static {
    GRPC.setLevel(Level.OFF);
  }

  private final EventLoop loop = new EventLoop("fake");
  private final Server server;
  private final Path stop;

  /** What it serves, besides the caller's own services. */
  static final class Services {
    private Optional<ServingStatus> health = Optional.of(ServingStatus.SERVING);
    private boolean controller = true;
    private boolean stdio = true;
    private final List<BindableService> more = new ArrayList<>();
    private final CompletableFuture<StreamObserver<StdioData>> output = new CompletableFuture<>();

    Services health(ServingStatus status) {
      health = Optional.of(status);
      return this;
    }

    Services withoutHealth() {
      health = Optional.empty();
      return this;
    }

    Services withoutController() {
      controller = false;
      return this;
    }

    Services withoutStdio() {
      stdio = false;
      return this;
    }

    Services add(BindableService service) {
      more.add(service);
      return this;
    }

    /** Where the plugin's output is written, once the host has asked for it. */
    CompletableFuture<StreamObserver<StdioData>> output() {
      return output;
    }
  }

  /**
   * Serves.
   *
   * @param stop made when the host asks for the end
   */
  FakeServer(Path socket, Path stop, Optional<Security> tls, Services services) throws IOException {
    this(loop -> loop.server(UnixDomainSocketAddress.of(socket), tls), stop, services);
  }

  /** The same on a port that is bound. */
  FakeServer(ServerSocketChannel bound, Path stop, Optional<Security> tls, Services services)
      throws IOException {
    this(loop -> loop.server(bound, tls), stop, services);
  }

  private FakeServer(Opening opening, Path stop, Services services) throws IOException {
    this.stop = stop;
    var builder = opening.on(loop);
    services.health.ifPresent(status -> builder.addService(new FixedHealth(status)));
    if (services.controller) {
      builder.addService(new Controller());
    }
    if (services.stdio) {
      builder.addService(new Stdio(services.output));
    }
    services.more.forEach(builder::addService);
    server = builder.build().start();
  }

  private interface Opening {
    NettyServerBuilder on(EventLoop loop) throws IOException;
  }

  static StdioData printed(StdioData.Channel channel, String text) {
    return StdioData.newBuilder()
        .setChannel(channel)
        .setData(ByteString.copyFromUtf8(text))
        .build();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.close();
  }

  private static final class FixedHealth extends HealthGrpc.HealthImplBase {
    private final ServingStatus status;

    FixedHealth(ServingStatus status) {
      this.status = status;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
      if (!request.getService().equals("plugin")) {
        observer.onError(Status.NOT_FOUND.asException());
        return;
      }
      observer.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
      observer.onCompleted();
    }
  }

  private final class Controller extends GRPCControllerGrpc.GRPCControllerImplBase {
    @Override
    public void shutdown(Empty request, StreamObserver<Empty> observer) {
      try {
        Files.write(stop, new byte[0]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      observer.onNext(request);
      observer.onCompleted();
    }
  }

  private static final class Stdio extends GRPCStdioGrpc.GRPCStdioImplBase {
    private final CompletableFuture<StreamObserver<StdioData>> output;

    Stdio(CompletableFuture<StreamObserver<StdioData>> output) {
      this.output = output;
    }

    @Override
    public void streamStdio(com.google.protobuf.Empty request, StreamObserver<StdioData> observer) {
      output.complete(observer);
    }
  }
}
