package dev.cvt.goplugin.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A channel that makes plain unary calls, and the host's own streams, on a connection that it keeps
 * by itself, and leaves everything else to a channel of grpc-java's, which is opened when it is
 * first needed: streams, deadlines with timers, large requests, and whatever comes while that
 * connection is not there.
 *
 * <p>A unary call through grpc-java crosses threads three times and keeps some twenty objects for
 * what such a call never uses. Here the caller's thread writes the request to the socket itself,
 * together with whatever others want to write, and reads the answer itself where many are awaited.
 * See {@code docs/performance.md} for what that gains. Thread-safe.
 */
public final class DirectChannel extends Channel implements AutoCloseable {
  /** After a connection was lost or refused. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final Supplier<ManagedChannel> general;
  private final Poller poller;
  private final Buffers buffers;
  private final UnixDomainSocketAddress address;
  private final Optional<Security> tls;
  private final String authority;
  private final int maxInbound;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private final AtomicBoolean opening = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ManagedChannel opened; // the general one; guarded by lock
  private @Nullable SocketChannel shaking; // guarded by lock

  /** The current one, and those before it that still have calls; guarded by lock. */
  private final List<DirectConnection> connections = new ArrayList<>();

  private @Nullable Unconnected missing; // as the last attempt has found; guarded by lock
  private volatile Optional<SSLSession> session = Optional.empty();
  private volatile @Nullable DirectConnection current;
  private volatile long nextAttempt;
  private volatile boolean closed;

  DirectChannel(
      Supplier<ManagedChannel> general,
      Poller poller,
      Buffers buffers,
      UnixDomainSocketAddress address,
      Optional<Security> tls,
      String authority,
      int maxInbound) {
    this.general = general;
    this.poller = poller;
    this.buffers = buffers;
    this.address = address;
    this.tls = tls;
    this.authority = authority;
    this.maxInbound = maxInbound;
  }

  /** The options by which a stream goes over the one connection, on which nothing waits. */
  public static CallOptions.Key<Boolean> asItComes() {
    return DirectStream.OPTION;
  }

  /**
   * Connects to the socket, at once or not at all; what comes then takes its time, and {@link
   * #ready} tells of it. Called until it does not throw.
   *
   * @throws IOException if nobody is there, or too busy, or no thread is to be had
   */
  public void connect() throws IOException {
    nextAttempt = System.nanoTime(); // the first one after it need not wait
    opening.set(true);
    var socket = Wire.connect(address);
    var events = new First();
    if (tls.isEmpty()) {
      use(new Wire.Plain(socket), events);
      return;
    }
    // A handshake is arithmetic and waiting.
    start(
        "goplugin-tls",
        socket,
        () -> {
          try {
            var wire = shaken(socket, tls.get());
            session = wire.session();
            use(wire, events);
          } catch (IOException | RuntimeException e) {
            events.lost(e);
          }
        });
  }

  /** On a thread of its own, or else the socket is closed. */
  private static void start(String name, SocketChannel socket, Runnable task) throws IOException {
    try {
      // Not a virtual one: where such a thread waits at a socket, the JDK keeps another for ever.
      Thread.ofPlatform().daemon().name(name).start(task);
    } catch (OutOfMemoryError e) {
      socket.close();
      throw new IOException("no thread is to be had", e);
    }
  }

  /** Completes when the first connection takes calls; fails if it is lost before. */
  public CompletableFuture<Void> ready() {
    return ready;
  }

  /** Completes when the first connection is lost, before the calls are told that were open. */
  public CompletableFuture<Void> lost() {
    return lost;
  }

  /** What TLS has agreed on, on the first connection. */
  public Optional<SSLSession> session() {
    return session;
  }

  /** Whether there is a connection that takes calls. */
  public boolean isOpen() {
    var connection = current;
    return connection != null && connection.isOpen();
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    if (method.getType() == MethodType.UNARY) {
      if (isPlain(options)) {
        var connection = connection();
        if (connection != null) {
          return new DirectCall<>(this::general, connection, method, options, maxInbound);
        }
      }
    } else if (options.getOption(DirectStream.OPTION)) {
      var connection = current;
      if (connection != null) {
        return new DirectStream<>(connection, method, options, maxInbound);
      }
    }
    var channel = options.isWaitForReady() ? grpc() : general();
    return channel.newCall(method, options);
  }

  private static boolean isPlain(CallOptions options) {
    return options.getDeadline() == null
        && options.getCredentials() == null
        && options.getCompressor() == null
        && options.getAuthority() == null
        && !options.isWaitForReady()
        && options.getStreamTracerFactories().isEmpty()
        && Context.current().equals(Context.ROOT);
  }

  /**
   * For what does not go over the connection. To a plugin that is dead there is none: grpc-java and
   * netty take 11 MB when they are first used, and would only find that nobody is there.
   */
  private Channel general() {
    var _ = connection(); // which finds out
    lock.lock();
    try {
      return missing == null || opened != null ? grpc() : missing;
    } finally {
      lock.unlock();
    }
  }

  /** grpc-java's channel to the same address. */
  private Channel grpc() {
    lock.lock();
    try {
      if (opened == null && !closed) {
        opened = general.get();
      }
      return opened == null ? closed() : opened;
    } catch (IllegalStateException e) {
      return closed(); // the host is
    } finally {
      lock.unlock();
    }
  }

  private Channel closed() {
    return new Unconnected(
        authority, Status.UNAVAILABLE.withDescription("the connection was closed"));
  }

  /** The one that takes calls; null if there is none, until there is another. */
  @Nullable DirectConnection connection() {
    var connection = current;
    if (connection != null && connection.isOpen()) {
      return connection;
    }
    lock.lock(); // so that who comes meanwhile knows as well
    try {
      if (!closed
          && (connection == null || connection.isEnding()) // so that there is one at a time
          && System.nanoTime() - nextAttempt >= 0
          && !poller.isClosing()
          && opening.compareAndSet(false, true)) {
        nextAttempt = System.nanoTime() + BETWEEN_ATTEMPTS.toNanos();
        reopen();
      }
    } finally {
      lock.unlock();
    }
    return null;
  }

  private void reopen() {
    try {
      var socket = Wire.connect(address);
      missing = null;
      start("goplugin-direct", socket, () -> reuse(socket));
    } catch (IOException | RuntimeException e) {
      var status = Status.UNAVAILABLE.withDescription("nobody listens on its socket").withCause(e);
      missing = LostConnection.isNobodyThere(e) ? new Unconnected(authority, status) : null;
      opening.set(false);
    }
  }

  private void reuse(SocketChannel socket) {
    try {
      use(tls.isEmpty() ? new Wire.Plain(socket) : shaken(socket, tls.get()), new Reopened());
    } catch (IOException | RuntimeException e) {
      opening.set(false); // calls go the general way, which has the words for what is wrong
    }
  }

  /** Makes a handshake, which closing this channel ends. */
  private Wire shaken(SocketChannel socket, Security security) throws IOException {
    lock.lock();
    try {
      shaking = socket;
    } finally {
      lock.unlock();
    }
    if (closed) {
      socket.close();
    }
    return Wire.shaken(socket, security);
  }

  private void use(Wire wire, DirectConnection.Events events) throws IOException {
    var connection = new DirectConnection(wire, authority, poller, buffers, events);
    lock.lock();
    try {
      current = connection;
      shaking = null;
      connections.removeIf(DirectConnection::isClosed);
      connections.add(connection);
    } finally {
      lock.unlock();
    }
    opening.set(false);
    try {
      connection.begin();
    } catch (RejectedExecutionException e) {
      connection.takeNoMore();
      wire.socket().close();
      events.lost(e); // the poller has ended, or cannot begin
    }
    if (closed) {
      connection.lost(null);
    }
  }

  @Override
  public String authority() {
    return authority;
  }

  /** Cuts the connections; calls in flight fail as if they were lost. Idempotent. */
  @Override
  public void close() {
    closed = true;
    List<DirectConnection> left = List.of();
    lock.lock();
    try {
      left = List.copyOf(connections);
      if (opened != null) {
        var _ = opened.shutdownNow();
      }
      if (shaking != null) {
        shaking.close();
      }
    } catch (IOException e) {
      // Nothing more can be done about it.
    } finally {
      lock.unlock();
    }
    left.forEach(connection -> connection.lost(null));
  }

  /** Of a later connection: whose end matters was the first. */
  static final class Reopened implements DirectConnection.Events {
    @Override
    public void ready() {
      // Calls look for themselves.
    }

    @Override
    public void lost(@Nullable Throwable why) {
      // Its calls are told.
    }
  }

  /** Of the connection with which a start ends. */
  private final class First implements DirectConnection.Events {
    @Override
    public void ready() {
      ready.complete(null);
    }

    @Override
    public void lost(@Nullable Throwable why) {
      ready.completeExceptionally(why == null ? new IOException("it was closed") : why);
      lost.complete(null);
    }
  }
}
