package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.ConnectEvidence;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.stdio.StdioStream;
import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a channel can carry calls. The first call is the one for the plugin's output, which
 * is due early anyhow: it makes the channel connect, and it is told why if it cannot. Used once.
 */
final class Connecting {
  /** For so long a socket may be missing or refuse: some plugins print before they listen. */
  private static final Duration MAY_APPEAR = Duration.ofMillis(500);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private final Launch launch;
  private final ManagedChannel channel;
  private final PluginLog log;
  private final BlockingQueue<StartEvent> events;
  private final PhaseClock clock;
  private final ConnectEvidence unconnected;
  private final long giveUp = System.nanoTime() + MAY_APPEAR.toNanos();
  private boolean connected;

  Connecting(
      Launch launch,
      ManagedChannel channel,
      PluginLog log,
      BlockingQueue<StartEvent> events,
      PhaseClock clock,
      ConnectEvidence unconnected) {
    this.launch = launch;
    this.channel = channel;
    this.log = log;
    this.events = events;
    this.clock = clock;
    this.unconnected = unconnected;
  }

  /** What the transport says of itself when it is ready. */
  Attributes await() throws Refusal, InterruptedException {
    fetchOutput();
    while (true) {
      var event = events.poll(clock.left().toNanos(), TimeUnit.NANOSECONDS);
      switch (event) {
        case null -> throw new Refusal(evidence().timedOut(launch.startTimeout()));
        case StartEvent.SocketConnected() -> {
          connected = true;
          if (unconnected.tls()) {
            clock.enter(Phase.TLS);
          }
        }
        case StartEvent.Ready(var transport) -> {
          return transport;
        }
        case StartEvent.StdioEnded(var status) -> again(status);
        case StartEvent.Ended(var exit) -> throw new Refusal(evidence().ended(clock.phase(), exit));
        case StartEvent.HostClosing() -> throw new Refusal(Starting.closing(clock.phase()));
        case StartEvent.Saw(_) -> {} // more on standard output: the log has it
      }
    }
  }

  private void fetchOutput() {
    StdioStream.open(
        channel,
        log,
        status -> {
          events.add(new StartEvent.StdioEnded(status));
          switch (status.getCode()) {
            // Old plugins have no such service, and every plugin's ends with its connection.
            case OK, UNIMPLEMENTED, UNAVAILABLE, CANCELLED -> {}
            default -> log.notice(Level.WARNING, "its output is lost from here on: " + status);
          }
        });
  }

  private void again(Status status) throws Refusal, InterruptedException {
    if (!evidence().mayPass(status) || System.nanoTime() - giveUp > 0) {
      throw new Refusal(evidence().failed(status));
    }
    Thread.sleep(BETWEEN_ATTEMPTS); // there is nothing that tells of a socket that appears
    channel.resetConnectBackoff();
    fetchOutput();
  }

  private ConnectEvidence evidence() {
    return new ConnectEvidence(unconnected.line(), unconnected.tls(), connected);
  }
}
