package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Bench.Both;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Goal.Better;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import java.io.IOException;
import java.util.List;

/**
 * Hook calls in a closed loop: how many, how long they take, and what they cost.
 *
 * @param virtual whether our callers are virtual threads
 */
public record Calls(boolean virtual) implements Measurement {
  private static final List<Integer> CALLERS = List.of(1, 8, 64);
  private static final String PEER = "Go manager, zap to a file";

  @Override
  public String name() {
    return prefix() + "calls";
  }

  private String prefix() {
    return virtual ? "virtual-" : "";
  }

  @Override
  public String what() {
    return "fetch_schema through the hooks, audit to a file, metrics on; 1, 8 and 64 callers, on "
        + (virtual ? "virtual" : "platform")
        + " threads";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder(name());
    var audit = folder.resolve("audit.log");
    var home = Home.of(folder.resolve("home"), bench.peers().echo(), 1, Home.audited(audit));
    var load = HookLoad.of(home, audit, bench, CALLERS, List.of());
    Both both = (virtual ? load.onVirtualThreads() : load).sideBySide();
    for (int callers : CALLERS) {
      bench.add(
          both.row(
              prefix() + "calls-" + callers,
              "calls; " + PEER,
              "calls_per_s-" + callers,
              "1/s",
              Goal.atLeastTimes(1.3)));
      bench.add(
          both.row(
              prefix() + "cpu-" + callers,
              "the host's processor time for each call; " + PEER,
              "cpu_us_per_call-" + callers,
              "µs",
              Goal.atMostTimes(0.8)));
    }
    bench.add(
        both.row(prefix() + "p50-1", "p50; " + PEER, "p50_us-1", "µs", Goal.atMostTimes(0.75)));
    bench.add(both.row(prefix() + "p99-1", "p99; " + PEER, "p99_us-1", "µs", Goal.atMostTimes(1)));
    bench.add(
        both.row(prefix() + "p999-1", "p99.9; " + PEER, "p999_us-1", "µs", Goal.none(Better.LESS)));
    bench.add(
        both.row(
            prefix() + "garbage",
            "bytes allocated for each call; Go manager",
            "alloc_bytes_per_call-1",
            "B",
            Goal.atMost(4096)));
  }
}
