package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.plugins.doctor.Report.Introduction;
import dev.cvt.plugins.doctor.Report.PhaseTime;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What CVT's manager says to a plugin before it is ready: {@code Info}, then each pair of its
 * configuration by {@code SetConfig}, with a last look at the binary between them. What is said of
 * a failure is what the manager says.
 */
public final class CvtConversation implements Conversation {
  private static final String INFO = "Info";
  private static final String SET_CONFIG = "SetConfig";

  /** Of CVT's own services, the one version that there is. */
  private static final int PROTOCOL_VERSION = 1;

  /** How long the end of a process may take to be known once a call to it has failed. */
  private static final Duration EXIT_PATIENCE = Duration.ofMillis(250);

  private final Config.Plugin plugin;
  private final Manager.Prepared prepared;
  private final Function<Duration, String> durations;
  private final List<PhaseTime> phases = new ArrayList<>();
  private final List<String> delivered = new ArrayList<>();
  private Optional<InfoResponse> said = Optional.empty();

  /**
   * A conversation, to be held once.
   *
   * @param durations spells them as the configuration does
   */
  public CvtConversation(
      Config.Plugin plugin, Manager.Prepared prepared, Function<Duration, String> durations) {
    this.plugin = plugin;
    this.prepared = prepared;
    this.durations = durations;
  }

  /** Why it is broken off. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Finding.Failure failure;

    Broken(Finding.Failure failure) {
      super(failure.fact(), null, false, false);
      this.failure = failure;
    }
  }

  /** A step of it. */
  private interface Step {
    void take() throws Broken, InterruptedException;
  }

  @Override
  public Held hold(RunningPlugin running, Duration left) throws InterruptedException {
    var stub = PluginHandshakeGrpc.newBlockingStub(running.channel());
    try {
      timed(INFO, () -> askWho(running, stub, left));
      timed(SET_CONFIG, () -> configure(running, stub));
      return held(Optional.empty());
    } catch (Broken e) {
      return held(Optional.of(e.failure));
    }
  }

  @Override
  public String remedy(StartFailure failure) {
    return switch (failure.diagnosis()) {
      case SILENT, CONNECTION_SILENT ->
          "find out what it waits for, or raise start_timeout of plugin "
              + plugin.name()
              + " in pluginmgr.yaml";
      default -> failure.remedy();
    };
  }

  private void timed(String phase, Step step) throws Broken, InterruptedException {
    long began = System.nanoTime();
    try {
      step.take();
    } finally {
      phases.add(new PhaseTime(phase, Duration.ofNanos(System.nanoTime() - began)));
    }
  }

  private Held held(Optional<Finding.Failure> failure) {
    return new Held(
        phases,
        said.map(
            info ->
                new Introduction(
                    info.getName(),
                    info.getVersion(),
                    Integer.toUnsignedLong(info.getProtocolVersion()),
                    info.getServicesList(),
                    delivered)),
        failure);
  }

  private void askWho(
      RunningPlugin running, PluginHandshakeGrpc.PluginHandshakeBlockingStub stub, Duration left)
      throws Broken, InterruptedException {
    InfoResponse info;
    try {
      info =
          stub.withDeadlineAfter(Math.max(1, left.toNanos()), TimeUnit.NANOSECONDS)
              .info(InfoRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      throw noInfo(running, e.getStatus());
    }
    said = Optional.of(info);
    if (info.getProtocolVersion() != PROTOCOL_VERSION) {
      throw broken(
          INFO,
          "PROTOCOL_VERSION",
          "it speaks version "
              + Integer.toUnsignedString(info.getProtocolVersion())
              + " of CVT's plugin protocol, this manager speaks version "
              + PROTOCOL_VERSION,
          "install a build of the plugin for version " + PROTOCOL_VERSION);
    }
    try {
      prepared.recheck();
    } catch (StateFile.Refused e) {
      throw broken(INFO, e.reason().name(), e.what(), e.remedy());
    }
  }

  private Broken noInfo(RunningPlugin running, Status status) throws InterruptedException {
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          broken(
              INFO,
              "NOT_A_CVT_PLUGIN",
              "it is a go-plugin plugin, but does not offer CVT's handshake service",
              "check that " + plugin.binary() + " is a plugin for CVT");
      case DEADLINE_EXCEEDED ->
          broken(
              INFO,
              "INFO_TIMEOUT",
              "it did not answer Info within the "
                  + durations.apply(plugin.startTimeout())
                  + " from its launch",
              "raise start_timeout of plugin "
                  + plugin.name()
                  + " in pluginmgr.yaml if it needs longer, else see what it waits for");
      default -> failed(running, INFO, "INFO_FAILED", INFO, "see the log of the plugin", status);
    };
  }

  private void configure(
      RunningPlugin running, PluginHandshakeGrpc.PluginHandshakeBlockingStub stub)
      throws Broken, InterruptedException {
    for (var pair : prepared.config().entrySet()) {
      var call = "SetConfig of key " + pair.getKey();
      try {
        var _ =
            stub.withDeadlineAfter(plugin.timeout().toNanos(), TimeUnit.NANOSECONDS)
                .setConfig(
                    SetConfigRequest.newBuilder()
                        .setKey(pair.getKey())
                        .setValue(pair.getValue().reveal())
                        .build());
        delivered.add(pair.getKey());
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
          throw broken(
              SET_CONFIG,
              "CONFIG_TIMEOUT",
              "it did not answer " + call + " within " + durations.apply(plugin.timeout()),
              "raise timeout of plugin " + plugin.name() + " in config.yaml if it needs longer");
        }
        throw failed(
            running,
            SET_CONFIG,
            "CONFIG_REFUSED",
            call,
            "correct plugins." + plugin.name() + ".config in config.yaml",
            e.getStatus());
      }
    }
  }

  /** A call failed, or the plugin ended under it. */
  private static Broken failed(
      RunningPlugin running,
      String phase,
      String diagnosis,
      String call,
      String remedy,
      Status status)
      throws InterruptedException {
    if (status.getCode() == Status.Code.CANCELLED && Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (status.getCode() == Status.Code.UNAVAILABLE) {
      var exit = exit(running);
      if (exit.isPresent()) {
        var end = exit.get();
        return new Broken(
            new Finding.Failure(
                phase,
                "ENDED_IN_HANDSHAKE",
                "it ended during " + call + ": the process " + end.description(),
                "see its log and its last words on stderr",
                end.description(),
                end.stderr()));
      }
    }
    var said = status.getDescription() == null ? "" : " (" + status.getDescription() + ")";
    return broken(phase, diagnosis, call + " failed: " + code(status) + said, remedy);
  }

  private static Optional<Exit> exit(RunningPlugin running) throws InterruptedException {
    try {
      return Optional.of(
          running.exit().toCompletableFuture().get(EXIT_PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a process never fails", e);
    }
  }

  private static Broken broken(String phase, String diagnosis, String fact, String remedy) {
    return new Broken(Finding.Failure.of(phase, diagnosis, fact, remedy));
  }

  /** As Go spells it, and with it the manager. */
  private static String code(Status status) {
    return status.getCode() == Status.Code.CANCELLED
        ? "Canceled"
        : Arrays.stream(status.getCode().name().split("_", -1))
            .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
            .collect(Collectors.joining());
  }
}
