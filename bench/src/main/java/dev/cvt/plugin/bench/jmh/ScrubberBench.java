package dev.cvt.plugin.bench.jmh;

import dev.cvt.pluginmgr.Config.Value;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How the scrubber's cost grows with the number of secrets. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScrubberBench {
  /** Secrets that are known. */
  @Param({"1", "10", "100"})
  public int secrets;

  private Scrubber scrubber = Scrubber.none();
  private String line = "";

  /** Makes the scrubber, and a line to look at. */
  @Setup
  public void prepare() {
    scrubber =
        Scrubber.of(
            IntStream.range(0, secrets)
                .mapToObj(i -> Value.secret("s3cret-number-" + i + "-of-many"))
                .toList());
    line =
        "2026-01-01T00:00:00Z [INFO] fetched schema pets from https://registry.example.com/api"
            .repeat(3);
  }

  /** One log line in which none of them stands. */
  @Benchmark
  public String clean() {
    return scrubber.scrub(line);
  }
}
