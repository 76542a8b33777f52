package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.subject.Calls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same load on the hooks of both sides. Figures are named by what they are and the number of
 * callers: {@code p50_us-8}.
 *
 * @param flags that both sides take
 */
record HookLoad(Home home, Path audit, Bench bench, List<String> flags) {
  /** A JVM has compiled what it runs after some 40,000 calls; Go needs no such time. */
  private static final double WARM_UP = 0.8;

  /** What the command's own image has. */
  static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms32m");

  static HookLoad of(Home home, Path audit, Bench bench, List<String> more) {
    var flags = new ArrayList<>(more);
    flags.addAll(List.of("-warmup", millis(bench.seconds() * WARM_UP)));
    flags.addAll(List.of("-settle", millis(bench.seconds()))); // only at a fixed rate
    flags.addAll(List.of("-duration", millis(bench.seconds())));
    return new HookLoad(home, audit, bench, List.copyOf(flags));
  }

  private static String millis(double seconds) {
    return Math.round(seconds * 1000) + "ms";
  }

  Map<String, Double> ours() throws IOException, InterruptedException {
    return figures(bench.java(Calls.class, JVM, flags));
  }

  Optional<Bench.Turn> go() {
    return bench.peers().goManager().map(program -> () -> go(program));
  }

  private Map<String, Double> go(String program) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(program, "bench", "-audit", audit.toString()));
    command.addAll(flags);
    return figures(command);
  }

  private Map<String, Double> figures(List<String> command)
      throws IOException, InterruptedException {
    var figures = new LinkedHashMap<String, Double>();
    for (var line : bench.run(command, home.folder()).lines()) {
      line.forEach(
          (name, value) -> {
            if (value instanceof Number number) {
              figures.put(name + "-" + line.get("callers"), number.doubleValue());
            }
          });
      if (!Integer.valueOf(0).equals(line.get("failed"))) {
        throw new IOException("calls failed: " + line);
      }
    }
    return figures;
  }
}
