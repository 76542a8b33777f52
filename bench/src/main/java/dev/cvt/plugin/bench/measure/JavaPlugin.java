package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Peers;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A plugin in Java that is one installed file. */
public final class JavaPlugin implements Measurement {
  @Override
  public String name() {
    return "java-plugin";
  }

  @Override
  public String what() {
    return "the echo plugin in Java, one file, unpacked before: exec to handshake line; memory";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var home = bench.folder("java-plugin");
    start(bench, home, Peers.javaEcho()); // unpacks it
    Optional<Bench.Turn> go =
        bench.peers().present()
            ? Optional.of(() -> start(bench, home, bench.peers().echo()))
            : Optional.empty();
    int times = bench.quick() ? 1 : 15;
    var both = bench.alternate(times, () -> start(bench, home, Peers.javaEcho()), go);
    bench.add(
        both.row("plugin-line", "exec to handshake line; in Go", "line", "ms", Goal.atMost(300)));
    bench.add(
        both.row(
            "plugin-memory", "resident memory then; in Go", "resident", "MB", Goal.atMost(64)));
    bench.add(
        both.row(
            "plugin-private",
            "of which private (RssAnon); in Go",
            "anonymous",
            "MB",
            Goal.none(Goal.Better.LESS)));
  }

  private static Map<String, Double> start(Bench bench, Path home, Path plugin)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(plugin.toString()).redirectError(Redirect.DISCARD);
    builder.environment().putAll(bench.environment(home));
    builder.environment().put("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1");
    builder.environment().put("PLUGIN_PROTOCOL_VERSIONS", "1");
    long begin = System.nanoTime();
    var process = builder.start();
    try {
      var line = process.inputReader().readLine();
      double millis = (System.nanoTime() - begin) / 1e6;
      if (line == null || !line.startsWith("1|1|")) {
        throw new IOException("no handshake line but: " + line);
      }
      return Map.of(
          "line",
          millis,
          "resident",
          Memory.megabytes(process.pid(), "VmRSS"),
          "anonymous",
          Memory.megabytes(process.pid(), "RssAnon"));
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }
}
