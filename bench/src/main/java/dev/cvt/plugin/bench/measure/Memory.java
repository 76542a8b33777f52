package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Home;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.Samples;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Private memory of a host. */
public final class Memory implements Measurement {
  private static final int MANY = 16;

  /**
   * What is measured is a host at rest: both sides give back to the system what they had to start.
   */
  private static final Duration REST = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String what() {
    return "private memory (RssAnon) of a host with 1 and " + MANY + " plugins, idle";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    int many = bench.quick() ? 3 : MANY;
    var one = idle(bench, 1);
    var all = idle(bench, many);
    bench.add(one.row("memory-1", "run, 1 plugin; Go manager", "mb", "MB", Goal.atMostTimes(2)));
    bench.add(
        all.row(
            "memory-" + many,
            "run, " + many + " plugins; Go manager",
            "mb",
            "MB",
            Goal.atMostTimes(2)));
    double each = (all.ours("mb").median() - one.ours("mb").median()) * 1000 / (many - 1);
    bench.add(
        new Row(
            "memory-each",
            "for each further plugin",
            Samples.of(each),
            Optional.empty(),
            "kB",
            Goal.atMost(200)));
  }

  private static Bench.Both idle(Bench bench, int plugins)
      throws IOException, InterruptedException {
    var folder = bench.folder("memory");
    var home = Home.of(folder, bench.peers().echo(), plugins, Home.audited(folder.resolve("log")));
    var command = Bench.image().resolve("bin/cvt-plugins").toString();
    var run = List.of(command, "run", "--listen", "none");
    return bench.alternate(
        Math.min(3, bench.rounds()),
        () -> host(bench, home.folder(), run, ""),
        bench
            .peers()
            .goManager()
            .map(
                go ->
                    () ->
                        host(
                            bench, home.folder(), List.of(go, "session"), "{\"op\":\"start\"}\n")));
  }

  /** Starts a host, waits for its line, lets it rest, and looks. */
  private static Map<String, Double> host(
      Bench bench, Path home, List<String> command, String input)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(home.toFile());
    builder.redirectError(Redirect.DISCARD).environment().putAll(bench.environment(home));
    var process = builder.start();
    try (var to = process.outputWriter()) {
      to.write(input);
      to.flush();
      var line = process.inputReader().readLine();
      if (line == null) {
        throw new IOException(String.join(" ", command) + " said nothing");
      }
      Thread.sleep(bench.quick() ? Duration.ofMillis(100) : REST);
      return Map.of("mb", megabytes(process.pid(), "RssAnon"));
    } finally {
      var started = process.descendants().toList();
      process.destroy();
      process.waitFor();
      started.forEach(ProcessHandle::destroyForcibly); // the Go manager leaves its plugins then
    }
  }

  /** A field of {@code /proc/PID/status}. */
  static double megabytes(long pid, String field) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      var line = // a process that has ended has none
          lines
              .filter(each -> each.startsWith(field + ":"))
              .findFirst()
              .orElseThrow(() -> new IOException("no " + field + " of process " + pid));
      return Long.parseLong(line.replaceAll("\\D", "")) / 1000.0;
    }
  }
}
