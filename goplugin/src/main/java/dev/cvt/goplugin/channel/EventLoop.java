package dev.cvt.goplugin.channel;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The threads that move the bytes of all plugins of a host: a poller for what goes directly, and
 * Netty's, which is there only where grpc-java is. The only place that knows Netty. Sockets are
 * NIO's own, so that no native library is needed. Callbacks of calls run on these threads and must
 * not block. Thread-safe.
 */
public final class EventLoop implements AutoCloseable {
  /** Go servers look at it, and some refuse the path of a socket. */
  private static final String AUTHORITY = "localhost";

  /** Over the loopback interface nobody takes longer who is there at all. */
  private static final Duration TCP_CONNECT = Duration.ofSeconds(1);

  /** A plugin is not left alone for want of calls. gRPC takes this for: never. */
  private static final Duration NEVER_IDLE = Duration.ofDays(365);

  private static final Duration LAST_BYTES = Duration.ofMillis(300);

  private static final int PAGE = 8192;

  /** To a megabyte, which is also the largest piece that gRPC cuts a message into. */
  private static final int PAGES_DOUBLED = 7;

  private final AtomicBoolean prepared = new AtomicBoolean();
  private final AtomicBoolean tlsPrepared = new AtomicBoolean();
  private final String host;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable IoEventLoopGroup group; // guarded by lock

  private final Poller poller;
  private final Buffers read = new Buffers();

  /**
   * Where gRPC takes buffers from, one megabyte at a time. Its own would have a store of two
   * megabytes for each of up to twice as many threads as there are processors: those who call are
   * threads as well.
   */
  private final Supplier<ByteBufAllocator> buffers = Suppliers.memoize(EventLoop::allocator);

  private boolean closed; // guarded by lock

  /** Makes nothing yet. */
  public EventLoop(String host) {
    this.host = host;
    this.poller = new Poller("goplugin-io-" + host);
  }

  private static ByteBufAllocator allocator() {
    return new PooledByteBufAllocator(
        true,
        0,
        1,
        PAGE,
        PAGES_DOUBLED,
        PooledByteBufAllocator.defaultSmallCacheSize(),
        PooledByteBufAllocator.defaultNormalCacheSize(),
        false);
  }

  private IoEventLoopGroup group() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the host of plugins " + host + " is closed");
      }
      var made = group;
      if (made == null) {
        made =
            new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("goplugin-grpc-" + host, true),
                NioIoHandler.newFactory());
        group = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A channel to a plugin. It connects when first used, and again when the connection was lost.
   *
   * @param address a Unix socket, or a port of the loopback interface
   * @param tls what to present and whom to trust; empty for plain text
   * @param maxInbound the largest answer, in bytes
   * @param connected called when the socket is connected, before TLS and HTTP/2
   * @param transports hears of connections that are ready and of those that end
   */
  public ManagedChannel channel(
      SocketAddress address,
      Optional<Security> tls,
      int maxInbound,
      Runnable connected,
      ClientTransportFilter transports) {
    boolean unix = address instanceof UnixDomainSocketAddress;
    var builder =
        NettyChannelBuilder.forAddress(address)
            .eventLoopGroup(group())
            .channelFactory(
                () -> {
                  var channel = unix ? new NioDomainSocketChannel() : new NioSocketChannel();
                  channel.pipeline().addLast(new Connected(connected));
                  return channel;
                })
            .overrideAuthority(AUTHORITY)
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(maxInbound)
            .maxInboundMetadataSize(AnswerHeaders.MOST)
            .idleTimeout(NEVER_IDLE.toDays(), TimeUnit.DAYS)
            .proxyDetector(target -> null)
            .withOption(ChannelOption.ALLOCATOR, buffers.get())
            .addTransportFilter(transports);
    if (unix) {
      // gRPC asks for it on every connection, and a Unix socket has no such thing.
      builder.withOption(ChannelOption.SO_KEEPALIVE, null);
    } else {
      builder.withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TCP_CONNECT.toMillis());
    }
    tls.ifPresentOrElse(
        security -> builder.sslContext(security.client()), () -> builder.usePlaintext());
    return builder.build();
  }

  /**
   * A channel that makes plain unary calls on a connection of its own, and all others by one of
   * grpc-java's. Nothing is connected yet.
   *
   * @param tls as for {@link #channel}
   * @param maxInbound the largest answer, in bytes
   */
  public DirectChannel direct(
      UnixDomainSocketAddress address, Optional<Security> tls, int maxInbound) {
    return direct(
        address,
        tls,
        maxInbound,
        () -> channel(address, tls, maxInbound, () -> {}, new ClientTransportFilter() {}));
  }

  DirectChannel direct(
      UnixDomainSocketAddress address,
      Optional<Security> tls,
      int maxInbound,
      Supplier<ManagedChannel> general) {
    return new DirectChannel(general, poller, read, address, tls, AUTHORITY, maxInbound);
  }

  /**
   * Finds out whether a server refuses this side's TLS, by a connection of its own on which nothing
   * is said.
   *
   * @return why; empty if it does not, or if nobody is there. Never completes while the server says
   *     nothing; completing it ends the connection
   */
  public CompletableFuture<Optional<SSLException>> refusal(
      SocketAddress address, Security security) {
    boolean unix = address instanceof UnixDomainSocketAddress;
    var bootstrap =
        new Bootstrap()
            .group(group())
            .channelFactory(() -> unix ? new NioDomainSocketChannel() : new NioSocketChannel());
    return TlsListening.open(bootstrap, address, security.client());
  }

  /**
   * Loads, on a thread of its own, what a connection needs: that takes a cold JVM some tens of
   * milliseconds, in which a plugin comes up. Later calls cost nothing.
   *
   * @param identity of the plugin that comes up, if it is to be TLS
   */
  public void prepare(Optional<OneTimeIdentity> identity) {
    var once = identity.isPresent() ? tlsPrepared : prepared;
    if (once.compareAndSet(false, true)) {
      Thread.ofVirtual().name("goplugin-prepare-" + host).start(() -> load(identity));
    }
  }

  private void load(Optional<OneTimeIdentity> identity) {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      var _ = identity.map(own -> Security.of(own, own.certificate()).engine());
      var _ =
          new DirectConnection(
              new Wire.Plain(socket), AUTHORITY, poller, read, new DirectChannel.Reopened());
      poller.execute(() -> {});
    } catch (IOException | IllegalStateException | RejectedExecutionException e) {
      return; // the host was closed meanwhile, or cannot speak TLS: told where it matters
    }
  }

  /**
   * Does something once, after that time, on the thread that moves the bytes: it must not block.
   * Nothing is done after {@link #close}.
   *
   * @throws RejectedExecutionException if this is closed
   */
  public void after(Duration time, Runnable task) {
    poller.execute(
        () -> {
          var _ = poller.after(time, task);
        });
  }

  /**
   * A server on a Unix socket, still without services, for what a plugin calls back.
   *
   * @param address where; the file must not exist yet
   * @param tls as for {@link #channel}
   */
  public NettyServerBuilder server(UnixDomainSocketAddress address, Optional<Security> tls) {
    var builder =
        NettyServerBuilder.forAddress(address)
            .channelType(NioServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .withChildOption(ChannelOption.ALLOCATOR, buffers.get())
            .bossEventLoopGroup(group())
            .workerEventLoopGroup(group());
    tls.ifPresent(security -> builder.sslContext(security.server()));
    return builder;
  }

  /**
   * A server on a socket that is bound already, still without services. Connections that were made
   * meanwhile wait in the socket's backlog.
   *
   * @param bound a Unix socket, or a port; closed with the server
   * @param tls as for {@link #channel}
   */
  public NettyServerBuilder server(ServerSocketChannel bound, Optional<Security> tls)
      throws IOException {
    var address = bound.getLocalAddress();
    boolean unix = address instanceof UnixDomainSocketAddress;
    var builder =
        NettyServerBuilder.forAddress(address)
            .channelFactory(
                () -> {
                  var channel =
                      unix
                          ? new NioServerDomainSocketChannel(bound)
                          : new NioServerSocketChannel(bound);
                  channel.pipeline().addLast(new BoundAlready());
                  return channel;
                })
            .withChildOption(ChannelOption.ALLOCATOR, buffers.get())
            .bossEventLoopGroup(group())
            .workerEventLoopGroup(group());
    if (unix) {
      builder.withChildOption(ChannelOption.SO_KEEPALIVE, null);
    }
    tls.ifPresent(security -> builder.sslContext(security.server()));
    return builder;
  }

  /**
   * Answers gRPC's wish to bind. Until it comes, nothing is accepted: the one who takes connections
   * stands in the pipeline only then.
   */
  private static final class BoundAlready extends ChannelOutboundHandlerAdapter {
    @Override
    public void read(ChannelHandlerContext context) {
      // Comes again below.
    }

    @Override
    public void bind(ChannelHandlerContext context, SocketAddress address, ChannelPromise done) {
      var channel = context.channel();
      context.pipeline().remove(this);
      done.setSuccess();
      channel.read();
    }
  }

  private static final class Connected extends ChannelInboundHandlerAdapter {
    private final Runnable connected;

    Connected(Runnable connected) {
      this.connected = connected;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
      connected.run();
      context.pipeline().remove(this);
      super.channelActive(context);
    }
  }

  /** Ends the threads; connections that are left are cut. Does not wait. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      poller.close();
      if (group != null) {
        var _ = group.shutdownGracefully(0, LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
  }
}
