package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.Samples;
import dev.cvt.plugin.bench.subject.Crashes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** From the death of a plugin until calls are answered again. */
public final class Crash implements Measurement {
  /** Without a pause: what is measured is what has to be done. */
  private static final String SETTINGS =
      """
      defaults:
        restart: {first_backoff: 1ms, max_backoff: 1ms, limit: 1000}
        wait_for_restart: true
      """;

  @Override
  public String name() {
    return "crash";
  }

  @Override
  public String what() {
    return "kill -9 of a plugin until a call is answered again, without backoff; its own start";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("crash");
    var home = Home.of(folder, bench.peers().echo(), 1, SETTINGS);
    var flags = List.of("-times", bench.quick() ? "3" : "30");
    var command = bench.java(Crashes.class, HookLoad.JVM, flags);
    var line = bench.run(command, home.folder()).lines().getFirst();
    bench.add(
        new Row(
            "crash",
            "until the next answer; a start of the same plugin in the same JVM",
            Samples.of(Lists.numbers(line, "crash_ms")),
            Optional.of(Samples.of(Lists.numbers(line, "start_ms"))),
            "ms",
            Goal.atMostTimes(1.2)));
  }
}
