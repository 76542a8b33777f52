package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.Samples;
import dev.cvt.plugin.bench.subject.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How soon it is told that a plugin does not start. */
public final class StartFailures implements Measurement {
  /** Programs that do not do what a plugin does. */
  private static final SortedMap<String, String> PROGRAMS =
      new TreeMap<>(
          Map.of(
              "dies", "#!/bin/sh\nexit 3\n",
              "no-interpreter", "#!/no/such/sh\n",
              "wrong-version", "#!/bin/sh\necho '1|9|unix|/x|grpc|'\nexec sleep 60\n",
              "wrong-protocol", "#!/bin/sh\necho '1|1|unix|/x|netrpc|'\nexec sleep 60\n",
              "nobody-listens", "#!/bin/sh\necho \"1|1|unix|$TMPDIR/x|grpc|\"\nexec sleep 60\n",
              "silent", "#!/bin/sh\nexec sleep 60\n"));

  @Override
  public String name() {
    return "start-failures";
  }

  @Override
  public String what() {
    return "from start to the report of what is wrong; start_timeout is 1 s";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    for (var each : PROGRAMS.entrySet()) {
      var folder = bench.folder("start-failures");
      var program = folder.resolve("program");
      Files.writeString(program, each.getValue());
      if (!program.toFile().setExecutable(true)) {
        throw new IOException("cannot be made executable: " + program);
      }
      var home = Home.of(folder.resolve("home"), program, 1, "defaults: {start_timeout: 1s}\n");
      var flags = List.of("-times", bench.quick() ? "1" : "5");
      var command = bench.java(Failures.class, HookLoad.JVM, flags);
      var line = bench.run(command, home.folder()).lines().getFirst();
      bench.add(
          new Row(
              "failure-" + each.getKey(),
              "told as " + line.get("diagnosis"),
              Samples.of(Lists.numbers(line, "ms")),
              Optional.empty(),
              "ms",
              Goal.none(Goal.Better.LESS)));
    }
  }
}
