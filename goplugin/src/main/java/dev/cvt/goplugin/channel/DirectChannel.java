package dev.cvt.goplugin.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A channel that makes plain unary calls on a connection of its own, and leaves everything else to
 * another channel: streams, deadlines with timers, executors, large requests, and whatever comes
 * while that connection is not there.
 *
 * <p>A unary call through grpc-java crosses threads three times and keeps some twenty objects for
 * what such a call never uses. Here the caller's thread writes the request to the socket itself,
 * together with whatever others want to write, and the event loop's thread reads the answer. See
 * {@code docs/performance.md} for what that gains.
 */
public final class DirectChannel extends Channel implements AutoCloseable {
  /** After a connection was lost or refused. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  /**
   * A second handshake takes both sides milliseconds: it is for plugins that are called again and
   * again, and neither for a start nor for a command that calls once.
   */
  private static final int CALLS_BEFORE_A_HANDSHAKE = 16;

  private final Channel general;
  private final IoEventLoop loop;
  private final UnixDomainSocketAddress address;
  private final Optional<Security> tls;
  private final String authority;
  private final int maxInbound;
  private final ByteBuffer in;
  private final CompletableFuture<?> lost;
  private final AtomicLong callsBefore;
  private final AtomicBoolean opening = new AtomicBoolean();
  private volatile @Nullable DirectConnection current;
  private volatile long nextAttempt = System.nanoTime();
  private volatile boolean closed;

  DirectChannel(
      Channel general,
      IoEventLoop loop,
      UnixDomainSocketAddress address,
      Optional<Security> tls,
      String authority,
      int maxInbound,
      ByteBuffer in,
      CompletableFuture<?> lost) {
    this.in = in;
    this.general = general;
    this.loop = loop;
    this.address = address;
    this.tls = tls;
    this.callsBefore = new AtomicLong(tls.isEmpty() ? 0 : CALLS_BEFORE_A_HANDSHAKE);
    this.authority = authority;
    this.maxInbound = maxInbound;
    this.lost = lost;
    var _ =
        lost.thenRun(
            () -> {
              var connection = current;
              if (connection != null) {
                connection.otherIsLost();
              }
            });
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    if (isPlain(method, options)) {
      var connection = connection();
      if (connection != null) {
        return new DirectCall<>(general, connection, method, options, maxInbound);
      }
    }
    return general.newCall(method, options);
  }

  private static boolean isPlain(MethodDescriptor<?, ?> method, CallOptions options) {
    return method.getType() == MethodDescriptor.MethodType.UNARY
        && options.getDeadline() == null
        && options.getExecutor() == null
        && options.getCredentials() == null
        && options.getCompressor() == null
        && options.getAuthority() == null
        && !options.isWaitForReady()
        && options.getStreamTracerFactories().isEmpty()
        && Context.current().equals(Context.ROOT);
  }

  private @Nullable DirectConnection connection() {
    var connection = current;
    if (connection != null && connection.isOpen()) {
      return connection;
    }
    if (!closed
        && (connection == null || connection.isClosed()) // so that there is one at a time
        && callsBefore.getAndDecrement() <= 0
        && System.nanoTime() - nextAttempt >= 0
        && !loop.isShuttingDown()
        && opening.compareAndSet(false, true)) {
      nextAttempt = System.nanoTime() + BETWEEN_ATTEMPTS.toNanos();
      // Not a virtual one: where such a thread waits at a socket, the JDK keeps another for ever.
      Thread.ofPlatform().daemon().name("goplugin-direct").start(this::open);
    }
    return null;
  }

  private void open() {
    try {
      var wire = Wire.open(address, tls);
      try {
        loop.execute(() -> use(wire));
      } catch (RejectedExecutionException e) {
        wire.socket().close(); // the loop has ended
      }
    } catch (IOException | RuntimeException e) {
      opening.set(false); // calls go the general way, which has the words for what is wrong
    }
  }

  private void use(Wire wire) {
    var connection = new DirectConnection(wire, authority, loop, in, lost);
    current = connection;
    opening.set(false);
    if (closed) {
      connection.lost(null);
    } else {
      connection.begin();
    }
  }

  @Override
  public String authority() {
    return general.authority();
  }

  /** Cuts the connection; calls in flight on it fail as if it were lost. */
  @Override
  public void close() {
    closed = true;
    try {
      loop.execute(
          () -> {
            var connection = current;
            if (connection != null) {
              connection.lost(null);
            }
          });
    } catch (RejectedExecutionException e) {
      return; // the loop has ended, and with it all connections and their calls
    }
  }
}
