package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.channel.DirectChannel;
import dev.cvt.goplugin.diagnosis.ConnectEvidence;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.stdio.StdioStream;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Brings about a channel that can carry calls: the direct one, if the plugin listens on a Unix
 * socket and speaks gRPC, and otherwise as {@link GrpcConnecting} does it. Used once.
 */
final class Connecting {
  /** For so long a socket may be missing or refuse: some plugins print before they listen. */
  private static final Duration MAY_APPEAR = Duration.ofMillis(500);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(5);

  private final Launch launch;
  private final Channels channels;
  private final PluginLog log;
  private final BlockingQueue<StartEvent> events;
  private final PhaseClock clock;
  private final ConnectEvidence unconnected;
  private final GrpcConnecting otherwise;

  /** Makes connections to the plugin's address. */
  interface Channels {
    /** As {@link dev.cvt.goplugin.channel.EventLoop#direct}; empty where there is no such thing. */
    Optional<DirectChannel> direct();

    /** As {@link dev.cvt.goplugin.channel.EventLoop#channel}. */
    ManagedChannel open(Runnable connected, ClientTransportFilter transports);

    /** As {@link dev.cvt.goplugin.channel.EventLoop#refusal}; only where there is TLS. */
    CompletableFuture<Optional<SSLException>> refusal();
  }

  Connecting(
      Launch launch,
      SocketAddress address,
      Channels channels,
      PluginLog log,
      BlockingQueue<StartEvent> events,
      PhaseClock clock,
      ConnectEvidence unconnected) {
    this.launch = launch;
    this.channels = channels;
    this.log = log;
    this.events = events;
    this.clock = clock;
    this.unconnected = unconnected;
    this.otherwise = new GrpcConnecting(launch, address, channels, log, events, clock, unconnected);
  }

  /** If it throws, no channel is left. */
  Connection await() throws Refusal, InterruptedException {
    var direct = channels.direct();
    if (direct.isEmpty()) {
      return otherwise.await(MAY_APPEAR);
    }
    boolean ready = false;
    try {
      ready = isReady(direct.get());
    } finally {
      if (!ready) {
        direct.get().close();
      }
    }
    if (!ready) {
      return otherwise.await(Duration.ZERO); // that was waited for already
    }
    StdioStream.open(direct.get(), log, status -> {});
    return Connection.of(direct.get());
  }

  private boolean isReady(DirectChannel direct) throws Refusal, InterruptedException {
    if (!connects(direct)) {
      return false;
    }
    if (unconnected.tls()) {
      clock.enter(Phase.TLS);
    }
    var _ = direct.ready().whenComplete((_, why) -> events.add(new StartEvent.Direct(why == null)));
    while (true) {
      switch (next(clock.left())) {
        case null -> throw new Refusal(evidence().timedOut(launch.startTimeout()));
        case StartEvent.Direct(boolean ready) -> {
          return ready;
        }
        default -> {} // more on standard output: the log has it
      }
    }
  }

  /** Whether there is somebody. Some plugins print before they listen. */
  private boolean connects(DirectChannel direct) throws Refusal, InterruptedException {
    long giveUp = System.nanoTime() + MAY_APPEAR.toNanos();
    while (true) {
      try {
        direct.connect();
        return true;
      } catch (IOException e) {
        if (!ConnectEvidence.nobodyThere(Status.UNAVAILABLE.withCause(e))
            || System.nanoTime() - giveUp > 0) {
          return false;
        }
        var _ = next(BETWEEN_ATTEMPTS);
      }
    }
  }

  /** What happens next; null if nothing does within that time. */
  private @Nullable StartEvent next(Duration time) throws Refusal, InterruptedException {
    var event = events.poll(time.toNanos(), TimeUnit.NANOSECONDS);
    return switch (event) {
      case StartEvent.Ended(var exit) ->
          throw new Refusal(ConnectEvidence.ended(clock.phase(), exit));
      case StartEvent.HostClosing() -> throw new Refusal(Starting.closing(clock.phase()));
      case null, default -> event;
    };
  }

  private ConnectEvidence evidence() {
    return new ConnectEvidence(unconnected.line(), unconnected.tls(), true);
  }
}
