package dev.cvt.pluginmgr.control;

import dev.cvt.goplugin.Exit;
import dev.cvt.pluginmgr.state.Json;
import dev.cvt.pluginmgr.supervise.Failure;
import dev.cvt.pluginmgr.supervise.Identity;
import dev.cvt.pluginmgr.supervise.Report;
import dev.cvt.pluginmgr.supervise.Stage;
import dev.cvt.pluginmgr.supervise.Standing;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reports on their way through a socket. */
final class ReportJson {
  private ReportJson() {}

  static Json of(Report report) {
    Standing standing = report.standing();
    Identity who = report.who();
    var json =
        new Members.Writer()
            .put("name", report.plugin())
            .put("state", standing.condition().name())
            .put("since", standing.since().toString())
            .put("pid", standing.pid())
            .put("restarts", standing.restarts())
            .put("reported_version", who.reportedVersion())
            .put("sha256", who.sha256())
            .put("serving_pid", who.pid())
            .put("services", who.services());
    standing.lastFailure().ifPresent(failure -> json.put("last_failure", of(failure)));
    return json.end();
  }

  private static Json of(Failure failure) {
    var timings = new Members.Writer();
    failure.timings().forEach((stage, time) -> timings.put(stage.name(), time.toNanos()));
    var json =
        new Members.Writer()
            .put("phase", failure.stage().name())
            .put("diagnosis", failure.diagnosis())
            .put("what", failure.what())
            .put("remedy", failure.remedy())
            .put("stderr", failure.stderr())
            .put("timings_ns", timings.end())
            .put("at", failure.at().toString());
    failure.exit().ifPresent(exit -> json.put("exit", of(exit)));
    return json.end();
  }

  private static Json of(Exit exit) {
    var json = new Members.Writer();
    exit.code().ifPresent(code -> json.put("code", code));
    exit.signal().ifPresent(signal -> json.put("signal", signal));
    return json.put("out_of_memory", exit.outOfMemory())
        .put("asked", exit.asked())
        .put("uptime_ns", exit.uptime().toNanos())
        .end();
  }

  static Report read(Json json) throws Members.Unfit {
    var members = Members.of(json);
    String plugin = members.text("name");
    Optional<Members> failure = members.object("last_failure");
    var standing =
        new Standing(
            members.constant("state", Standing.Condition.class),
            members.time("since"),
            members.number("pid"),
            members.number("restarts"),
            failure.isPresent() ? Optional.of(failure(plugin, failure.get())) : Optional.empty());
    var who =
        new Identity(
            members.text("reported_version"),
            members.text("sha256"),
            members.number("serving_pid"),
            members.texts("services"));
    return new Report(plugin, standing, who);
  }

  private static Failure failure(String plugin, Members members) throws Members.Unfit {
    String stderr = members.text("stderr");
    Optional<Members> exit = members.object("exit");
    return new Failure(
        plugin,
        members.constant("phase", Stage.class),
        members.text("diagnosis"),
        members.text("what"),
        members.text("remedy"),
        exit.isPresent() ? Optional.of(exit(exit.get(), stderr)) : Optional.empty(),
        stderr,
        timings(members),
        members.time("at"),
        null);
  }

  private static SortedMap<Stage, Duration> timings(Members members) throws Members.Unfit {
    var timings = new TreeMap<Stage, Duration>();
    Optional<Members> given = members.object("timings_ns");
    if (given.isPresent()) {
      for (Stage stage : Stage.values()) {
        given
            .get()
            .maybeNumber(stage.name())
            .ifPresent(nanos -> timings.put(stage, Duration.ofNanos(nanos)));
      }
    }
    return timings;
  }

  private static Exit exit(Members members, String stderr) throws Members.Unfit {
    var code = members.maybeNumber("code");
    return new Exit(
        code.isPresent() ? OptionalInt.of((int) code.getAsLong()) : OptionalInt.empty(),
        members.maybeText("signal"),
        members.flag("out_of_memory"),
        members.flag("asked"),
        stderr,
        Duration.ofNanos(members.number("uptime_ns")));
  }
}
