package dev.cvt.goplugin;

import dev.cvt.goplugin.broker.StreamBroker;
import dev.cvt.goplugin.channel.CallGate;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.launch.Child;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.orphan.Family;
import dev.cvt.goplugin.posix.Cgroup;
import dev.cvt.goplugin.stop.Ladder;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A plugin that answers: its process, its connection, its end. Thread-safe. Ends with {@link #stop}
 * or {@link #close}, with its {@link PluginHost}, or by itself; what it left behind is then ended
 * as well, and its folder removed. Everything here can still be called after the end and says what
 * was.
 */
public final class RunningPlugin implements AutoCloseable {
  private final HostParts host;
  private final Launch launch;
  private final Parts parts;
  private final Channel channel;

  private final StreamBroker broker;
  private final Ladder ladder;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CompletableFuture<Stopped> stopped = new CompletableFuture<>();
  private volatile boolean released;

  /** What a start has brought about. */
  record Parts(
      Child child,
      Family family,
      Connection connection,
      PluginLog log,
      Path folder,
      HandshakeLine line,
      Optional<Security> security,
      Optional<Peer> tls,
      Timings timings) {}

  RunningPlugin(HostParts host, Launch launch, Parts parts) {
    this.host = host;
    this.launch = launch;
    this.parts = parts;
    var gate = new CallGate(launch.maxOutbound(), launch.maxInbound());
    var passed = new ArrayList<>(launch.interceptors());
    passed.add(gate);
    this.channel = ClientInterceptors.interceptForward(parts.connection().channel(), passed);
    this.broker = HostBroker.open(host.loop(), parts, launch);
    this.ladder =
        new Ladder(
            parts.child().gone(),
            parts.child().exit(),
            parts.family(),
            new Ending(parts.connection(), gate),
            launch.stopGrace());
    var _ = parts.child().gone().thenRun(this::died);
  }

  /** The name from the launch. */
  public String name() {
    return launch.name();
  }

  /**
   * The connection to the plugin, for stubs. Calls are not retried. When the process ends, those in
   * flight fail with {@code UNAVAILABLE} at once, and so does every later one. Listeners of
   * asynchronous calls run on the one thread that moves the bytes, and must not block.
   */
  public Channel channel() {
    return channel;
  }

  /** The process id. */
  public long pid() {
    return parts.child().pid();
  }

  /** When it was forked. */
  public Instant started() {
    return parts.child().started();
  }

  /** The version of the application's protocol that both sides agreed on. */
  public int protocolVersion() {
    return parts.line().app();
  }

  /** The plugin's side of AutoMTLS; empty without it. */
  public Optional<Peer> tls() {
    return parts.tls();
  }

  /** How long each phase of the start took. */
  public Timings timings() {
    return parts.timings();
  }

  /** The handshake line that it printed, as this library would print it. */
  public String handshakeLine() {
    return parts.line().print();
  }

  /** The socket that the plugin listens on; empty over TCP. */
  public Optional<Path> socket() {
    return parts.line().network() == HandshakeLine.Network.UNIX
        ? Optional.of(Path.of(parts.line().address()))
        : Optional.empty();
  }

  /** Extra connections, in both directions. */
  public Broker broker() {
    return broker;
  }

  /**
   * Asks the standard health service.
   *
   * @param deadline how long to wait for the answer
   * @throws InterruptedException if interrupted while waiting
   */
  public Health health(Duration deadline) throws InterruptedException {
    // Not through the gate: it is no call that a stop would wait for.
    return HealthQuestion.ask(parts.connection().channel(), deadline);
  }

  /**
   * The memory that it takes now, with all that it has started; empty after its end, and where the
   * system does not tell.
   */
  public Optional<MemoryUse> memory() {
    return parts.family().memory();
  }

  /** Completes once, when the process has ended. Never fails. */
  public CompletionStage<Exit> exit() {
    return parts.child().exit().minimalCompletionStage();
  }

  /** Completes once, when the connection is lost, which is also when the process ends. */
  public CompletionStage<Void> disconnected() {
    return parts.connection().disconnected().minimalCompletionStage();
  }

  /** As {@link #stop(Duration)} without waiting for calls in flight. */
  public Stopped stop() throws InterruptedException {
    return stop(Duration.ZERO);
  }

  /**
   * Ends the plugin and everything that it started: waits for calls in flight, asks by the {@code
   * Shutdown} call, then {@code SIGTERM}, then {@code SIGKILL}, each with the grace of the launch.
   * Once only: later and concurrent calls wait for the same end.
   *
   * @param drain how long calls in flight may take to finish before anything is asked
   * @throws InterruptedException if interrupted; everything is then ended by {@code SIGKILL} first
   */
  public Stopped stop(Duration drain) throws InterruptedException {
    beginStop(drain);
    try {
      return stopped.get();
    } catch (InterruptedException e) {
      ladder.hurry();
      awaitStopped();
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the stop of plugin " + name() + " failed", e.getCause());
    }
  }

  /** As {@link #stop()}; never throws. If interrupted, kills at once and stays interrupted. */
  @Override
  public void close() {
    try {
      var _ = stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins to stop and does not wait. */
  void beginStop(Duration drain) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    parts.child().asked();
    end(drain);
  }

  private void died() {
    if (ending.compareAndSet(false, true)) {
      end(Duration.ZERO);
    }
  }

  private void end(Duration drain) {
    Thread.ofVirtual()
        .name("goplugin-stop-" + name())
        .start(
            () -> {
              try {
                var result = ladder.run(drain);
                release();
                stopped.complete(result);
              } catch (RuntimeException | Error e) {
                stopped.completeExceptionally(e); // or those who wait would do so for ever
              }
            });
  }

  private void release() {
    parts.connection().end().run();
    broker.close();
    parts.log().close();
    parts.family().group().ifPresent(Cgroup::remove);
    SocketFolder.remove(parts.folder());
    host.unwatch(parts.child());
    released = true;
    host.forget().accept(this);
  }

  /** Whether the host has been told that it is gone, or is about to be. */
  boolean released() {
    return released;
  }

  /** Each step is bounded, so this is. */
  private void awaitStopped() {
    boolean interrupted = false;
    while (!stopped.isDone()) {
      try {
        stopped.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break; // told to those who do not hurry
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
