package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the manager adds to a call. */
public final class OverGrpc implements Measurement {
  @Override
  public String name() {
    return "over-grpc";
  }

  @Override
  public String what() {
    return "one hook call beside the same call with grpc-java's own blocking stub, 1 caller";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("over-grpc");
    var audit = folder.resolve("audit.log");
    var echo = bench.peers().echo();
    var home = Home.of(folder.resolve("home"), echo, 1, Home.audited(audit));
    var hooks = HookLoad.of(home, audit, bench, List.of(1), List.of());
    var raw = HookLoad.of(home, audit, bench, List.of(1), List.of("-raw", echo.toString()));
    var both = bench.alternate(hooks::ours, Optional.of(raw::ours));
    bench.add(
        both.row("over-grpc", "p50; grpc-java alone", "p50_us-1", "µs", Goal.atMostTimes(1.25)));
    bench.add(
        both.row(
            "over-grpc-cpu",
            "the host's processor time for each call; grpc-java alone",
            "cpu_us_per_call-1",
            "µs",
            Goal.none(Goal.Better.LESS)));
  }
}
