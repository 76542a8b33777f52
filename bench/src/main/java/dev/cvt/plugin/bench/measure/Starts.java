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

/**
 * From a new manager until all of its plugins take calls, hashing included. Both sides start as
 * often before as it takes a JVM to compile what starts do; what the first of them take is a row of
 * its own.
 */
public final class Starts implements Measurement {
  /** Numbers of plugins, and what is wanted of each. */
  private static final SortedMap<Integer, Double> GOALS =
      new TreeMap<>(Map.of(1, 1.2, 4, 1.0, 16, 0.9, 64, 0.9));

  /** After so many starts of one plugin a JVM takes 28 ms for what it took 39 after 20. */
  private static final int SETTLED = 200;

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
      int many = many(bench, times, plugins);
      var both =
          bench.alternate(
              Math.min(bench.rounds(), 3),
              () -> ours(bench, home, times, many),
              bench
                  .peers()
                  .goManager()
                  .map(go -> () -> figures(bench, command(go, many), home, times)));
      bench.add(
          both.row(
              "start-" + plugins,
              plugins + " plugins; Go manager",
              "start",
              "ms",
              Goal.atMostTimes(each.getValue())));
      bench.add(
          both.row(
              "start-first-" + plugins,
              "the same before, when as many had been started once; Go manager",
              "first",
              "ms",
              Goal.none(Goal.Better.LESS)));
      bench.add(
          both.row(
              "stop-" + plugins,
              plugins + " plugins stopped; Go manager",
              "stop",
              "ms",
              Goal.none(Goal.Better.LESS)));
    }
  }

  private static List<String> command(String go, int many) {
    return List.of(go, "bench-start", "-times", "" + many);
  }

  /** How often to start, of which the last times count. */
  static int many(Bench bench, int times, int plugins) {
    return times + Math.max(2 * times, bench.quick() ? 0 : SETTLED / plugins);
  }

  static Map<String, Double> ours(Bench bench, Path home, int times, int many)
      throws IOException, InterruptedException {
    var subject = dev.cvt.plugin.bench.subject.Starts.class;
    var command = bench.java(subject, HookLoad.JVM, List.of("-times", "" + many));
    return figures(bench, command, home, times);
  }

  private static Map<String, Double> figures(
      Bench bench, List<String> command, Path home, int times)
      throws IOException, InterruptedException {
    var line = bench.run(command, home).lines().getFirst();
    var starts = Lists.numbers(line, "start_ms");
    var stops = Lists.numbers(line, "stop_ms");
    return Map.of(
        "first", Lists.median(starts.subList(times, 2 * times)),
        "start", Lists.median(last(starts, times)),
        "stop", Lists.median(last(stops, times)));
  }

  private static List<Double> last(List<Double> all, int many) {
    return all.subList(all.size() - many, all.size());
  }
}
