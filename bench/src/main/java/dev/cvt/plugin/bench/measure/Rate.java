package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import java.io.IOException;
import java.util.List;

/** Hook calls that are due at fixed times, so that no stall hides the calls that it held up. */
public final class Rate implements Measurement {
  private static final int CALLS_PER_SECOND = 2000;
  private static final int CALLERS = 8;

  @Override
  public String name() {
    return "rate";
  }

  @Override
  public String what() {
    return "the same at a fixed " + CALLS_PER_SECOND + " calls/s, from the time each was due";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("rate");
    var audit = folder.resolve("audit.log");
    var home = Home.of(folder.resolve("home"), bench.peers().echo(), 1, Home.audited(audit));
    var flags = List.of("-rate", "" + CALLS_PER_SECOND);
    var both = HookLoad.of(home, audit, bench, List.of(CALLERS), flags).sideBySide();
    for (var name : List.of("p50", "p99", "p999")) {
      bench.add(
          both.row(
              "rate-" + name,
              name.replace("p999", "p99.9") + "; Go manager",
              name + "_us-" + CALLERS,
              "µs",
              name.equals("p99") ? Goal.atMostTimes(1) : Goal.none(Goal.Better.LESS)));
    }
    bench.add(
        both.row(
            "rate-first-p99",
            "p99 of the seconds before, just after the closed loop; Go manager",
            "first_p99_us-" + CALLERS,
            "µs",
            Goal.none(Goal.Better.LESS)));
  }
}
