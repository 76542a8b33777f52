package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.channel.TlsProbe;
import dev.cvt.goplugin.diagnosis.ConnectEvidence;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.stdio.StdioStream;
import io.grpc.Attributes;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects by a channel of grpc-java's: to ports, and where the direct one got nowhere, since this
 * one has the words for what is wrong. The first call is the one for the plugin's output, which is
 * due early anyhow: it makes the channel connect, and it is told why if it cannot. Each attempt has
 * a channel of its own, so that what one is told cannot be mistaken for another's. Used once.
 */
final class GrpcConnecting {
  /** How long a server may take to say that it refuses. */
  private static final Duration REFUSAL = Duration.ofSeconds(1);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private final Launch launch;
  private final SocketAddress address;
  private final Connecting.Channels channels;
  private final PluginLog log;
  private final BlockingQueue<StartEvent> events;
  private final PhaseClock clock;
  private final ConnectEvidence unconnected;
  private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
  private Optional<ManagedChannel> channel = Optional.empty();
  private int attempt;
  private boolean connected;

  GrpcConnecting(
      Launch launch,
      SocketAddress address,
      Connecting.Channels channels,
      PluginLog log,
      BlockingQueue<StartEvent> events,
      PhaseClock clock,
      ConnectEvidence unconnected) {
    this.launch = launch;
    this.address = address;
    this.channels = channels;
    this.log = log;
    this.events = events;
    this.clock = clock;
    this.unconnected = unconnected;
  }

  /**
   * Connects. If it throws, no channel is left.
   *
   * @param mayAppear for how long a socket may be missing or refuse
   */
  Connection await(Duration mayAppear) throws Refusal, InterruptedException {
    var opened = Optional.<Connection>empty();
    try {
      opened = Optional.of(tryToConnect(mayAppear));
      return opened.get();
    } finally {
      if (opened.isEmpty()) {
        channel.ifPresent(ManagedChannel::shutdownNow);
      }
    }
  }

  private Connection tryToConnect(Duration mayAppear) throws Refusal, InterruptedException {
    var current = open();
    var giveUp = Optional.<Long>empty();
    while (true) {
      var event = events.poll(clock.left().toNanos(), TimeUnit.NANOSECONDS);
      switch (event) {
        case null -> throw new Refusal(evidence().timedOut(launch.startTimeout()));
        case StartEvent.Ended(var exit) ->
            throw new Refusal(ConnectEvidence.ended(clock.phase(), exit));
        case StartEvent.HostClosing() -> throw new Refusal(Starting.closing(clock.phase()));
        case StartEvent.SocketConnected(int number) -> socketConnected(number);
        case StartEvent.Ready(int number, var transport) -> {
          if (number == attempt) {
            return Connection.of(current, transport, disconnected);
          }
        }
        case StartEvent.StdioEnded(int number, var status) -> {
          if (number == attempt) {
            long now = System.nanoTime();
            giveUp = Optional.of(giveUp.orElse(now + mayAppear.toNanos()));
            if (!ConnectEvidence.nobodyThere(status) || now - giveUp.get() >= 0) {
              throw new Refusal(failed(status));
            }
            current.shutdownNow();
            Thread.sleep(BETWEEN_ATTEMPTS); // there is nothing that tells of a socket that appears
            current = open();
          }
        }
        case StartEvent.Direct(_) -> {} // known already
        case StartEvent.Saw(_) -> {} // more on standard output: the log has it
      }
    }
  }

  private void socketConnected(int number) {
    if (number == attempt) {
      connected = true;
      if (unconnected.tls()) {
        clock.enter(Phase.TLS);
      }
    }
  }

  private ManagedChannel open() {
    int number = ++attempt;
    var fresh =
        channels.open(
            () -> events.add(new StartEvent.SocketConnected(number)), new Transports(number));
    channel = Optional.of(fresh);
    StdioStream.open(fresh, log, status -> events.add(new StartEvent.StdioEnded(number, status)));
    return fresh;
  }

  private Finding failed(Status status) throws InterruptedException {
    var finding = evidence().failed(status);
    if (!connected || finding.diagnosis() != StartFailure.Diagnosis.NOT_GRPC) {
      return finding;
    }
    if (unconnected.tls()) {
      return refusal().map(evidence()::failed).orElse(finding);
    }
    return TlsProbe.speaksTls(address) ? ConnectEvidence.wantsTls(finding) : finding;
  }

  /** What broke off under TLS may have been refused: its reason can be lost on the way. */
  private Optional<Status> refusal() throws InterruptedException {
    var listening = channels.refusal();
    try {
      return listening
          .get(REFUSAL.toMillis(), TimeUnit.MILLISECONDS)
          .map(reason -> Status.UNAVAILABLE.withDescription("TLS was refused").withCause(reason));
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } finally {
      listening.complete(Optional.empty()); // which ends the connection
    }
  }

  private ConnectEvidence evidence() {
    return new ConnectEvidence(unconnected.line(), unconnected.tls(), connected);
  }

  /** Hears of the connection: that it is ready, and once that it was lost. */
  private final class Transports extends ClientTransportFilter {
    private final int number;

    Transports(int number) {
      this.number = number;
    }

    @Override
    public Attributes transportReady(Attributes transport) {
      events.add(new StartEvent.Ready(number, transport));
      return transport;
    }

    @Override
    public void transportTerminated(Attributes transport) {
      disconnected.complete(null);
    }
  }
}
