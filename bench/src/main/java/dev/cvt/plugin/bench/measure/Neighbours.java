package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the death of one plugin means to the calls of another. */
public final class Neighbours implements Measurement {
  @Override
  public String name() {
    return "neighbours";
  }

  @Override
  public String what() {
    return "latency of one plugin's calls while another is killed every 2 s, 1,000 calls/s";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("neighbours");
    var audit = folder.resolve("audit.log");
    var settings =
        Home.audited(audit) + "defaults: {restart: {first_backoff: 100ms, limit: 1000}}\n";
    var home = Home.of(folder.resolve("home"), bench.peers().echo(), 2, settings);
    var callers = List.of(4);
    var killing = List.of("-rate", "1000", "-kill", "echo-1");
    var with = HookLoad.of(home, audit, bench, callers, killing);
    var without = HookLoad.of(home, audit, bench, callers, List.of("-rate", "1000"));
    var both = bench.alternate(Math.min(3, bench.rounds()), with::ours, Optional.of(without::ours));
    for (var name : List.of("p50", "p99")) {
      bench.add(
          both.row(
              "neighbours-" + name,
              name + "; while nobody is killed",
              name + "_us-4",
              "µs",
              Goal.none(Goal.Better.LESS)));
    }
  }
}
