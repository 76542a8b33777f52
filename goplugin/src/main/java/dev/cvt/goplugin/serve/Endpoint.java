package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.broker.StreamBroker;
import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.LocalAddress;
import dev.cvt.goplugin.channel.Security;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The server of one plugin: go-plugin's services and its own behind one socket, further sockets for
 * the broker, and the end of it all. Thread-safe.
 */
final class Endpoint implements StreamBroker.Sockets {

  /** How long the host may take to fetch the last prints, once all calls have ended. */
  private static final Duration LAST_PRINTS = Duration.ofMillis(300);

  /** How long connections may take to close, once everything else has ended. */
  private static final Duration LAST_BYTES = Duration.ofMillis(300);

  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  private final Agreement agreed;
  private final Served served;
  private final Runnable disconnected;
  private final StdioService stdio;
  private final HealthService health;
  private final CallGuard guard = new CallGuard();
  private final EventLoop loop = new EventLoop("plugin");
  private final ThreadFactory threads = Thread.ofVirtual().name("plugin-call-", 0).factory();
  // Never refuses: a connection that is cut still has its calls to tell.
  private final Executor handlers = task -> threads.newThread(task).start();
  private final StreamBroker broker = new StreamBroker(this);
  private final BrokerService brokering = new BrokerService(broker);
  private final Server server;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Answers calls from now on.
   *
   * @param agreed the socket, the version and the trust that the host knows of already
   * @param printed what the plugin prints, to be carried to the host
   * @param disconnected called each time that a connection ends; must not block
   * @throws CannotServe if that fails; the socket is closed then
   */
  Endpoint(Agreement agreed, Served served, StdioBuffer printed, Runnable disconnected) {
    this.agreed = agreed;
    this.served = served;
    this.disconnected = disconnected;
    this.stdio = new StdioService(printed);
    this.health = new HealthService(served.healthy());
    try {
      this.server = start();
    } catch (IOException | RuntimeException e) {
      release();
      throw new CannotServe(
          "the server on " + agreed.listening().address() + " does not start: " + e.getMessage(),
          "this is a fault of the plugin's: tell its author",
          e);
    }
  }

  private Server start() throws IOException {
    NettyServerBuilder builder =
        prepared(agreed.listening())
            .addTransportFilter(new Connections())
            .addService(health)
            .addService(new ControllerService(this::beginStop))
            .addService(brokering)
            .addService(stdio);
    for (BindableService service : served.services(agreed.version(), broker)) {
      builder.addService(ServerInterceptors.intercept(service, guard));
    }
    return builder.build().start();
  }

  private NettyServerBuilder prepared(Listening listening) throws IOException {
    return loop.server(listening.socket(), security())
        .executor(handlers)
        .addStreamTracerFactory(new RefusedRequests())
        .maxInboundMessageSize(served.maxMessage());
  }

  private Optional<Security> security() {
    return agreed.trust().map(HostTrust::security);
  }

  @Override
  public StreamBroker.Listener listen(List<? extends BindableService> services) throws IOException {
    Listening listening;
    try {
      listening = Listening.open(agreed.offer(), agreed.unix());
    } catch (CannotServe e) {
      throw new IOException(e.getMessage(), e);
    }
    NettyServerBuilder builder = prepared(listening);
    services.forEach(service -> builder.addService(ServerInterceptors.intercept(service, guard)));
    Server further = builder.build().start();
    return new StreamBroker.Listener(
        listening.network().word(),
        listening.address(),
        () -> {
          further.shutdownNow();
          listening.close();
        });
  }

  @Override
  public ManagedChannel connect(String network, String address) throws IOException {
    return loop.channel(
        LocalAddress.of(network, address)
            .orElseThrow(() -> new IOException("not an address of this machine")),
        security(),
        Launch.DEFAULT_MAX_INBOUND,
        () -> {},
        new ClientTransportFilter() {});
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
    begun.countDown();
    boolean interrupted = false;
    server.shutdown();
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
      health.finish();
      brokering.finish();
      if (cut == 0) { // by now nothing keeps the connections open but their last bytes
        server.awaitTermination(LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
      brokering.finish();
    }
    server.shutdownNow();
    try {
      server.awaitTermination(LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    release();
    stopped.countDown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void release() {
    agreed.listening().close();
    loop.close();
  }

  /** Waits until a host has connected, or {@link #stop} was called; false where neither came. */
  boolean awaitHost(Duration patience) throws InterruptedException {
    return begun.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until {@link #stop} has done its work, whoever called it. */
  void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  /** As {@link #awaitStopped()}; false where it has not in that time. */
  boolean awaitStopped(Duration patience) throws InterruptedException {
    return stopped.await(patience.toNanos(), TimeUnit.NANOSECONDS);
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

  /** Hears of connections. */
  private final class Connections extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      begun.countDown();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      disconnected.run();
    }
  }
}
