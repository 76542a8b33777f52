package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.DirectChannel;
import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.Security;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;

/** The host's way to the plugin. */
record Connections(
    EventLoop loop, SocketAddress address, Optional<Security> security, int maxInbound)
    implements Connecting.Channels {
  @Override
  public Optional<DirectChannel> direct() {
    return address instanceof UnixDomainSocketAddress unix
        ? Optional.of(loop.direct(unix, security, maxInbound))
        : Optional.empty();
  }

  @Override
  public ManagedChannel open(Runnable connected, ClientTransportFilter transports) {
    return loop.channel(address, security, maxInbound, connected, transports);
  }

  @Override
  public CompletableFuture<Optional<SSLException>> refusal() {
    return security
        .map(tls -> loop.refusal(address, tls))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }
}
