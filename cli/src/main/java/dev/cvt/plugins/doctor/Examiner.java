package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.MemoryUse;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.goplugin.Stopped;
import dev.cvt.goplugin.Timings;
import dev.cvt.plugins.doctor.Report.Check;
import dev.cvt.plugins.doctor.Report.HandshakeFacts;
import dev.cvt.plugins.doctor.Report.HealthAnswer;
import dev.cvt.plugins.doctor.Report.Introduction;
import dev.cvt.plugins.doctor.Report.PhaseTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts one plugin, looks at it, ends it, and reports. Used once, by one thread. Whatever comes of
 * it, nothing is left.
 */
public final class Examiner {
  private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(5);

  private final PluginHost host;
  private final String name;
  private final Path program;
  private final Listener listener = new Listener();
  private final List<Check> checks = new ArrayList<>();
  private final List<PhaseTime> phases = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private Optional<HandshakeFacts> handshake = Optional.empty();
  private Optional<Introduction> introduction = Optional.empty();
  private Optional<HealthAnswer> health = Optional.empty();
  private Optional<MemoryUse> memory = Optional.empty();
  private Optional<Stopped> stopped = Optional.empty();

  /**
   * An examination.
   *
   * @param program what the report names
   */
  public Examiner(PluginHost host, String name, Path program) {
    this.host = host;
    this.name = name;
    this.program = program;
  }

  /** Adds what was looked at before the start. */
  public Examiner checked(List<Check> checks) {
    this.checks.addAll(checks);
    return this;
  }

  /** Adds phases that were over before the start. */
  public Examiner after(List<PhaseTime> phases) {
    this.phases.addAll(phases);
    return this;
  }

  /** The report on a plugin that cannot even be started. */
  public Report refuse(Finding.Failure failure) {
    findings.add(failure);
    return report();
  }

  /**
   * Examines.
   *
   * @param launch what to start; where its log and its output go is settled here
   */
  public Report examine(Launch.Builder launch, Conversation conversation)
      throws InterruptedException {
    var complete = launch.name(name).logs(listener::logged).output(listener::printed).build();
    long began = System.nanoTime();
    try (var plugin = host.start(complete)) {
      time(plugin.timings());
      handshake =
          Optional.of(
              new HandshakeFacts(
                  plugin.handshakeLine(),
                  plugin.protocolVersion(),
                  complete.handshake().versions(),
                  plugin.tls().map(TlsReader::read)));
      var left = complete.startTimeout().minusNanos(System.nanoTime() - began);
      converse(plugin, conversation, left);
      if (findings.isEmpty()) {
        askForHealth(plugin);
      }
      memory = plugin.memory();
      end(plugin);
    } catch (StartFailure e) {
      time(e.timings());
      findings.add(
          new Finding.Failure(
              e.phase().title(),
              e.diagnosis().name(),
              e.fact(),
              conversation.remedy(e),
              e.exit().map(Exit::description).orElse(""),
              e.stderr()));
    }
    return report();
  }

  private void time(Timings timings) {
    timings.phases().forEach((phase, took) -> phases.add(new PhaseTime(phase.title(), took)));
  }

  private void converse(RunningPlugin plugin, Conversation conversation, Duration left)
      throws InterruptedException {
    var held = conversation.hold(plugin, left);
    phases.addAll(held.phases());
    introduction = held.introduction();
    held.failure().ifPresent(findings::add);
  }

  private void askForHealth(RunningPlugin plugin) throws InterruptedException {
    long began = System.nanoTime();
    var answer = plugin.health(HEALTH_PATIENCE);
    health = Optional.of(new HealthAnswer(answer, Duration.ofNanos(System.nanoTime() - began)));
    if (answer == Health.NO_HEALTH_SERVICE) {
      findings.add(new Finding.Note(answer.name(), answer.fact(), answer.remedy()));
    } else if (!answer.good() && answer != Health.UNREACHABLE) {
      findings.add(Finding.Failure.of("health", answer.name(), answer.fact(), answer.remedy()));
    }
  }

  private void end(RunningPlugin plugin) throws InterruptedException {
    var end = plugin.stop();
    stopped = Optional.of(end);
    if (end.by() != Stopped.By.ALREADY_ENDED) {
      health
          .map(HealthAnswer::health)
          .filter(Health.UNREACHABLE::equals)
          .ifPresent(
              lost ->
                  findings.add(
                      Finding.Failure.of("health", lost.name(), lost.fact(), lost.remedy())));
    }
    switch (end.by()) {
      case ALREADY_ENDED -> ended(end.exit());
      case SHUTDOWN -> {
        if (end.exit().code().orElse(-1) != 0) {
          findings.add(
              new Finding.Note(
                  "EXIT_CODE",
                  "asked to stop, it " + end.exit().description(),
                  "have its author see to it that it exits with 0"));
        }
      }
      case SIGTERM ->
          findings.add(
              new Finding.Note(
                  "SHUTDOWN_IGNORED",
                  "it did not stop when asked by the Shutdown call, and ended by SIGTERM",
                  "have its author serve go-plugin's controller, and exit within the stop grace"));
      case SIGKILL ->
          findings.add(
              Finding.Failure.of(
                  "stop",
                  "STOP_IGNORED",
                  "it did not stop when asked, by the Shutdown call and by SIGTERM, and had to be"
                      + " killed",
                  "have its author see to it that it ends when asked, or raise the stop grace"));
    }
    leftovers(end);
    if (listener.early() > 0) {
      findings.add(
          new Finding.Note(
              "STRAY_LINES",
              "it printed "
                  + (listener.early() == 1 ? "a line" : listener.early() + " lines")
                  + " before its handshake line, at which go-plugin's own hosts give up",
              "have its author print nothing on standard output before it"));
    }
  }

  private void ended(Exit exit) {
    if (findings.stream().anyMatch(Finding.Failure.class::isInstance)) {
      return; // which is why
    }
    findings.add(
        new Finding.Failure(
            "running",
            exit.outOfMemory() ? "OUT_OF_MEMORY" : exit.signal().isPresent() ? "KILLED" : "EXITED",
            exit.description() + " soon after its start",
            "look at its last words",
            exit.description(),
            exit.stderr()));
  }

  private void leftovers(Stopped end) {
    if (end.descendants() > 0) {
      int left = end.descendants();
      findings.add(
          new Finding.Note(
              "LEFT_PROCESSES",
              "it left "
                  + left
                  + (left == 1 ? " process" : " processes")
                  + " behind, which had to be ended by signal",
              "have its author end what it starts"));
    }
    if (!end.survivors().isEmpty()) {
      findings.add(
          Finding.Failure.of(
              "stop",
              "SURVIVORS",
              "processes of it outlived even SIGKILL: " + end.survivors(),
              "they are stuck in the kernel: see what they wait for (ps -o pid,stat,wchan)"));
    }
  }

  private Report report() {
    return new Report(
        name,
        program,
        checks,
        phases,
        handshake,
        introduction,
        health,
        memory,
        listener.heard(),
        stopped,
        findings);
  }
}
