package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.subject.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The JSON audit sink beside zap. Each number of threads has a process and a file of its own, which
 * is removed at once: the kernel holds back who has written more than it can put on the disk, and
 * has nothing to do for a file that is gone.
 */
public final class AuditSinkAlone implements Measurement {
  private static final double LENGTH = 0.4; // of the usual one, and as long to warm up

  @Override
  public String name() {
    return "audit";
  }

  @Override
  public String what() {
    return "the JSON audit sink alone, to a file, every record with the kernel before the next";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var virtual = ours(bench, "-on", "virtual");
    var platform = ours(bench);
    var both =
        bench.alternate(
            () ->
                Map.of(
                    "1", perSecond(bench, platform, 1),
                    "8", perSecond(bench, platform, 8),
                    "virtual-8", perSecond(bench, virtual, 8)),
            bench
                .peers()
                .goManager()
                .map(go -> List.of(go, "bench-sink"))
                .map(
                    zap ->
                        () ->
                            Map.of("1", perSecond(bench, zap, 1), "8", perSecond(bench, zap, 8))));
    bench.add(both.row("audit-1", "1 thread; zap", "1", "1/s", Goal.atLeastTimes(1)));
    bench.add(both.row("audit-8", "8 threads; zap", "8", "1/s", Goal.atLeastTimes(3)));
    bench.add(
        new Row(
            "virtual-audit-8",
            "8 virtual threads; zap",
            both.ours("virtual-8"),
            both.peer("8"),
            "1/s",
            Goal.atLeastTimes(3)));
  }

  private static List<String> ours(Bench bench, String... flags) {
    return bench.java(Sink.class, HookLoad.JVM, List.of(flags));
  }

  private static double perSecond(Bench bench, List<String> program, int threads)
      throws IOException, InterruptedException {
    var folder = bench.folder("audit");
    var command = new ArrayList<>(program);
    command.addAll(List.of("-threads", "" + threads, "-file", folder.resolve("log").toString()));
    command.addAll(List.of("-duration", Math.round(bench.seconds() * LENGTH * 1000) + "ms"));
    var line = bench.run(command, folder).lines().getFirst();
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        Files.delete(file);
      }
    }
    return Lists.number(line, "records_per_s");
  }
}
