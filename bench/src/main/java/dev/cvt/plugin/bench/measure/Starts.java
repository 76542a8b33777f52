package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a new manager until all of its plugins take calls, hashing included. */
public final class Starts implements Measurement {
  /** Numbers of plugins, and what is wanted of each. */
  private static final SortedMap<Integer, Double> GOALS =
      new TreeMap<>(Map.of(1, 1.2, 4, 1.0, 16, 0.9, 64, 0.9));

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String what() {
    return "manager start to ready in a warm JVM, and its stop; 1, 4, 16 and 64 plugins";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    for (var each : GOALS.entrySet()) {
      int plugins = each.getKey();
      if (bench.quick() && plugins > 4) {
        continue;
      }
      var folder = bench.folder("start");
      var home = Home.of(folder, bench.peers().echo(), plugins, "").folder();
      int times = bench.quick() ? 2 : Math.clamp(160 / plugins, 5, 20);
      var both =
          bench.alternate(
              Math.min(bench.rounds(), 3),
              () -> ours(bench, home, times),
              bench.peers().goManager().map(go -> () -> figures(bench, command(go, times), home)));
      bench.add(
          both.row(
              "start-" + plugins,
              plugins + " plugins; Go manager",
              "start",
              "ms",
              Goal.atMostTimes(each.getValue())));
      bench.add(
          both.row(
              "stop-" + plugins,
              plugins + " plugins stopped; Go manager",
              "stop",
              "ms",
              Goal.none(Goal.Better.LESS)));
    }
  }

  private static List<String> command(String go, int times) {
    return List.of(go, "bench-start", "-times", "" + times);
  }

  static Map<String, Double> ours(Bench bench, Path home, int times)
      throws IOException, InterruptedException {
    // As often again before, since that is what a warm JVM is.
    var flags = List.of("-times", "" + times, "-before", "" + Math.max(2, times));
    var subject = dev.cvt.plugin.bench.subject.Starts.class;
    return figures(bench, bench.java(subject, HookLoad.JVM, flags), home);
  }

  private static Map<String, Double> figures(Bench bench, List<String> command, Path home)
      throws IOException, InterruptedException {
    var line = bench.run(command, home).lines().getFirst();
    return Map.of(
        "start", Lists.median(Lists.numbers(line, "start_ms")),
        "stop", Lists.median(Lists.numbers(line, "stop_ms")));
  }
}
