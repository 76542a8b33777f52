package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.DirectChannel;
import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSession;

/**
 * A channel that can carry calls.
 *
 * @param session what TLS has agreed on, where it is spoken
 * @param disconnected completes when its connection is lost
 * @param isOpen whether there is somebody to talk to
 * @param end cuts it
 */
record Connection(
    Channel channel,
    Optional<SSLSession> session,
    CompletableFuture<Void> disconnected,
    BooleanSupplier isOpen,
    Runnable end) {

  static Connection of(DirectChannel channel) {
    return new Connection(
        channel, channel.session(), channel.lost(), channel::isOpen, channel::close);
  }

  static Connection of(
      ManagedChannel channel, Attributes transport, CompletableFuture<Void> disconnected) {
    return new Connection(
        channel,
        Optional.ofNullable(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
        disconnected,
        () -> channel.getState(false) == ConnectivityState.READY,
        channel::shutdownNow);
  }
}
