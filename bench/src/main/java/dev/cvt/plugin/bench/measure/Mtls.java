package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What AutoMTLS costs. */
public final class Mtls implements Measurement {
  @Override
  public String name() {
    return "mtls";
  }

  @Override
  public String what() {
    return "AutoMTLS on, beside our own without it: calls, and start";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("mtls");
    var audit = folder.resolve("audit.log");
    var echo = bench.peers().echo();
    var plain = Home.of(folder.resolve("plain"), echo, 1, Home.audited(audit));
    var settings = Home.audited(audit) + "defaults: {auto_mtls: true}\n";
    var secured = Home.of(folder.resolve("secured"), echo, 1, settings);
    var callers = List.of(1, 8);
    var without = HookLoad.of(plain, audit, bench, callers, List.of());
    var with = HookLoad.of(secured, audit, bench, callers, List.of());
    var both = bench.alternate(Math.min(3, bench.rounds()), with::ours, Optional.of(without::ours));
    for (int count : callers) {
      bench.add(
          both.row(
              "mtls-calls-" + count,
              "calls; without",
              "calls_per_s-" + count,
              "1/s",
              Goal.atLeastTimes(0.7)));
    }
    int times = bench.quick() ? 2 : 20;
    int many = Starts.many(bench, times, 1);
    both =
        bench.alternate(
            bench.rounds(),
            () -> Starts.ours(bench, secured.folder(), times, many),
            Optional.of(() -> Starts.ours(bench, plain.folder(), times, many)));
    bench.add(
        new Row(
            "mtls-start",
            "what it adds to a start",
            both.ours("start").minus(both.peer("start").orElseThrow()),
            Optional.empty(),
            "ms",
            Goal.atMost(25)));
  }
}
