package dev.cvt.pluginmgr.supervise;

import com.google.protobuf.MessageLite;
import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.config.GoDuration;
import dev.cvt.pluginmgr.install.VerifiedBinary;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A run of a plugin in a process of its own, verified and configured. */
final class ProcessSession implements Run {
  /** How long the end of a process may take to be known once its connection is lost. */
  private static final Duration EXIT_PATIENCE = Duration.ofMillis(250);

  private final Config.Plugin plugin;
  private final RunningPlugin running;
  private final VerifiedBinary binary;
  private final Channel channel;
  private final Identity identity;
  private final SortedMap<String, Config.Value> delivered;
  private final SortedMap<Stage, Duration> timings;
  private final int maxMessage;
  private final Gate gate = new Gate();
  private final CompletableFuture<Failure> death = new CompletableFuture<>();

  ProcessSession(
      Config.Plugin plugin,
      RunningPlugin running,
      VerifiedBinary binary,
      Identity identity,
      SortedMap<String, Config.Value> delivered,
      SortedMap<Stage, Duration> timings) {
    this.plugin = plugin;
    this.running = running;
    this.binary = binary;
    this.channel = running.channel();
    this.identity = identity;
    this.delivered = delivered;
    this.timings = timings;
    this.maxMessage = Math.toIntExact(plugin.maxMessageBytes());
    watch();
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public SortedMap<String, Config.Value> delivered() {
    return delivered;
  }

  @Override
  public SortedMap<Stage, Duration> timings() {
    return timings;
  }

  @Override
  public boolean enter() {
    return gate.enter();
  }

  @Override
  public void leave() {
    gate.leave();
  }

  @Override
  public <Q, R> Reply<R> call(MethodDescriptor<Q, R> method, Q request, long timeout) {
    int size = ((MessageLite) request).getSerializedSize();
    if (size > maxMessage) {
      return MessageLimit.refused(size, maxMessage);
    }
    Reply<R> reply = Unary.call(channel, method, request, timeout);
    if (reply instanceof Reply.Failed<R> failed && failed.is(Codes.RESOURCE_EXHAUSTED)) {
      return MessageLimit.explain(failed);
    }
    return reply;
  }

  @Override
  public Life.Event health(Config.Health how) throws InterruptedException {
    Optional<Path> vanished = running.socket().filter(socket -> !Files.exists(socket));
    if (vanished.isPresent()) {
      death.complete(unreachable(vanished.get()));
      return Life.Event.HEALTH_FAILED;
    }
    Health health = running.health(how.timeout());
    boolean soFarGood = health == Health.SERVING || health == Health.NO_HEALTH_SERVICE;
    if (soFarGood && how.cvt()) {
      return HandshakeCalls.serving(channel, how.timeout())
          ? Life.Event.HEALTH_PASSED
          : Life.Event.HEALTH_FAILED;
    }
    return switch (health) {
      case SERVING -> Life.Event.HEALTH_PASSED;
      case NO_HEALTH_SERVICE -> Life.Event.HEALTH_ABSENT;
      case NOT_SERVING, UNKNOWN, NO_ANSWER, UNREACHABLE -> Life.Event.HEALTH_FAILED;
    };
  }

  @Override
  public CompletionStage<Failure> death() {
    return death;
  }

  @Override
  public Optional<String> howItDied(Duration patience) {
    try {
      return Optional.of(death.get(patience.toNanos(), TimeUnit.NANOSECONDS).what());
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a death never fails", e);
    }
  }

  private void watch() {
    // At once, and not only when its supervisor has heard of it: a caller whose call broke may call
    // again before that.
    var _ = running.disconnected().thenRun(gate::shut);
    var _ = running.exit().thenAccept(exit -> death.complete(died(exit)));
    // The connection is lost an instant before the end of the process is known, and the end tells
    // more. A connection that is lost while the process lives on is a death as well.
    var later = CompletableFuture.delayedExecutor(EXIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    var _ = running.disconnected().thenRunAsync(() -> death.complete(lost()), later);
  }

  private Failure died(Exit exit) {
    return failure(
        "ENDED",
        exit.description()
            + " after "
            + GoDuration.print(exit.uptime().truncatedTo(ChronoUnit.MILLIS)),
        Optional.of(exit),
        exit.stderr());
  }

  private Failure lost() {
    return failure(
        "CONNECTION_LOST",
        "closed its connection while its process " + identity.pid() + " lives on",
        Optional.empty(),
        "");
  }

  /** Whoever cleans temporary folders takes it; what is connected stays so, and nothing else is. */
  private Failure unreachable(Path socket) {
    return new Failure(
        plugin.name(),
        Stage.RUNNING,
        "SOCKET_GONE",
        "can no longer be connected to: its socket " + socket + " is gone",
        "keep whatever cleans up that folder away from it",
        Optional.empty(),
        "",
        timings,
        Instant.now(),
        null);
  }

  private Failure failure(String diagnosis, String what, Optional<Exit> exit, String stderr) {
    return new Failure(
        plugin.name(),
        Stage.RUNNING,
        diagnosis,
        what,
        "see its log for the reason",
        exit,
        stderr,
        timings,
        Instant.now(),
        null);
  }

  @Override
  public void end(Duration drain) throws InterruptedException {
    try {
      gate.shut();
      gate.awaitEmpty(drain.toNanos());
      running.stop();
    } finally {
      running.close();
      binary.close();
    }
  }

  /** How a process ended, if that is known within the time. */
  static Optional<Exit> exit(RunningPlugin running, Duration patience) throws InterruptedException {
    CompletableFuture<Exit> exit = running.exit().toCompletableFuture();
    try {
      return Optional.of(exit.get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a process never fails", e);
    }
  }
}
