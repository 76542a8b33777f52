package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.subject.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON audit sink beside zap. */
public final class AuditSinkAlone implements Measurement {
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
    var folder = bench.folder("audit");
    var flags =
        List.of("-threads", "1,8", "-duration", Math.round(bench.seconds() * 600) + "ms", "-file");
    var ours =
        with(bench.java(Sink.class, HookLoad.JVM, flags), folder.resolve("ours.log").toString());
    var both =
        bench.alternate(
            () -> figures(bench, ours, folder),
            bench
                .peers()
                .goManager()
                .map(
                    go ->
                        () ->
                            figures(
                                bench,
                                with(
                                    with(List.of(go, "bench-sink"), flags.toArray(String[]::new)),
                                    folder.resolve("zap.log").toString()),
                                folder)));
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

  private static List<String> with(List<String> words, String... more) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }

  private static Map<String, Double> figures(Bench bench, List<String> command, Path folder)
      throws IOException, InterruptedException {
    var figures = new LinkedHashMap<String, Double>();
    for (var line : bench.run(command, folder).lines()) {
      var virtual = line.get("virtual");
      var threads = virtual == null ? line.get("threads") : "virtual-" + virtual;
      figures.put("" + threads, Lists.number(line, "records_per_s"));
    }
    try (var logs = Files.newDirectoryStream(folder, "*.log")) {
      for (var log : logs) {
        Files.delete(log);
      }
    }
    return figures;
  }
}
