package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.line.HandshakeLine;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The server of one plugin: go-plugin's services and its own behind one socket, and their end.
 * Thread-safe.
 */
final class Endpoint {

  /** How long the host may take to fetch the last prints, once all calls have ended. */
  private static final Duration LAST_PRINTS = Duration.ofMillis(300);

  /** How long connections may take to close, once everything else has ended. */
  private static final Duration LAST_BYTES = Duration.ofMillis(300);

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  private final CallGuard guard = new CallGuard();
  private final ExecutorService handlers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("plugin-call-", 0).factory());
  // One thread moves all bytes: a plugin has one host, and handlers run elsewhere.
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("plugin-io", true), NioIoHandler.newFactory());
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private final Served served;
  private final StdioService stdio;
  private final int version;
  private final Runnable disconnected;
  private final Listening listening;

  /**
   * Listens; calls are answered from now on.
   *
   * @param unix whether this system's plugins use Unix sockets
   * @param printed what the plugin prints, to be carried to the host
   * @param disconnected called each time that a connection ends; must not block
   * @throws CannotServe where nothing can be listened on; nothing is left then
   */
  Endpoint(
      Served served, HostOffer offer, boolean unix, StdioBuffer printed, Runnable disconnected) {
    this.served = served;
    this.stdio = new StdioService(printed);
    this.version = offer.choose(served.offered());
    this.disconnected = disconnected;
    try {
      this.listening = Listening.open(offer, unix, this::server);
    } catch (RuntimeException e) {
      release();
      throw e;
    }
  }

  private NettyServerBuilder server(SocketAddress address) {
    NettyServerBuilder server =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .executor(handlers)
            .maxInboundMessageSize(served.maxMessage())
            .addTransportFilter(new Connections())
            .addService(new HealthService(served.healthy()))
            .addService(new ControllerService(this::beginStop))
            .addService(stdio);
    for (BindableService service : served.services(version)) {
      server.addService(ServerInterceptors.intercept(service, guard));
    }
    return server;
  }

  /** What the host is told. */
  HandshakeLine line() {
    return HandshakeLine.grpc(version, listening.network(), listening.address(), Optional.empty());
  }

  /** Stops on a thread of its own and returns at once. Idempotent. */
  void beginStop() {
    Thread.ofPlatform().daemon().name("plugin-stop").start(this::stop);
  }

  /**
   * Takes no more connections and calls, lets those in flight finish within the grace, hands over
   * the last prints, closes. Idempotent: whoever comes second waits for the first. An interrupt
   * cuts the waiting short, not the closing.
   */
  void stop() {
    if (!stopping.compareAndSet(false, true)) {
      awaitUninterruptibly();
      return;
    }
    boolean interrupted = false;
    listening.server().shutdown();
    try {
      int cut = guard.drain(served.grace());
      if (cut > 0) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the grace for calls in flight is over: they are cut",
            Map.entry("calls", cut),
            Map.entry("grace_ms", served.grace().toMillis()));
      }
      stdio.finish(LAST_PRINTS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    listening.server().shutdownNow();
    try {
      listening.server().awaitTermination(LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    listening.file().ifPresent(SocketPath::remove);
    release();
    stopped.countDown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void release() {
    handlers.shutdownNow();
    var _ = loop.shutdownGracefully(0, LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until {@link #stop} has done its work, whoever called it. */
  void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  private void awaitUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        stopped.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the one who stops is bounded in time, so this is too
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hears of connections that end. */
  private final class Connections extends ServerTransportFilter {
    @Override
    public void transportTerminated(Attributes attributes) {
      disconnected.run();
    }
  }
}
