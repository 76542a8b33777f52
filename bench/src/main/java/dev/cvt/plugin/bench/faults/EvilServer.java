package dev.cvt.plugin.bench.faults;

import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.handshake.v1.SetConfigResponse;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What stands behind a plugin that was exchanged: it speaks the protocol as well as the true one,
 * and counts the calls that it is given.
 */
final class EvilServer implements AutoCloseable {

  private final AtomicLong calls = new AtomicLong();
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Path socket;
  private final Server server;

  EvilServer(Path folder) throws IOException {
    socket = folder.resolve("evil.sock");
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .addService(new Handshake())
            .addService(new Registry())
            .build()
            .start();
  }

  /** Where it listens. */
  Path socket() {
    return socket;
  }

  /** How many calls it was given. */
  long calls() {
    return calls.get();
  }

  @Override
  public void close() throws IOException {
    var _ = server.shutdownNow();
    var _ = loop.shutdownGracefully();
    Files.deleteIfExists(socket);
  }

  private <T> void answer(StreamObserver<T> to, T message) {
    calls.incrementAndGet();
    to.onNext(message);
    to.onCompleted();
  }

  private final class Handshake extends PluginHandshakeGrpc.PluginHandshakeImplBase {
    @Override
    public void info(InfoRequest request, StreamObserver<InfoResponse> to) {
      answer(
          to, InfoResponse.newBuilder().setProtocolVersion(1).addServices("registry.v1").build());
    }

    @Override
    public void setConfig(SetConfigRequest request, StreamObserver<SetConfigResponse> to) {
      answer(to, SetConfigResponse.getDefaultInstance());
    }
  }

  private final class Registry extends RegistryProviderGrpc.RegistryProviderImplBase {
    @Override
    public void fetchSchema(FetchSchemaRequest request, StreamObserver<FetchSchemaResponse> to) {
      answer(to, FetchSchemaResponse.getDefaultInstance());
    }
  }
}
