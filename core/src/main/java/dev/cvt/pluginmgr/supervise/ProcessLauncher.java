package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.PreparedStart;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.goplugin.Timings;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.config.GoDuration;
import dev.cvt.pluginmgr.install.RunFolder;
import dev.cvt.pluginmgr.install.VerifiedBinary;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one plugin up in a process: its binary is linked and verified while its process is
 * prepared, launched, asked who it is, looked at again before and after that, and given its
 * configuration, in that order.
 */
final class ProcessLauncher implements Run.Launcher {
  /** The cookie is not a secret: it tells a plugin that it was not started by a person. */
  private static final Handshake HANDSHAKE =
      Handshake.of("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1", 1);

  /** Of CVT's own services, the one version that there is. */
  private static final int PROTOCOL_VERSION = 1;

  /** How long the end of a process may take to be known once a call to it has failed. */
  private static final Duration EXIT_PATIENCE = Duration.ofMillis(250);

  private final Config.Plugin plugin;
  private final Supplier<? extends Map<String, String>> environment;
  private final RunFolder folder;
  private final PluginHost host;
  private final Masks masks;
  private final PluginLog log;

  /**
   * A launcher of this plugin.
   *
   * @param environment of the child, besides the protocol's, as it is at each launch
   */
  ProcessLauncher(
      Config.Plugin plugin,
      Supplier<? extends Map<String, String>> environment,
      RunFolder folder,
      PluginHost host,
      Masks masks) {
    this.plugin = plugin;
    this.environment = environment;
    this.folder = folder;
    this.host = host;
    this.masks = masks;
    this.log = new PluginLog(plugin.name());
  }

  @Override
  public Run launch() throws Failure.Thrown, InterruptedException {
    try {
      // What lies in the environment is given before anybody can look again: there must be nothing
      // to look for.
      return attempt(plugin.env().values().stream().anyMatch(Config.Value::isSecret));
    } catch (Touched e) {
      // Another manager linked the same file in the meantime, which changes its ctime as an
      // exchange would. A private copy settles it.
      return attempt(true);
    }
  }

  private Run attempt(boolean copy) throws Failure.Thrown, InterruptedException {
    var watch = new Failure.Stopwatch();
    SortedMap<String, Config.Value> config = config(watch);
    masks.learn(config.values());
    try (var ahead = new Ahead()) {
      VerifiedBinary binary;
      try {
        binary =
            copy
                ? folder.copy(plugin.name(), plugin.binary(), ahead)
                : folder.link(plugin.name(), plugin.binary(), ahead);
      } catch (StateFile.Refused e) {
        throw refused(watch, e);
      }
      try {
        return launched(binary, ahead, config, watch, copy);
      } catch (Throwable e) {
        binary.close();
        throw e;
      }
    }
  }

  /**
   * The start that is prepared while the binary is hashed: of the file that was told of last. It is
   * begun, and the binary executed, only after the binary has come back verified.
   */
  private final class Ahead implements RunFolder.Placed, AutoCloseable {
    private @Nullable PreparedStart prepared;

    @Override
    public void at(Path executable) {
      close();
      prepared = host.prepare(launchOf(executable));
    }

    RunningPlugin start() throws StartFailure, InterruptedException {
      return Objects.requireNonNull(prepared, "no binary was placed").start();
    }

    @Override
    public void close() {
      if (prepared != null) {
        prepared.close();
      }
    }
  }

  private SortedMap<String, Config.Value> config(Failure.Stopwatch watch) throws Failure.Thrown {
    try {
      return plugin.currentConfig();
    } catch (Config.Invalid e) {
      Config.Problem problem = e.problems().getFirst();
      throw failed(watch, "CONFIG_INVALID", problem.what(), problem.remedy(), e);
    }
  }

  private Run launched(
      VerifiedBinary binary,
      Ahead ahead,
      SortedMap<String, Config.Value> config,
      Failure.Stopwatch watch,
      boolean copied)
      throws Failure.Thrown, InterruptedException {
    long forked = System.nanoTime();
    watch.enter(Stage.PREFLIGHT);
    RunningPlugin running;
    try {
      running = ahead.start();
    } catch (StartFailure e) {
      recheck(binary, watch, copied);
      throw failed(watch, e);
    }
    watch.adopt(stages(running.timings()), Stage.INFO);
    try {
      recheck(binary, watch, copied);
      long left = plugin.startTimeout().toNanos() - (System.nanoTime() - forked);
      InfoResponse info = info(running, watch, Duration.ofNanos(Math.max(1, left)));
      // Once more: by now even a slow interpreter has read what it runs.
      recheck(binary, watch, copied);
      watch.enter(Stage.CONFIG);
      configure(running, config, watch);
      var identity =
          new Identity(
              masks.scrub(info.getName() + "/" + info.getVersion()),
              binary.sha256(),
              running.pid(),
              info.getServicesList().stream().map(masks::scrub).toList());
      return new ProcessSession(plugin, running, binary, identity, config, watch.read());
    } catch (Failure.Thrown e) {
      running.close();
      recheck(binary, watch, copied);
      throw e;
    } catch (Throwable e) {
      running.close();
      throw e;
    }
  }

  private Launch launchOf(Path executable) {
    return Launch.builder(executable, HANDSHAKE)
        .name(plugin.name())
        .environment(environment.get())
        .startTimeout(plugin.startTimeout())
        // A grace of nothing is allowed in the settings; the ladder has a step for it all the same.
        .stopGrace(plugin.stopGrace().isZero() ? Duration.ofMillis(1) : plugin.stopGrace())
        .maxInbound(Math.toIntExact(plugin.maxMessageBytes()))
        .autoMtls(plugin.autoMtls())
        .strictLine(plugin.strictLine())
        .logs(log::entry)
        .output(log::output)
        .scrubber(masks::scrub)
        .build();
  }

  private static Map<Stage, Duration> stages(Timings timings) {
    var stages = new EnumMap<Stage, Duration>(Stage.class);
    timings.phases().forEach((phase, time) -> stages.put(Stage.of(phase), time));
    return stages;
  }

  private InfoResponse info(RunningPlugin running, Failure.Stopwatch watch, Duration left)
      throws Failure.Thrown, InterruptedException {
    InfoResponse info =
        switch (HandshakeCalls.info(running.channel(), left)) {
          case Reply.Answered<InfoResponse>(InfoResponse answer) -> answer;
          case Reply.Failed<InfoResponse> failed -> throw noInfo(running, watch, failed);
        };
    if (info.getProtocolVersion() != PROTOCOL_VERSION) {
      throw failed(
          watch,
          "PROTOCOL_VERSION",
          "it speaks version "
              + Integer.toUnsignedString(info.getProtocolVersion())
              + " of CVT's plugin protocol, this manager speaks version "
              + PROTOCOL_VERSION,
          "install a build of the plugin for version " + PROTOCOL_VERSION,
          null);
    }
    return info;
  }

  private Failure.Thrown noInfo(
      RunningPlugin running, Failure.Stopwatch watch, Reply.Failed<InfoResponse> failed)
      throws InterruptedException {
    if (failed.is(Codes.UNIMPLEMENTED)) {
      return failed(
          watch,
          "NOT_A_CVT_PLUGIN",
          "it is a go-plugin plugin, but does not offer CVT's handshake service",
          "check that " + plugin.binary() + " is a plugin for CVT",
          null);
    }
    if (failed.is(Codes.DEADLINE_EXCEEDED)) {
      return failed(
          watch,
          "INFO_TIMEOUT",
          "it did not answer Info within the "
              + GoDuration.print(plugin.startTimeout())
              + " from its launch",
          "raise start_timeout of plugin "
              + plugin.name()
              + " in pluginmgr.yaml if it needs longer, else see what it waits for",
          null);
    }
    return broken(running, watch, "INFO_FAILED", "Info", failed);
  }

  private void configure(
      RunningPlugin running, SortedMap<String, Config.Value> config, Failure.Stopwatch watch)
      throws Failure.Thrown, InterruptedException {
    for (Map.Entry<String, Config.Value> pair : config.entrySet()) {
      var reply =
          HandshakeCalls.setConfig(
              running.channel(), pair.getKey(), pair.getValue().reveal(), plugin.timeout());
      if (!(reply instanceof Reply.Failed<?> failed)) {
        continue;
      }
      String call = "SetConfig of key " + pair.getKey();
      if (failed.is(Codes.DEADLINE_EXCEEDED)) {
        throw failed(
            watch,
            "CONFIG_TIMEOUT",
            "it did not answer " + call + " within " + GoDuration.print(plugin.timeout()),
            "raise timeout of plugin " + plugin.name() + " in config.yaml if it needs longer",
            null);
      }
      throw broken(running, watch, "CONFIG_REFUSED", call, failed);
    }
  }

  /** A call of the handshake failed, or the plugin ended under it. */
  private Failure.Thrown broken(
      RunningPlugin running,
      Failure.Stopwatch watch,
      String diagnosis,
      String call,
      Reply.Failed<?> failed)
      throws InterruptedException {
    if (failed.is(Codes.CANCELED) && Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (failed.is(Codes.UNAVAILABLE)) {
      Optional<Exit> exit = ProcessSession.exit(running, EXIT_PATIENCE);
      if (exit.isPresent()) {
        return new Failure.Thrown(
            new Failure(
                plugin.name(),
                watch.stage(),
                "ENDED_IN_HANDSHAKE",
                "it ended during " + call + ": the process " + exit.get().description(),
                "see its log and its last words on stderr",
                exit,
                exit.get().stderr(),
                watch.read(),
                Instant.now(),
                null));
      }
    }
    String said = failed.description().isEmpty() ? "" : " (" + failed.description() + ")";
    String remedy =
        diagnosis.equals("CONFIG_REFUSED")
            ? "correct plugins." + plugin.name() + ".config in config.yaml"
            : "see the log of the plugin";
    return failed(watch, diagnosis, call + " failed: " + failed.code() + said, remedy, null);
  }

  /**
   * That what runs is what was verified. Also where something else has failed already: what was
   * exchanged fails in a hundred ways, and none of them is the news.
   */
  private void recheck(VerifiedBinary binary, Failure.Stopwatch watch, boolean copied)
      throws Failure.Thrown {
    try {
      binary.recheck();
    } catch (StateFile.Refused e) {
      if (e.reason() == StateFile.Refused.Reason.TOUCHED && !copied) {
        throw new Touched();
      }
      throw refused(watch, e);
    }
  }

  private Failure.Thrown refused(Failure.Stopwatch watch, StateFile.Refused e) {
    return failed(watch, e.reason().name(), e.what(), e.remedy(), e);
  }

  private Failure.Thrown failed(Failure.Stopwatch watch, StartFailure e) {
    var timings = watch.read();
    timings.putAll(stages(e.timings()));
    return new Failure.Thrown(
        new Failure(
            plugin.name(),
            Stage.of(e.phase()),
            e.diagnosis().name(),
            e.fact(),
            remedy(e),
            e.exit(),
            e.stderr(),
            timings,
            Instant.now(),
            masks.scrubIfThere(e.getCause())));
  }

  /** Times that ran out have a setting of ours, which the library of the protocol cannot know. */
  private String remedy(StartFailure e) {
    return switch (e.diagnosis()) {
      case SILENT, CONNECTION_SILENT ->
          "find out what it waits for, or raise start_timeout of plugin "
              + plugin.name()
              + " in pluginmgr.yaml";
      default -> e.remedy();
    };
  }

  private Failure.Thrown failed(
      Failure.Stopwatch watch,
      String diagnosis,
      String what,
      String remedy,
      @Nullable Throwable cause) {
    return new Failure.Thrown(
        new Failure(
            plugin.name(),
            watch.stage(),
            diagnosis,
            masks.scrub(what),
            remedy,
            Optional.empty(),
            "",
            watch.read(),
            Instant.now(),
            masks.scrubIfThere(cause)));
  }

  /** Nobody can say whether the binary was exchanged: to be tried once more, from a copy. */
  private static final class Touched extends RuntimeException {
    private static final long serialVersionUID = 1;

    Touched() {
      super("the binary was touched while it was being started", null, false, false);
    }
  }
}
