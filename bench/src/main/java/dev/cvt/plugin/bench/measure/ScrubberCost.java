package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.Samples;
import dev.cvt.plugin.bench.jmh.ScrubberBench;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How the scrubber's cost grows with the number of secrets. */
public final class ScrubberCost implements Measurement {
  @Override
  public String name() {
    return "scrubber";
  }

  @Override
  public String what() {
    return "one log line of 250 characters without any secret, with 1 to 100 secrets known";
  }

  @Override
  public void run(Bench bench) throws IOException {
    // Its lock is a file in the temporary folder, which it leaves there.
    System.setProperty("jmh.ignoreLock", "true");
    var time = TimeValue.milliseconds(bench.quick() ? 50 : 1000);
    var options =
        new OptionsBuilder()
            .include(ScrubberBench.class.getName())
            .forks(1)
            .warmupIterations(bench.quick() ? 1 : 3)
            .warmupTime(time)
            .measurementIterations(bench.quick() ? 1 : 5)
            .measurementTime(time)
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      for (var result : new Runner(options).run()) {
        var values = new ArrayList<Double>();
        for (var forked : result.getBenchmarkResults()) {
          forked.getIterationResults().forEach(i -> values.add(i.getPrimaryResult().getScore()));
        }
        var secrets = result.getParams().getParam("secrets");
        bench.add(
            new Row(
                "scrubber-" + secrets,
                "with " + secrets + " secrets",
                Samples.of(values),
                Optional.empty(),
                "ns",
                Goal.none(Goal.Better.LESS)));
      }
    } catch (RunnerException e) {
      throw new IOException(e);
    }
  }
}
