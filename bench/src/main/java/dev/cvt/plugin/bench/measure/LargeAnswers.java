package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import java.io.IOException;
import java.util.List;

/** Answers of megabytes. */
public final class LargeAnswers implements Measurement {
  @Override
  public String name() {
    return "large";
  }

  @Override
  public String what() {
    return "answers of 1 MiB and 3 MiB, 1 caller";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    for (int mib : new int[] {1, 3}) {
      var folder = bench.folder("large");
      var audit = folder.resolve("audit.log");
      var home = Home.of(folder.resolve("home"), bench.peers().echo(), 1, Home.audited(audit));
      var flags = List.of("-schema-id", "big:" + mib * 1024 * 1024);
      var load = HookLoad.of(home, audit, bench, List.of(1), flags);
      var both = bench.alternate(Math.min(3, bench.rounds()), load::ours, load.go());
      bench.add(
          both.row(
              "large-" + mib,
              mib + " MiB; Go manager",
              "calls_per_s-1",
              "1/s",
              Goal.atLeastTimes(1)));
      bench.add(
          both.row(
              "large-garbage-" + mib,
              mib + " MiB: bytes allocated for each call; Go manager",
              "alloc_bytes_per_call-1",
              "B",
              Goal.none(Goal.Better.LESS)));
    }
  }
}
