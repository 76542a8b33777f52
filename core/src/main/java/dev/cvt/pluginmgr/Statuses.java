package dev.cvt.pluginmgr;

import dev.cvt.goplugin.Exit;
import dev.cvt.pluginmgr.audit.ProvidersFailed;
import dev.cvt.pluginmgr.supervise.Change;
import dev.cvt.pluginmgr.supervise.Failure;
import dev.cvt.pluginmgr.supervise.Identity;
import dev.cvt.pluginmgr.supervise.Report;
import dev.cvt.pluginmgr.supervise.Stage;
import dev.cvt.pluginmgr.supervise.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The supervisors' facts in the manager's public types. */
final class Statuses {
  private Statuses() {}

  static Manager.Status of(String plugin, Standing standing) {
    return new Manager.Status(
        plugin,
        state(standing.condition()),
        standing.since(),
        standing.pid(),
        standing.restarts(),
        standing.lastFailure().map(Statuses::of));
  }

  static Manager.Reloaded of(Change change) {
    return new Manager.Reloaded(change.added(), change.replaced(), change.removed(), change.kept());
  }

  static Manager.Remote.Report of(Report report) {
    Identity who = report.who();
    return new Manager.Remote.Report(
        of(report.plugin(), report.standing()),
        who.pid() == 0 ? Optional.empty() : Optional.of(handle(report.plugin(), who)));
  }

  static Manager.Handle handle(String plugin, Identity who) {
    return new Manager.Handle(
        plugin, who.reportedVersion(), who.sha256(), who.pid(), who.services());
  }

  static Manager.StartFailed startFailed(Failure failure) {
    return new Manager.StartFailed(of(failure), failure.message(), failure.cause());
  }

  static Manager.StartFailed startFailed(ProvidersFailed failed) {
    Config.Problem first = failed.problems().getFirst();
    var failure =
        new Manager.Failure(
            "",
            Manager.Phase.SINKS,
            "PROVIDER",
            first.what(),
            first.remedy(),
            OptionalInt.empty(),
            Optional.empty(),
            "",
            Map.of(),
            Instant.now());
    return new Manager.StartFailed(
        failure, "the manager did not start:\n" + failed.getMessage(), failed);
  }

  private static Manager.Failure of(Failure failure) {
    var timings = new EnumMap<Manager.Phase, Duration>(Manager.Phase.class);
    failure.timings().forEach((stage, time) -> timings.put(phase(stage), time));
    return new Manager.Failure(
        failure.plugin(),
        phase(failure.stage()),
        failure.diagnosis(),
        failure.what(),
        failure.remedy(),
        failure.exit().map(Exit::code).orElse(OptionalInt.empty()),
        failure.exit().flatMap(Exit::signal),
        failure.stderr(),
        Collections.unmodifiableMap(timings),
        failure.at());
  }

  private static Manager.State state(Standing.Condition condition) {
    return switch (condition) {
      case STARTING -> Manager.State.STARTING;
      case READY -> Manager.State.READY;
      case DEGRADED -> Manager.State.DEGRADED;
      case BACKING_OFF -> Manager.State.BACKING_OFF;
      case GAVE_UP -> Manager.State.GAVE_UP;
      case STOPPING -> Manager.State.STOPPING;
      case STOPPED -> Manager.State.STOPPED;
    };
  }

  private static Manager.Phase phase(Stage stage) {
    return switch (stage) {
      case VERIFY -> Manager.Phase.VERIFY;
      case PREFLIGHT -> Manager.Phase.PREFLIGHT;
      case EXEC -> Manager.Phase.EXEC;
      case FIRST_BYTE -> Manager.Phase.FIRST_BYTE;
      case LINE -> Manager.Phase.LINE;
      case CONNECT -> Manager.Phase.CONNECT;
      case TLS -> Manager.Phase.TLS;
      case INFO -> Manager.Phase.INFO;
      case CONFIG -> Manager.Phase.CONFIG;
      case RUNNING -> Manager.Phase.RUNNING;
    };
  }
}
