package dev.cvt.goplugin;

import dev.cvt.goplugin.broker.StreamBroker;
import dev.cvt.goplugin.channel.DirectChannel;
import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.LocalAddress;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.GRPCBrokerGrpc;
import io.grpc.BindableService;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The host's way to serve and to connect, for the broker. Thread-safe. */
final class HostBroker implements StreamBroker.Sockets {
  /** In bytes; not the bound of answers, which may be less than an address takes. */
  private static final int LARGEST_ANNOUNCEMENT = 64 << 10;

  private final EventLoop loop;
  private final Path folder;
  private final Optional<Security> security;
  private final Launch launch;
  private final AtomicInteger sockets = new AtomicInteger();

  private HostBroker(EventLoop loop, Path folder, Optional<Security> security, Launch launch) {
    this.loop = loop;
    this.folder = folder;
    this.security = security;
    this.launch = launch;
  }

  /**
   * A broker on its stream. The stream is opened at once, as go-plugin's hosts do: a plugin that
   * serves blocks until it is there. A plugin without a broker ends it again, and no harm is done.
   */
  static StreamBroker open(EventLoop loop, RunningPlugin.Parts parts, Launch launch) {
    var broker = new StreamBroker(new HostBroker(loop, parts.folder(), parts.security(), launch));
    var toPlugin =
        GRPCBrokerGrpc.newStub(parts.connection().channel())
            .withOption(DirectChannel.asItComes(), true)
            .withMaxInboundMessageSize(LARGEST_ANNOUNCEMENT)
            .startStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ConnInfo info) {
                    broker.announced(info);
                  }

                  @Override
                  public void onError(Throwable t) {
                    broker.close();
                  }

                  @Override
                  public void onCompleted() {
                    broker.close();
                  }
                });
    broker.open(toPlugin);
    return broker;
  }

  @Override
  public StreamBroker.Listener listen(List<? extends BindableService> services) throws IOException {
    var socket = folder.resolve("host" + sockets.incrementAndGet());
    var workers =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("goplugin-callback-" + launch.name() + "-", 0).factory());
    var builder =
        loop.server(UnixDomainSocketAddress.of(socket), security)
            .executor(workers)
            .maxInboundMessageSize(launch.maxInbound());
    services.forEach(builder::addService);
    Server server = builder.build().start();
    if (launch.socketGroup().isPresent()) {
      try {
        SocketFolder.shareSocket(socket, launch.socketGroup().get());
      } catch (IOException e) {
        server.shutdownNow();
        workers.shutdown();
        throw e;
      }
    }
    return new StreamBroker.Listener(
        "unix",
        socket.toString(),
        () -> {
          server.shutdownNow();
          workers.shutdown();
          try {
            Files.deleteIfExists(socket);
          } catch (IOException e) {
            return; // it goes with the folder
          }
        });
  }

  @Override
  public ManagedChannel connect(String network, String address) throws IOException {
    var target =
        LocalAddress.of(network, address)
            .orElseThrow(() -> new IOException("not an address of this machine"));
    return loop.channel(
        target, security, launch.maxInbound(), () -> {}, new ClientTransportFilter() {});
  }
}
